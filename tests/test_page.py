"""The page does in a real browser what the window does."""

import io
import json
import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import browser as chromium
import numpy as np
import pytest
import wasmtime
from browser import Browser
from PIL import Image
from varied_nets import LAYERS, varied_net

import export
from app.demo.sample import sample_strokes
from app.demo.showcase import scribble
from app.style import theme
from digits.drawing import Drawing, saved_drawings
from digits.learning.paths import on_sheet
from digits.recognizer import Recognizer
from digits.recognizer.grouping import rows
from digits.recognizer.numbers import NumberReader
from exporting.page import WEB, network, page

SIZES = {
    "desktop": (1000, 640),
    "phone": (390, 844),
    "on its side": (844, 390),
    "large": (2560, 1440),
}
STEP = 8  # of the many points of our own digits every so-manieth is enough
needs_browser = pytest.mark.skipif(
    chromium.find() is None, reason="no Chromium: install Debian's package chromium, or the like"
)


@pytest.fixture(scope="module")
def recognizer() -> Recognizer:
    return Recognizer.load()


@pytest.fixture(scope="module")
def file(recognizer, tmp_path_factory) -> Path:
    path = tmp_path_factory.mktemp("page") / "inkling.html"
    path.write_text(page(recognizer, theme), "utf-8")
    return path


@pytest.fixture(scope="module")
def running() -> Iterator[Browser]:
    browser = Browser()
    yield browser
    browser.close()


@pytest.fixture(scope="module")
def opened(running, file) -> Browser:
    """The same with the page open, for what only asks its script."""
    running.open(file)
    return running


@pytest.fixture
def browser(running, file) -> Iterator[Browser]:
    """A browser that has just opened the page in a window of the design's size."""
    running.dark(False)
    running.open(file)
    yield running
    assert running.errors == []


def box(browser: Browser, selector: str) -> tuple[float, float, float, float]:
    """Left, top, width and height of an element."""
    found = f"document.querySelector({json.dumps(selector)}).getBoundingClientRect()"
    return tuple(browser.run(f"(r => [r.left, r.top, r.width, r.height])({found})"))


def places(browser: Browser, stroke: np.ndarray) -> list[tuple[float, float]]:
    """Where the points of a stroke, in units of the sheet's side, are in the window."""
    left, top, side, _ = box(browser, "#sheet")
    return (stroke * side + (left, top)).tolist()


def draw(browser: Browser, digit: int) -> None:
    for stroke in sample_strokes(digit):
        browser.drag(places(browser, stroke[::STEP]))
    browser.settle()


def draw_side_by_side(browser: Browser, *digits: int, first: int = 0) -> None:
    """Draw digits in the thirds of the sheet, from the `first` one on."""
    for third, digit in enumerate(digits, first):
        for stroke in sample_strokes(digit):
            browser.drag(places(browser, stroke[::4] / 3 + (third / 3, 0.3)))
    browser.settle()


def text(browser: Browser, id: str) -> str:
    return browser.run(f"document.getElementById('{id}').textContent")


def bars(browser: Browser) -> np.ndarray:
    """What the ten bars say, by the digits on them."""
    meters = "[...document.querySelectorAll('[role=meter]')]"
    pairs = browser.run(
        f"{meters}.map(m => [m.getAttribute('aria-label'), m.getAttribute('aria-valuenow')])"
    )
    assert [label for label, _ in pairs] == [str(digit) for digit in range(10)]
    return np.array([float(value) for _, value in pairs])


def strokes_of(drawing: Drawing) -> list[dict[str, object]]:
    """As the page has them."""
    return [
        {"width": stroke.width, "points": [list(map(float, point)) for point in stroke.points]}
        for stroke in drawing.strokes
    ]


def pixels(browser: Browser) -> np.ndarray:
    with Image.open(io.BytesIO(browser.screenshot())) as picture:
        return np.asarray(picture.convert("RGB"))


def drawings() -> Iterator[Drawing]:
    """Our own digits at any place, size, angle and pen, some beyond the sheet; what is no digit."""
    generator = np.random.default_rng(0)
    for number in range(100):
        turn, size = generator.normal(0, 0.3), generator.uniform(0.05, 1.4)
        matrix = size * np.array([[np.cos(turn), np.sin(turn)], [-np.sin(turn), np.cos(turn)]])
        middle = generator.uniform(0.1, 0.9, 2)
        strokes = [(stroke - 0.5) @ matrix + middle for stroke in sample_strokes(number % 10)]
        yield Drawing.of(strokes, generator.uniform(0.02, 0.2))
    for corners in range(2, 12):
        yield Drawing.of(generator.uniform(-0.1, 1.1, (2, corners, 2)), 0.075)
    yield Drawing.of([[(0.5, 0.5)]], 0.075)
    yield Drawing.of([[(0.2, 0.3), (0.2, 0.3)], [(0.21, 0.3)]], 0.075)
    yield Drawing.of([[(-1, 0.5), (2, 0.5)], [(0.5, -3), (0.5, 0.2)]], 0.075)
    yield Drawing.of([[(-0.2, 0.5), (-0.1, 0.9)]], 0.075)  # nothing on the sheet


def compare(browser: Browser, recognizer: Recognizer, given: list[Drawing]) -> None:
    """The page and Python see the same image in each drawing and say the same about it."""
    wanted = [recognizer.read_drawing(drawing) for drawing in given]
    lists = "r && {...r, image: [...r.image], probabilities: [...r.probabilities]}"
    strokes = json.dumps([strokes_of(drawing) for drawing in given])
    found = browser.run(f"{strokes}.map(s => READER.read(s)).map(r => {lists})")
    for one, other in zip(found, wanted, strict=True):
        if other is None:
            assert one is None
            continue
        np.testing.assert_allclose(one["image"], other.image.ravel(), atol=1e-3, rtol=0)
        np.testing.assert_allclose(one["probabilities"], other.probabilities, atol=1e-5, rtol=0)
        assert (one["digit"], one["sure"]) == (other.digit, other.sure)


# --- The file


def test_the_page_is_one_file_below_two_megabytes_that_may_ask_for_nothing(file):
    html = file.read_text("utf-8")
    assert len(html) < 2_000_000
    policy = html.partition('Content-Security-Policy" content="')[2].partition('"')[0]
    allowed = dict(rule.split(maxsplit=1) for rule in policy.split("; "))
    assert allowed.pop("default-src") == allowed.pop("base-uri") == "'none'"
    assert "http" not in policy and "unsafe-inline" not in policy


def test_the_kernel_is_what_its_text_says_and_below_a_kilobyte():
    kernel = (WEB / "kernel.wasm").read_bytes()
    assert kernel == bytes(wasmtime.wat2wasm((WEB / "kernel.wat").read_text("utf-8")))
    assert len(kernel) < 1000


@pytest.mark.parametrize(
    "arguments",
    [
        ["--html", "{tmp}/no/such/folder/page.html"],
        ["--html", "{tmp}"],
        ["--html", "."],
        ["--html", "{tmp}/page.html", "--model", "{tmp}/none.npz"],
        ["--html", "{tmp}/page.html", "--model", __file__],
        ["--onnx", "{tmp}/no/such/folder/model.onnx"],
    ],
)
def test_bad_input_gets_one_line(arguments, tmp_path, monkeypatch, capsys):
    arguments = [argument.format(tmp=tmp_path) for argument in arguments]
    monkeypatch.setattr(sys, "argv", ["export.py", *arguments])
    assert export.main() == 1
    said = capsys.readouterr().err
    assert said.startswith("export.py: can't ") and said.count("\n") == 1
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    "arguments",
    [["--html", "{tmp}/one", "--onnx", "{tmp}/one"], ["--onnx", "{tmp}/m", "--model", "{tmp}/m"]],
)
def test_no_file_is_written_twice_or_over_the_model(arguments, tmp_path, monkeypatch, capsys):
    arguments = [argument.format(tmp=tmp_path) for argument in arguments]
    monkeypatch.setattr(sys, "argv", ["export.py", *arguments])
    with pytest.raises(SystemExit):
        export.main()
    assert "must be different files" in capsys.readouterr().err
    assert not list(tmp_path.iterdir())


def test_a_link_stays_and_leads_to_the_new_file(tmp_path):
    (tmp_path / "link").symlink_to("page.html")
    (tmp_path / "page.html").write_text("an older one")
    export.write(tmp_path / "link", b"new")
    assert (tmp_path / "link").is_symlink()
    assert (tmp_path / "page.html").read_bytes() == b"new"
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes here")
def test_what_is_no_file_is_not_replaced_by_one(tmp_path):
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(OSError, match="not a regular file"):
        export.write(tmp_path / "pipe", b"new")
    assert (tmp_path / "pipe").is_fifo()


def test_what_was_written_is_a_success_whoever_reads_about_it(tmp_path, monkeypatch):
    def closed(*_):
        raise BrokenPipeError

    monkeypatch.setattr(sys, "argv", ["export.py", "--html", str(tmp_path / "page.html")])
    monkeypatch.setattr(export, "print", closed, raising=False)
    assert export.main() == 0
    assert (tmp_path / "page.html").exists()


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have no such names")
def test_any_name_is_printed_and_an_error_about_it_is_one_line(tmp_path):
    model = tmp_path / "bro\nken.npz"
    command = [sys.executable, "-X", "utf8", "export.py", "--html"]
    for path, *more in (
        (os.fsencode(tmp_path / "caf") + b"\xe9.html",),
        (tmp_path / "page.html", "--model", model),
    ):
        done = subprocess.run([*command, path, *more], cwd=WEB.parent, capture_output=True)
        assert done.returncode == len(more) // 2
        said = (done.stderr if more else done.stdout).decode()
        assert said.count("\n") == 1 and "Traceback" not in said, said


def test_the_command_writes_a_page(tmp_path):
    command = [sys.executable, "export.py", "--html", str(tmp_path / "page.html")]
    command += ["--model", "models/dense.npz"]
    done = subprocess.run(command, cwd=WEB.parent, capture_output=True, text=True, timeout=60)
    assert done.returncode == 0, done.stderr
    assert "109,386 parameters" in (tmp_path / "page.html").read_text("utf-8")


# --- The same as Python


@needs_browser
def test_the_page_sees_and_says_what_python_does(opened, recognizer):
    compare(opened, recognizer, list(drawings()))


@needs_browser
def test_the_page_reads_peoples_digits_as_python_does(opened, recognizer, pen_digits):
    compare(opened, recognizer, [digit.drawing() for digit in pen_digits[::110]])


def numbers() -> Iterator[Drawing]:
    """Numbers of our own digits, near and far, level and sloping, in any order of strokes."""
    generator = np.random.default_rng(0)
    for _ in range(30):
        strokes, right, slope = [], 0.02, generator.normal(0, 0.05)
        for digit in generator.integers(0, 10, generator.integers(1, 7)):
            written = sample_strokes(digit)
            left = min(stroke[:, 0].min() for stroke in written)
            move = right - left / 6, 0.5 + slope * right
            strokes += [stroke / 6 + move for stroke in written]
            right = max(stroke[:, 0].max() for stroke in strokes) + generator.uniform(-0.01, 0.05)
        generator.shuffle(strokes)
        yield Drawing.of([stroke[::4] for stroke in strokes], 0.02)
    for step in (0.2, 0.4):  # a hatching, and 1111
        yield on_sheet([np.array([(i * step, 0), (i * step, 1)]) for i in range(4)])
    angle = np.linspace(0, 2 * np.pi, 40)
    circle = np.stack([0.35 - 0.35 * np.sin(angle), 0.5 - 0.5 * np.cos(angle)], axis=1)
    for place in (0.66, 0.8):  # a bar inside a frame, and 01
        yield on_sheet([circle, np.array([(place, 0), (place, 1)])])
    # One stroke too many for a number, although it lies beside the sheet.
    yield Drawing.of([[(x, 0.2), (x, 0.8)] for x in (*np.linspace(0.1, 0.9, 100), 2)], 0.01)


@needs_browser
def test_strokes_are_grouped_as_in_python_whatever_they_look_like(opened):
    generator = np.random.default_rng(0)
    cases, wanted = [], []
    for _ in range(100):
        corners = generator.random((generator.integers(1, 13), 2)) * (2, 0.2)
        boxes = np.concatenate([corners, corners + generator.uniform(0.05, 0.4, corners.shape)], 1)
        found = rows(boxes)
        costs = [{run: generator.exponential(0.3) for run in row.runs} for row in found]
        keyed = [{f"{start},{stop}": cost for (start, stop), cost in one.items()} for one in costs]
        cases.append([boxes.tolist(), keyed])
        wanted.append(
            [
                [row.order.tolist(), [list(run) for run in row.cheapest(cost)]]
                for row, cost in zip(found, costs, strict=True)
            ]
        )
    found = opened.run(
        f"""{json.dumps(cases)}.map(([boxes, costs]) => rows(boxes).map((row, i) =>
            [row.order, row.cheapest(run => costs[i][run])]))"""
    )
    assert found == wanted


@needs_browser
def test_numbers_are_divided_into_the_same_digits(opened, recognizer):
    given = list(numbers())
    strokes = json.dumps([strokes_of(drawing) for drawing in given])
    found = opened.run(
        f"""{strokes}.map(strokes => {{
            const reader = new NumberReader(READER);
            while (!reader.read({{ strokes, labels: [], labelOf: () => null }}, 0));
            const digits = reader.number.digits.map(d => d.strokes.map(s => strokes.indexOf(s)));
            return [reader.number.text, digits];
        }})"""
    )
    for drawing, (text, digits) in zip(given, found, strict=True):
        reader = NumberReader(recognizer)
        reader.read(drawing)
        place = {id(stroke): index for index, stroke in enumerate(drawing.strokes)}
        wanted = [[place[id(stroke)] for stroke in one.strokes] for one in reader.number.digits]
        assert (text, digits) == (reader.number.text, wanted)


@needs_browser
def test_labelled_digits_are_sure_as_in_python(opened, recognizer):
    hatching = Drawing.of(np.array([[[x, 0.3], [x, 0.7]] for x in (0.4, 0.46, 0.52, 0.58)]), 0.03)
    read = f"""(label => {{
        const reader = new NumberReader(READER), strokes = {json.dumps(strokes_of(hatching))};
        reader.read({{ strokes, labels: [], labelOf: () => label }});
        return reader.number.text;
    }})"""
    reader = NumberReader(recognizer)
    reader.read(hatching)
    assert opened.run(f"{read}(null)") == reader.number.text == "?"
    for stroke in hatching.strokes:
        hatching.label_as(1, [stroke])
    reader.read(hatching)
    assert opened.run(f"{read}(1)") == reader.number.text == "1111"


@needs_browser
def test_each_digit_of_a_number_can_be_looked_at_and_labelled(browser, tmp_path):
    draw_side_by_side(browser, 1, 4, 7)
    assert text(browser, "answer") == "147"
    assert bars(browser).argmax() == 7  # the one drawn last
    (on_the_four,) = places(browser, np.array([[0.5, 0.5]]))
    browser.mouse("mouseMoved", *on_the_four, button="none")
    browser.settle()
    assert bars(browser).argmax() == 4
    left, top, width, height = box(browser, "#answer span")
    browser.mouse("mouseMoved", left + width / 2, top + height / 2, button="none")
    browser.settle()
    assert bars(browser).argmax() == 1
    browser.run("document.querySelector('#answer span:last-child').focus()")
    browser.settle()
    assert bars(browser).argmax() == 7
    assert browser.run("document.querySelectorAll('#marks i').length") == 3
    browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.press("7")  # labels it, and no other
    browser.settle()
    assert text(browser, "label") == "Label 7"
    browser.press("s")
    click(browser, "dialog button[value='none']")
    saved = downloaded(browser, tmp_path)
    assert [(part.strokes, part.label) for part in saved.labelled()] == [(saved.strokes[-1:], 7)]


@needs_browser
def test_a_number_is_labelled_in_the_question_that_saving_asks(browser, tmp_path):
    browser.resize(*SIZES["phone"], scale=2, mobile=True)
    browser.settle()
    draw_side_by_side(browser, 1, 4, 7)
    browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    browser.press("s")
    field = "document.querySelector('#labels input')"
    assert browser.run(f"{field}.value") == "147"
    browser.run(f"{field}.value = '14'")  # too short
    browser.run("document.querySelector('#labels div button').click()")
    browser.run("document.querySelector('#labels div button').focus()")
    browser.press("3")  # answers only the question which digit it is
    assert browser.run("document.getElementById('labels').open")
    browser.run(f"{field}.value = '149'")
    browser.run("document.querySelector('#labels div button').click()")
    saved = downloaded(browser, tmp_path)
    assert [part.label for part in saved.labelled()] == [1, 4, 9]


@needs_browser
def test_saving_asks_for_the_digits_that_have_no_label_yet(browser):
    draw_side_by_side(browser, 4)
    browser.press("9")
    draw_side_by_side(browser, 7, first=1)
    browser.press("s")
    assert browser.run("document.querySelector('#labels input').value") == "97"


@needs_browser
def test_the_same_ink_speaks_for_a_digit(opened, recognizer):
    for drawing, digit in zip(list(drawings())[:8], range(8), strict=True):
        evidence = recognizer.evidence(recognizer.read_drawing(drawing), digit)
        strokes = json.dumps(strokes_of(drawing))
        found = opened.run(f"[...READER.evidence(READER.read({strokes}), {digit})]")
        np.testing.assert_allclose(found, evidence.ravel(), atol=1e-4, rtol=0)


@needs_browser
@pytest.mark.parametrize("name", LAYERS)
def test_every_layer_and_activation_does_what_it_does_in_python(opened, name):
    net = varied_net(name)
    image = np.random.default_rng(1).random((1, 784), np.float32)
    image = np.round(image * 2) / 2  # so that pooling has ties
    described = json.dumps(network(Recognizer(net, name)))
    code = "new Net(layersWithArrays(described), new Kernel(decoded(DATA.kernel)))"
    found = opened.run(
        f"""(described => {{
            const net = {code}, image = new Float32Array({json.dumps(image[0].tolist())});
            return [[...net.predict(image)], [...net.inputGradient(image, 3)]];
        }})({described})"""
    )
    np.testing.assert_allclose(found[0], net.predict(image)[0], atol=1e-5, rtol=0)
    gradient = net.input_gradient(image, 3)[0]
    np.testing.assert_allclose(found[1], gradient, atol=1e-4 * abs(gradient).max(), rtol=0)


# --- Drawing


@needs_browser
def test_what_the_mouse_draws_is_read_and_nothing_is_asked_for(browser):
    assert text(browser, "answer") == ""
    for digit in range(10):
        draw(browser, digit)
        assert text(browser, "answer") == str(digit)
        assert bars(browser).sum() == pytest.approx(1, abs=1e-3)
        assert bars(browser).argmax() == digit
        browser.press(" ")
    assert browser.requests == browser.requests[:1]


@needs_browser
def test_what_is_no_digit_gets_a_question_mark(browser):
    browser.drag(places(browser, scribble()[::2]))
    browser.settle()
    assert text(browser, "answer") == "?"


@needs_browser
def test_a_finger_draws_and_the_second_one_does_not(browser):
    browser.resize(*SIZES["phone"], scale=2, mobile=True)
    browser.settle()
    (stroke,) = sample_strokes(3)
    first, *rest = places(browser, stroke[::4])
    browser.touch("touchStart", first)
    for place in rest[: len(rest) // 2]:
        browser.touch("touchMove", place)
    other = places(browser, np.array([[0.1, 0.1]]))[0]
    browser.touch("touchStart", place, other)
    for place in rest[len(rest) // 2 :]:
        browser.touch("touchMove", place, other)
    browser.touch("touchEnd")
    browser.settle()
    assert text(browser, "answer") == "3"
    assert browser.run("[scrollX, scrollY]") == [0, 0]
    # A finger that is taken away by the system ends its stroke, and the next one draws again.
    browser.press(" ")
    browser.touch("touchStart", first)
    browser.touch("touchCancel")
    browser.touch("touchStart", first)
    for place in rest:
        browser.touch("touchMove", place)
    browser.touch("touchEnd")
    browser.settle()
    assert text(browser, "answer") == "3"


@needs_browser
def test_a_stroke_survives_the_sheets_edge_and_a_resize(browser):
    stroke = sample_strokes(7)[0]
    half = len(stroke) // 2
    first, *rest = places(browser, stroke[:half:4])
    browser.mouse("mousePressed", *first)
    for place in [*rest, (990, 600), rest[-1]]:  # out of the sheet and back
        browser.mouse("mouseMoved", *place)
    browser.resize(800, 900)
    browser.settle()
    for place in places(browser, stroke[half::4]):
        browser.mouse("mouseMoved", *place)
    browser.mouse("mouseReleased", *place)
    browser.settle()
    assert len(browser.run("DRAWING.strokes")) == 1


@needs_browser
def test_a_pen_that_was_lifted_unseen_does_not_stick(browser):
    ((x, y),) = places(browser, np.array([[0.5, 0.2]]))
    points = "DRAWING.strokes.map(stroke => stroke.points.length)"
    browser.mouse("mousePressed", x, y)
    browser.mouse("mouseMoved", x + 50, y + 50, button="none")  # let go beside the window
    browser.mouse("mouseMoved", x + 90, y + 90, button="none")
    assert browser.run(points) == [1]
    browser.mouse("mousePressed", x, y)
    browser.run("document.dispatchEvent(new Event('visibilitychange'))")  # another tab
    browser.mouse("mouseMoved", x + 50, y + 50)
    browser.mouse("mouseReleased", x, y)
    assert browser.run(points) == [1, 1]
    down = "{pointerId: 7, isPrimary: true, button: 0, buttons: 1}"
    browser.run(
        f"""{{ const canvas = document.getElementById('sheet');
        canvas.setPointerCapture = () => {{}};
        canvas.dispatchEvent(new PointerEvent('pointerdown', {down})); }}"""  # and never up
    )
    browser.drag([(x, y), (x + 50, y + 50)])
    browser.settle()
    assert browser.run(points) == [1, 1, 1, 2]


def point(browser: Browser, script: str) -> None:
    """Run a script that calls send(type of the event, kind of pointer, its id, x)."""
    browser.run(
        """{ const canvas = document.getElementById('sheet');
        const send = (type, kind, id, x) => canvas.dispatchEvent(new PointerEvent(type, {
            pointerType: kind, pointerId: id, isPrimary: true, button: 0, buttons: 1,
            clientX: x, clientY: 99 }));
        canvas.setPointerCapture = () => {};"""
        + script
        + "}"
    )


@needs_browser
def test_a_hand_that_rests_on_the_screen_does_not_end_a_pens_stroke(browser):
    point(
        browser,
        """
        send('pointerdown', 'pen', 7, 99);
        send('pointermove', 'pen', 7, 120);
        send('pointerdown', 'touch', 8, 200);
        send('pointermove', 'pen', 7, 140);
        send('pointerup', 'touch', 8, 200);
        send('pointerup', 'pen', 7, 160);
        send('pointerdown', 'touch', 9, 200);""",  # without the pen, fingers draw
    )
    assert browser.run("DRAWING.strokes.map(stroke => stroke.points.length)") == [4, 1]


@needs_browser
def test_a_hand_that_lands_before_its_pen_leaves_no_ink(browser):
    point(
        browser,
        """
        send('pointerdown', 'touch', 8, 200);
        send('pointermove', 'touch', 8, 203);
        send('pointerdown', 'pen', 7, 99);
        send('pointermove', 'touch', 8, 205);
        send('pointermove', 'pen', 7, 120);
        send('pointermove', 'pen', 7, 130);""",
    )
    assert browser.run("DRAWING.strokes.map(stroke => stroke.points.length)") == [3]


@needs_browser
def test_only_the_left_button_draws(browser):
    ((x, y),) = places(browser, np.array([[0.5, 0.2]]))
    browser.mouse("mousePressed", x, y)
    browser.run(
        f"""document.getElementById('sheet').dispatchEvent(new PointerEvent('pointermove', {{
        pointerId: 1, isPrimary: true, buttons: 2, clientX: {x} + 50, clientY: {y} }}))"""
    )
    browser.mouse("mouseMoved", x + 90, y)
    assert browser.run("DRAWING.strokes.map(stroke => stroke.points.length)") == [1]


@needs_browser
def test_the_sheet_is_repainted_for_a_finer_screen(browser):
    draw(browser, 4)
    browser.resize(*SIZES["desktop"], scale=2)
    draw(browser, 1)
    assert browser.run("document.getElementById('sheet').width") == 2 * 544


@needs_browser
def test_bars_move_after_a_pause_too(browser):
    draw(browser, 5)
    time.sleep(1)
    found = browser.run(
        """new Promise((done) => {
            document.getElementById('clear').click();
            requestAnimationFrame(() =>
                done(document.querySelector("[aria-label='5'] i i").style.transform));
        })"""
    )
    assert 0.5 < float(found.removeprefix("scaleX(").removesuffix(")")) < 1


@needs_browser
def test_thousands_of_strokes_do_no_harm(browser):
    script = """(async () => {
        const sheet = document.getElementById('sheet'), r = sheet.getBoundingClientRect();
        const event = (kind, x, y) => sheet.dispatchEvent(new PointerEvent(kind, {
            pointerId: 1, button: 0, buttons: 1, clientX: r.left + x * r.width,
            clientY: r.top + y * r.height }));
        sheet.setPointerCapture = () => {};
        for (let i = 0; i < 3000; i++) {
            event('pointerdown', i % 60 / 60, i / 3000);
            event('pointermove', i % 60 / 60 + 0.01, i / 3000);
            event('pointerup', i % 60 / 60 + 0.01, i / 3000);
        }
    })()"""
    browser.run(script)
    browser.settle()
    assert text(browser, "answer") == "?"
    browser.press("z", modifiers=2)
    browser.press(" ")
    browser.settle()
    assert text(browser, "answer") == ""


# --- Keys and buttons


@needs_browser
def test_keys_are_found_by_their_place_where_the_alphabet_is_another(browser):
    draw(browser, 1)
    browser.run(
        """document.dispatchEvent(new KeyboardEvent(
            'keydown', { key: 'я', code: 'KeyZ', ctrlKey: true }))"""
    )
    assert browser.run("DRAWING.strokes.length") == 0


@needs_browser
def test_keys_and_buttons_undo_redo_and_clear(browser):
    draw(browser, 7)
    for undo, redo in (
        (lambda: browser.press("z", modifiers=2), lambda: browser.press("z", modifiers=10)),
        (lambda: browser.press("z", modifiers=4), lambda: browser.press("y", modifiers=2)),
        (lambda: click(browser, "#undo"), lambda: click(browser, "#redo")),
    ):
        undo()
        browser.settle()
        assert text(browser, "answer") == ""
        redo()
        browser.settle()
        assert text(browser, "answer") == "7"
    click(browser, "#undo")
    browser.press("y", modifiers=2)
    browser.press(" ")  # clears, and does not press the button clicked last
    browser.settle()
    assert text(browser, "answer") == ""
    browser.press("z", modifiers=2)
    browser.settle()  # until then the button is disabled
    click(browser, "#clear")
    browser.settle()
    assert text(browser, "answer") == ""


def click(browser: Browser, selector: str) -> None:
    left, top, width, height = box(browser, selector)
    browser.drag([(left + width / 2, top + height / 2)])


def downloaded(browser: Browser, folder: Path) -> Drawing:
    """The drawing in the file that the page says it has just saved there."""
    browser.wait_for("document.getElementById('notice').textContent.startsWith('Saved as ')")
    path = folder / text(browser, "notice").removeprefix("Saved as ")
    while not path.exists() or not path.stat().st_size:  # it is empty until all of it is there
        browser.settle()
    return saved_drawings.load(path).drawing


@needs_browser
@pytest.mark.parametrize("way", ["keys", "buttons", "key in the question", "Enter in the question"])
def test_a_labelled_drawing_is_saved_as_the_window_saves_it(browser, way, tmp_path):
    browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    draw(browser, 4)
    if way == "keys":
        browser.press("4")
        browser.press("s")
    elif way == "key in the question":
        browser.press("s")
        browser.press("4")
    elif way == "Enter in the question":
        browser.press("s")
        browser.press("Enter")
    else:
        click(browser, "#save")
        click(browser, "dialog button[value='4']")
    saved = downloaded(browser, tmp_path)
    assert saved.label == 4
    side = box(browser, "#sheet")[2]
    for stroke, drawn in zip(saved.strokes, sample_strokes(4), strict=True):
        assert stroke.width == theme.PEN_WIDTH
        np.testing.assert_allclose(stroke.points, drawn[::STEP], atol=2 / side)
    browser.press("z", modifiers=2)  # one step is enough to take the label away
    browser.settle()
    assert text(browser, "label") == "" and text(browser, "answer") == "4"


# --- What a person sees


@needs_browser
@pytest.mark.parametrize("size", SIZES.values(), ids=SIZES)
def test_everything_is_seen_without_scrolling(browser, size):
    browser.resize(*size)
    draw(browser, 8)
    width, height = size
    assert browser.run(
        "[document.documentElement.scrollWidth, document.documentElement.scrollHeight]"
    ) == [width, height]
    for selector in (
        "#sheet",
        "#answer",
        "#share",
        "#input",
        "#caption",
        ".bar",
        ".bar:last-child",
    ):
        left, top, breadth, length = box(browser, selector)
        assert left >= 0 and top >= 0 and breadth > 0 and length > 0, selector
        assert left + breadth <= width and top + length <= height, selector
    assert box(browser, "#sheet")[2] == pytest.approx(box(browser, "#sheet")[3])
    assert box(browser, "#sheet")[2] > 0.8 * min(size)


@needs_browser
@pytest.mark.parametrize("palette", [theme.LIGHT, theme.DARK], ids=["light", "dark"])
def test_colours_are_the_windows_by_the_systems_wish(browser, palette):
    browser.dark(palette is theme.DARK)
    draw(browser, 1)
    shown = {tuple(colour) for colour in pixels(browser).reshape(-1, 3)[::7].tolist()}
    assert {palette.background, palette.sheet, palette.ink, palette.accent} <= shown


@needs_browser
def test_the_mouse_on_a_bar_shows_which_ink_speaks_for_it(browser):
    draw(browser, 5)
    left, top, width, height = box(browser, "[role=meter][aria-label='3']")
    browser.mouse("mouseMoved", left + width / 2, top + height / 2, button="none")
    browser.settle()
    assert text(browser, "caption") == "gradient × input"
    assert "for 3" in text(browser, "speaks")
    x, y, side, _ = map(round, box(browser, "#input"))
    shown = pixels(browser)[y : y + side, x : x + side].reshape(-1, 3).astype(int)
    for colour in (theme.LIGHT.speaks_for, theme.LIGHT.speaks_against):
        assert abs(shown - colour).sum(axis=1).min() < 60
    browser.mouse("mouseMoved", 5, 5, button="none")
    browser.settle()
    assert text(browser, "caption") == "Network input"
    browser.run("document.querySelector('[role=meter][aria-label=\"6\"]').focus()")
    browser.mouse("mouseMoved", left + width / 2, top + height / 2, button="none")
    browser.mouse("mouseMoved", 5, 5, button="none")
    browser.settle()
    assert "for 6" in text(browser, "speaks")


@needs_browser
def test_everything_has_a_name_and_the_focus_is_seen(browser):
    draw(browser, 5)
    unnamed = """[...document.querySelectorAll('button, canvas, output, [role]:not([role=status])')]
        .filter(e => !e.closest('dialog') && !e.getAttribute('aria-label'))"""
    assert browser.run(f"{unnamed}.length") == 0
    assert browser.run("document.getElementById('answer').getAttribute('aria-live')") == "polite"
    browser.press("Tab")  # from the sheet to the first bar, whose evidence is shown
    browser.settle()
    assert "for 0" in text(browser, "speaks")
    browser.press("Tab", modifiers=8)  # and back to the last button
    focused = "document.activeElement"
    assert browser.run(f"{focused}.id") == "save"
    assert browser.run(f"getComputedStyle({focused}).outlineStyle") == "solid"
    browser.press("Enter")
    assert browser.run("document.querySelector('dialog').open")


@needs_browser
@pytest.mark.parametrize("key", [" ", "Enter"], ids=["SPACE", "Enter"])
def test_keys_choose_the_digit_that_has_the_focus_and_leave_the_sheet_alone(browser, key):
    draw_side_by_side(browser, 1, 7)
    browser.run("document.querySelector('#answer span').focus()")
    (on_the_seven,) = places(browser, np.array([[0.5, 0.5]]))
    browser.mouse("mouseMoved", *on_the_seven, button="none")
    browser.settle()
    assert bars(browser).argmax() == 7
    browser.press(key)
    browser.settle()
    assert text(browser, "answer") == "17" and bars(browser).argmax() == 1


@needs_browser
def test_after_a_click_on_a_digit_of_the_answer_space_clears(browser):
    draw_side_by_side(browser, 1, 7)
    click(browser, "#answer span")
    browser.settle()
    assert bars(browser).argmax() == 1
    browser.press(" ")
    browser.settle()
    assert text(browser, "answer") == ""


@needs_browser
def test_a_digit_that_has_become_another_is_saved_only_when_its_label_is_asked(browser, tmp_path):
    browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    draw(browser, 1)
    browser.press("1")
    browser.drag(places(browser, np.array([(0.3, 0.5), (0.5, 0.5), (0.7, 0.5)])))
    browser.settle()
    assert text(browser, "answer") == "7"
    browser.press("s")
    assert browser.run("document.getElementById('labels').open")
    browser.press("7")
    assert downloaded(browser, tmp_path).label == 7


@needs_browser
def test_a_shortcut_does_not_answer_the_question_which_digit_it_is(browser):
    draw(browser, 1)
    browser.press("s")
    browser.press("0", modifiers=2)  # the zoom as it was
    assert browser.run("document.getElementById('labels').open")


@needs_browser
def test_a_button_that_has_nothing_to_do_keeps_the_focus_and_does_nothing(browser):
    draw(browser, 1)
    browser.run("document.getElementById('clear').focus()")
    browser.press("Enter")
    browser.settle()
    assert text(browser, "answer") == ""
    assert browser.run("document.activeElement.id") == "clear"
    idle = "[...document.querySelectorAll('[aria-disabled=true]')].map(({ id }) => id)"
    assert browser.run(idle) == ["redo", "clear", "save"]
    browser.press(" ")
    click(browser, "#save")
    browser.settle()
    assert text(browser, "notice") == ""
    assert browser.run("DRAWING.past.length") == 2


@needs_browser
def test_a_digit_read_as_several_none_of_them_sure_is_labelled_as_one(browser, tmp_path):
    browser.send("Browser.setDownloadBehavior", behavior="allow", downloadPath=str(tmp_path))
    draw(browser, 5)
    bar = np.array([(0.37, 0.47), (0.36, 0.55), (0.35, 0.62), (0.36, 0.72)])  # which makes it a 6
    browser.drag(places(browser, bar))
    browser.settle()
    assert browser.run("document.querySelectorAll('#marks i').length") == 2
    assert text(browser, "answer") == "?"
    browser.press("s")
    browser.run("document.querySelector('#labels input').value = '6'")
    browser.run("document.querySelector('#labels div button').click()")
    assert downloaded(browser, tmp_path).label == 6
    browser.press("z", modifiers=2)
    browser.settle()
    assert text(browser, "label") == ""
    browser.press("6")
    browser.settle()
    assert text(browser, "label") == "Label 6"
    assert browser.run("document.querySelectorAll('#marks i').length") == 0


@needs_browser
def test_the_pens_width_is_changed_by_its_button_and_by_keys(browser):
    widths = [theme.PEN_WIDTH * theme.PEN_STEP**step for step in (0, -3, -6, 0, 1, 5, -6)]
    ways = [(), ["#pen"], ["#pen"], ["#pen"], "]", "]" * 9, "[" * 20]
    for i, way in enumerate(ways):
        for one in way:
            click(browser, one) if one == "#pen" else browser.press(one)
        browser.drag(places(browser, np.array([(0.2, 0.1 + 0.1 * i), (0.8, 0.1 + 0.1 * i)])))
    browser.settle()
    assert browser.run("DRAWING.strokes.map(({ width }) => width)") == pytest.approx(widths)
    label = "document.getElementById('pen').getAttribute('aria-label')"
    assert browser.run(label) == "Pen: 3% of the sheet"


@needs_browser
def test_a_label_given_too_early_is_extended_by_the_same_key(browser):
    for number, stroke in enumerate(sample_strokes(4), start=1):
        browser.drag(places(browser, stroke[::STEP]))
        browser.press("4")
        browser.settle()
        labels = "DRAWING.labels.map(({ strokes, digit }) => [strokes.length, digit])"
        assert browser.run(labels) == [[number, 4]]
    assert number == 2


@needs_browser
def test_a_label_that_differs_from_the_answer_says_so(browser):
    draw(browser, 1)
    seven = "{ key: '\\u06f7', code: 'Digit7' }"  # on a Persian keyboard
    browser.run(f"document.dispatchEvent(new KeyboardEvent('keydown', {seven}))")
    browser.settle()
    assert text(browser, "label") == "Label 7, but read as 1"


@needs_browser
def test_an_answer_that_changes_keeps_the_focus(browser):
    draw_side_by_side(browser, 1, 1)
    browser.drag(places(browser, np.array([(0.42, 0.5), (0.5, 0.5), (0.58, 0.5)])))
    browser.settle()
    changed = text(browser, "answer")
    browser.press("z", modifiers=2)
    browser.settle()
    assert text(browser, "answer") == "11" != changed and len(changed) == 2
    browser.run("document.querySelector('#answer span').focus()")
    browser.press("y", modifiers=2)
    browser.settle()
    assert text(browser, "answer") == changed
    assert browser.run("document.activeElement.textContent") == "1"


@needs_browser
def test_a_label_is_told_to_screen_readers(browser):
    draw(browser, 1)
    browser.press("1")
    browser.settle()
    said = browser.run("[...document.querySelectorAll('[role=status]')].map(e => e.textContent)")
    assert "Label 1" in said


@needs_browser
def test_without_simd_one_plain_line_says_so(running, file):
    script = "WebAssembly.Module = function () { throw new WebAssembly.CompileError(); }"
    added = running.send("Page.addScriptToEvaluateOnNewDocument", source=script)
    try:
        running.open(file)
        assert "WebAssembly SIMD" in running.run("document.getElementById('no-simd').innerText")
        assert running.errors == []
    finally:
        running.send("Page.removeScriptToEvaluateOnNewDocument", **added)
