"""A real browser without a window: Chromium, driven over its debugging pipe.

Messages are JSON with a zero byte behind each: chromedevtools.github.io/devtools-protocol.
"""

import base64
import json
import os
import select
import shutil
import signal
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

NAMES = "chromium", "chromium-browser", "google-chrome", "chrome"
FLAGS = (
    "--headless=new",
    "--remote-debugging-pipe",
    "--no-sandbox",  # which root cannot use
    "--no-first-run",
    "--disable-gpu",
    "--disable-dev-shm-usage",
    "--disable-extensions",
    "--disable-background-networking",
    "--disable-component-update",
    "--hide-scrollbars",
    "--force-color-profile=srgb",
)
PATIENCE = 60  # seconds that an answer may take
ABOVE = 11  # file numbers of ours, out of the way of the child's 3 and 4


def find() -> str | None:
    """The path of a Chromium; None if there is none, or the system has no such pipes."""
    if not hasattr(os, "posix_spawn"):
        return None
    return next(filter(None, map(shutil.which, NAMES)), None)


class Browser:
    """One page in a Chromium of its own; close it at the end. `requests` are the addresses that
    the page has asked for, `errors` what its script failed with."""

    def __init__(self) -> None:
        self.requests: list[str] = []
        self.errors: list[str] = []
        self._count, self._unread = 0, b""
        self._profile = tempfile.TemporaryDirectory(ignore_cleanup_errors=True)
        theirs_in, self._out = map(_moved, os.pipe())
        self._in, theirs_out = map(_moved, os.pipe())
        command = [find(), *FLAGS, f"--user-data-dir={self._profile.name}", "about:blank"]
        actions = [(os.POSIX_SPAWN_DUP2, theirs_in, 3), (os.POSIX_SPAWN_DUP2, theirs_out, 4)]
        actions.append((os.POSIX_SPAWN_OPEN, 2, os.devnull, os.O_WRONLY, 0))
        self._pid = os.posix_spawn(
            command[0], command, os.environ, file_actions=actions, setpgroup=0
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._session = None
        page = next(t for t in self.send("Target.getTargets")["targetInfos"] if t["type"] == "page")
        attached = self.send("Target.attachToTarget", targetId=page["targetId"], flatten=True)
        self._session = attached["sessionId"]
        for domain in ("Page", "Runtime", "Network", "Log"):
            self.send(f"{domain}.enable")

    def send(self, method: str, **parameters: object) -> dict:
        """What the browser answers to a command."""
        self.post(method, **parameters)
        while True:
            answer = self._next()
            if answer.get("id") == self._count:
                if "error" in answer:
                    raise RuntimeError(f"{method}: {answer['error']['message']}")
                return answer["result"]

    def post(self, method: str, **parameters: object) -> None:
        """Send a command, and don't wait for the answer."""
        self._count += 1
        message = {"id": self._count, "method": method, "params": parameters}
        if self._session:
            message["sessionId"] = self._session
        data = json.dumps(message).encode() + b"\0"
        while data:
            data = data[os.write(self._out, data) :]

    def open(self, path: Path, width: int = 1000, height: int = 640, **metrics: object) -> None:
        """Open a file in a window of this size, and wait until it is there."""
        self.resize(width, height, **metrics)
        self.requests.clear()
        self.errors.clear()
        self.send("Page.navigate", url=path.absolute().as_uri())
        self.wait_for("document.readyState === 'complete'")

    def resize(self, width: int, height: int, scale: float = 1, mobile: bool = False) -> None:
        """Make the window this large, in CSS pixels, with `scale` of the screen's to each."""
        self.send(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=scale,
            mobile=mobile,
        )
        self.send("Emulation.setTouchEmulationEnabled", enabled=mobile)

    def dark(self, dark: bool) -> None:
        """Say that the system wishes dark colours, or light ones."""
        feature = {"name": "prefers-color-scheme", "value": "dark" if dark else "light"}
        self.send("Emulation.setEmulatedMedia", features=[feature])

    def run(self, script: str) -> object:
        """The value of an expression in the page, or of the promise that it is."""
        result = self.send(
            "Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True
        )
        if "exceptionDetails" in result:
            raise RuntimeError(result["exceptionDetails"]["exception"].get("description", script))
        return result["result"].get("value")

    def wait_for(self, script: str) -> None:
        """Wait until an expression is true."""
        end = time.monotonic() + PATIENCE
        while not self.run(script):
            if time.monotonic() > end:
                raise TimeoutError(f"still not: {script}")
            time.sleep(0.01)

    def settle(self) -> None:
        """Wait until what has happened is shown."""
        self.run(
            "new Promise(done => requestAnimationFrame(() => requestAnimationFrame(() => done())))"
        )

    def mouse(self, kind: str, x: float, y: float, button: str = "left") -> None:
        """An event of the mouse: "mousePressed", "mouseMoved" or "mouseReleased"."""
        held = 0 if kind == "mouseReleased" else {"none": 0, "left": 1, "right": 2}[button]
        post = self.post if kind == "mouseMoved" and held else self.send  # as fast as a hand
        post(
            "Input.dispatchMouseEvent",
            type=kind,
            x=x,
            y=y,
            button=button,
            buttons=held,
            clickCount=0 if kind == "mouseMoved" else 1,
        )

    def drag(self, places: Iterable[tuple[float, float]]) -> None:
        """Press the mouse at the first place, move it through the others, and let go of it."""
        first, *rest = places
        self.mouse("mousePressed", *first)
        for place in rest:
            self.mouse("mouseMoved", *place)
        self.mouse("mouseReleased", *(rest or [first])[-1])

    def touch(self, kind: str, *places: tuple[float, float]) -> None:
        """An event of fingers: "touchStart", "touchMove", "touchEnd" or "touchCancel"."""
        points = [{"x": x, "y": y, "id": number} for number, (x, y) in enumerate(places)]
        post = self.post if kind == "touchMove" else self.send
        post("Input.dispatchTouchEvent", type=kind, touchPoints=points)

    def press(self, key: str, modifiers: int = 0) -> None:
        """Press a key and let go of it; modifiers: 1 Alt, 2 Ctrl, 4 Meta, 8 Shift, or their sum."""
        code = {"key": key, "modifiers": modifiers}
        if len(key) == 1:
            code["windowsVirtualKeyCode"] = ord(key.upper())
            code["code"] = "Space" if key == " " else f"Key{key.upper()}"
            if modifiers in (0, 8):
                code["text"] = key
        elif key in ("Tab", "Escape", "Enter"):
            code["windowsVirtualKeyCode"] = {"Tab": 9, "Escape": 27, "Enter": 13}[key]
            code["code"] = key
            if key == "Enter":
                code["text"] = "\r"
        self.send("Input.dispatchKeyEvent", type="keyDown", **code)
        self.send("Input.dispatchKeyEvent", type="keyUp", key=key, modifiers=modifiers)

    def screenshot(self) -> bytes:
        """What the page shows, as a PNG."""
        return base64.b64decode(self.send("Page.captureScreenshot", format="png")["data"])

    def close(self) -> None:
        """End the browser and all that it has started."""
        os.close(self._out)
        os.close(self._in)
        os.killpg(self._pid, signal.SIGKILL)
        os.waitpid(self._pid, 0)
        self._profile.cleanup()

    def _next(self) -> dict:
        """The next message; what it tells of requests and errors is noted."""
        while b"\0" not in self._unread:
            if not select.select([self._in], [], [], PATIENCE)[0]:
                raise TimeoutError("the browser does not answer")
            data = os.read(self._in, 1 << 20)
            if not data:
                raise ConnectionError("the browser has ended")
            self._unread += data
        line, _, self._unread = self._unread.partition(b"\0")
        message = json.loads(line)
        told = message.get("params", {})
        match message.get("method"):
            case "Network.requestWillBeSent":
                self.requests.append(told["request"]["url"])
            case "Runtime.exceptionThrown":
                thrown = told["exceptionDetails"]
                self.errors.append(thrown["exception"].get("description", thrown["text"]))
            case "Log.entryAdded" if told["entry"]["level"] == "error":
                self.errors.append(told["entry"]["text"])
        return message


def _moved(number: int) -> int:
    """The same file under a number out of the way."""
    import fcntl  # not on every system

    moved = fcntl.fcntl(number, fcntl.F_DUPFD_CLOEXEC, ABOVE)
    os.close(number)
    return moved
