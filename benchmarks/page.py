"""How well the page reads real drawings, how often it agrees with the window, and how fast it is.

    python benchmarks/page.py --data DIR
    python benchmarks/page.py --picture PNG   only draws the README's picture of the page

The pen strokes of writers 25 to 30 are drawn by mouse events into the page in a headless Chromium
and into the window, each digit once, in one of three heights at a random place. The seed is fixed.
A frame is timed as the processor time of the page's main thread for a mouse movement and the
picture that follows, this program's own requests included. A busy machine slows that down too,
because caches and hyper-threads are shared, but not by much.
"""

import argparse
import io
import os
import sys
import tempfile
import time
from pathlib import Path

os.environ.setdefault("PYGAME_HIDE_SUPPORT_PROMPT", "1")
sys.path.insert(0, str(Path(__file__).parent.parent))
sys.path.insert(0, str(Path(__file__).parent.parent / "tests"))

import browser as chromium
import numpy as np
import pygame
from arguments import add_data, add_writers, png
from browser import Browser
from PIL import Image

from app.demo.replay import mouse_events
from app.demo.sample import sample_strokes
from app.style import theme
from app.window import App
from digits.data import pen_strokes
from digits.data.downloads import DataError
from digits.recognizer import Recognizer
from exporting.page import page
from training.datasets import TEST_WRITERS
from training.flags import whole

HEIGHTS = (0.3, 0.5, 0.75)  # of the sheet
TIMED = 20  # digits of which every frame is timed


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    add_data(parser)
    add_writers(parser, TEST_WRITERS)
    parser.add_argument("--picture", type=png, metavar="PNG", help="the page on desk and phone")
    parser.add_argument("--every", type=whole, default=1, help="draw only every N-th digit")
    arguments = parser.parse_args()
    if chromium.find() is None:
        print("page.py: no Chromium; install Debian's package chromium", file=sys.stderr)
        return 1
    browser = Browser()
    try:
        with tempfile.TemporaryDirectory() as folder:
            recognizer, path = Recognizer.load(), Path(folder) / "inkling.html"
            path.write_text(page(recognizer, theme), "utf-8")
            if arguments.picture:
                picture(browser, path).save(arguments.picture, optimize=True)
                return 0
            digits = pen_strokes.load(arguments.data)
            digits = [one for one in digits if one.writer in arguments.writers][:: arguments.every]
            start = time.perf_counter()
            browser.open(path)
            print(f"{path.stat().st_size:,} bytes, there in {time.perf_counter() - start:.2f} s")
            report(browser, App(recognizer), digits)
    except DataError as error:
        print(f"page.py: {error}", file=sys.stderr)
        return 1
    finally:
        browser.close()
    return 0


def report(browser: Browser, app: App, digits: list[pen_strokes.PenDigit]) -> None:
    generator = np.random.default_rng(0)
    sheet = rect(browser, "#sheet")
    right = window_right = same = 0
    frames = []
    for number, digit in enumerate(digits):
        height, place = generator.choice(HEIGHTS), generator.random(2)
        app.clear()
        for event in mouse_events(digit.drawing(), app.canvas_rect, height, place):
            app.handle(event)
        browser.press(" ")
        for event in mouse_events(digit.drawing(), sheet, height, place):
            start = busy_milliseconds(browser) if number < TIMED else 0
            kinds = {pygame.MOUSEBUTTONDOWN: "mousePressed", pygame.MOUSEMOTION: "mouseMoved"}
            browser.mouse(kinds.get(event.type, "mouseReleased"), *event.pos)
            if number < TIMED:
                browser.run("new Promise(requestAnimationFrame)")
                frames.append(busy_milliseconds(browser) - start)
        browser.settle()
        meters = "[...document.querySelectorAll('[role=meter]')]"
        values = f"{meters}.map(m => Number(m.getAttribute('aria-valuenow')))"
        count = "document.querySelectorAll('#marks i').length"  # of several digits
        several, probabilities = browser.run(f"[{count}, {values}]")
        best = None if several else int(np.argmax(probabilities))
        [*others, window_best] = [reading.digit for reading in app.readings]
        window_best = None if others else window_best
        right += best == digit.label
        window_right += window_best == digit.label
        same += best == window_best
    n = len(digits)
    print(f"{n} digits: page {right / n:.2%} right, window {window_right / n:.2%}, ", end="")
    print(
        f"the same answer in {same / n:.2%}; requests beside the page: {len(browser.requests) - 1}"
    )
    middle, slowest = np.quantile(frames, [0.5, 0.99])
    print(f"a frame while drawing: median {middle:.1f} ms, 99th percentile {slowest:.1f} ms")


def picture(browser: Browser, path: Path) -> Image.Image:
    """A number on a light desktop, and the evidence for a digit on a dark phone."""
    shots = []
    for size, phone, number in (((1000, 640), False, (4, 2)), ((390, 780), True, (7,))):
        browser.dark(phone)
        browser.open(path, *size, scale=2, mobile=phone)
        sheet = rect(browser, "#sheet")
        for index, digit in enumerate(number):
            for stroke in sample_strokes(digit):
                middle = (index + 0.5) / len(number), 0.5
                places = (stroke - 0.5) * (1.2, 0.75)[len(number) - 1] + middle
                browser.drag((places * sheet.size + sheet.topleft).tolist())
        if phone:
            left, top, width, height = rect(browser, "[aria-label='7']")
            browser.touch("touchStart", (left + width / 2, top + height / 2))
            browser.touch("touchEnd")
        else:
            browser.mouse("mouseMoved", 1, 1, "none")
        time.sleep(1)  # until the bars have come to rest
        shots.append(Image.open(io.BytesIO(browser.screenshot())).convert("RGB"))
    desk, phone = shots
    phone = phone.resize((phone.width * desk.height // phone.height, desk.height))
    both = Image.new("RGBA", (desk.width + desk.height // 20 + phone.width, desk.height))
    both.paste(desk, (0, 0))
    both.paste(phone, (both.width - phone.width, 0))
    return both.resize((both.width // 2, both.height // 2), Image.Resampling.BOX)


def rect(browser: Browser, selector: str) -> pygame.Rect:
    """The rectangle of an element of the page."""
    found = f'document.querySelector("{selector}").getBoundingClientRect()'
    return pygame.Rect(browser.run(f"(r => [r.left, r.top, r.width, r.height])({found})"))


def busy_milliseconds(browser: Browser) -> float:
    """The processor time of the page's main thread so far."""
    browser.send("Performance.enable", timeDomain="threadTicks")
    metrics = browser.send("Performance.getMetrics")["metrics"]
    return 1000 * next(one["value"] for one in metrics if one["name"] == "TaskDuration")


if __name__ == "__main__":
    sys.exit(main())
