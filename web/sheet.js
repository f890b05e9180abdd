// The sheet is where a person draws: it turns pointer movements into strokes, and shows them.

const { PEN_WIDTH, PEN_STEP, THINNEST_PEN, THICKEST_PEN } = CONSTANTS.theme;

class Sheet {
  // `changed()` is called when the drawing has changed, `pointed(point)` when a mouse passes over it.
  constructor(canvas, drawing, changed, pointed) {
    Object.assign(this, { canvas, drawing, changed, pointed });
    this.penStep = 0; // how much thicker than usual the pen is
    this.pointer = null; // the one that draws; others are ignored
    this.painted = null; // how many strokes are on the canvas, and points of the last; null if none
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, (event) => this.end(event));
    }
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    // Older browsers on phones act on touch events, and would scroll or zoom the page.
    canvas.addEventListener("touchstart", (event) => {
      if (event.cancelable) event.preventDefault();
    }, { passive: false });
    document.addEventListener("visibilitychange", () => this.lift());
    new ResizeObserver(() => this.repaint()).observe(canvas);
  }

  // The pen's width, in units of the sheet's side.
  get penWidth() {
    return PEN_WIDTH * PEN_STEP ** this.penStep;
  }

  // Make the pen so many steps thicker, or thinner, as far as it can be.
  thicken(steps) {
    this.penStep = Math.min(Math.max(this.penStep + steps, THINNEST_PEN), THICKEST_PEN);
  }

  begin(event) {
    if (event.button !== 0) return;
    // A second finger is not primary, and a hand may rest on the screen while a pen draws. Any other
    // second pointer means that the first's end was lost.
    const isHand = this.kind === "pen" && event.pointerType === "touch";
    if (this.pointer !== null && (!event.isPrimary || isHand)) return;
    if (this.pointer !== null && this.kind === "touch" && event.pointerType === "pen") {
      this.drawing.undo(); // it was the hand that landed first
      this.repaint();
    }
    document.activeElement.blur(); // evidence for a bar ends where drawing begins
    this.pointer = event.pointerId;
    this.kind = event.pointerType;
    this.canvas.setPointerCapture(event.pointerId); // a stroke may leave the sheet and come back
    this.drawing.begin(this.point(event), this.penWidth);
    this.changed();
  }

  move(event) {
    if (this.pointer === null) this.pointed(this.point(event));
    if (event.pointerId !== this.pointer) return;
    if (!(event.buttons & 1)) return this.lift(); // the release was lost
    // The movements since the last frame; some browsers report none.
    const passed = event.getCoalescedEvents?.() ?? [];
    for (const one of passed.length ? passed : [event]) this.drawing.extend(this.point(one));
    this.changed();
  }

  end(event) {
    if (event.pointerId !== this.pointer) return;
    if (event.type === "pointerup") this.drawing.extend(this.point(event));
    this.lift();
    this.changed();
  }

  // Lift the pen: a stroke that is being drawn ends.
  lift() {
    this.pointer = null;
  }

  // An event's place, in units of the sheet's side; measured each time, as the page may have moved.
  point({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }

  // Repaint everything at the next `paint`.
  repaint() {
    this.painted = null;
    this.changed();
  }

  // Show what has been drawn since the last time.
  paint() {
    const { canvas, drawing: { strokes } } = this, brush = canvas.getContext("2d");
    const isBlank = fitToScreen(canvas);
    if (isBlank || this.painted === null) {
      if (!isBlank) brush.clearRect(0, 0, canvas.width, canvas.height);
      this.painted = { strokes: 0, points: 0 };
    }
    brush.lineCap = brush.lineJoin = "round";
    brush.strokeStyle = `rgb(${colour("ink")})`;
    for (let i = Math.max(this.painted.strokes - 1, 0); i < strokes.length; i++) {
      const { points, width } = strokes[i], from = i < this.painted.strokes ? this.painted.points : 0;
      if (from === points.length) continue;
      brush.lineWidth = width * canvas.width;
      brush.beginPath();
      const line = points.slice(Math.max(from - 1, 0));
      const [x, y] = line[0];
      brush.moveTo(x * canvas.width, y * canvas.height);
      for (const [x, y] of line) brush.lineTo(x * canvas.width, y * canvas.height);
      brush.stroke();
    }
    this.painted = { strokes: strokes.length, points: strokes.at(-1)?.points.length ?? 0 };
  }
}

// Marks show which ink belongs to which digit: a thin line under each, if there are several.
class Marks {
  constructor(place) {
    this.place = place;
    this.digits = [];
  }

  show(number, selected) {
    this.digits = number && number.digits.length > 1 ? number.digits : [];
    this.place.replaceChildren(...this.digits.map((digit) => {
      const [left, top, right, bottom] = markedBox(digit), line = document.createElement("i");
      line.style.left = `${left * 100}%`;
      line.style.width = `${(right - left) * 100}%`;
      line.style.top = `${bottom * 100}%`;
      line.classList.toggle("selected", digit === selected);
      return line;
    }));
  }

  // The digit at a point of the sheet; of overlapping ones, the one with the nearer middle.
  digitAt([x, y]) {
    const away = ([left, , right]) => Math.abs((left + right) / 2 - x);
    return this.digits
      .filter((digit) => {
        const [left, top, right, bottom] = markedBox(digit);
        return left <= x && x <= right && top <= y && y <= bottom;
      })
      .sort((one, other) => away(one.box) - away(other.box))[0];
  }
}

// The rectangle of a digit's ink on the sheet.
function markedBox({ strokes, box: [left, top, right, bottom] }) {
  const reach = Math.max(...strokes.map((stroke) => stroke.width)) / 2;
  return [left - reach, top - reach, right + reach, bottom + reach]
    .map((edge) => Math.min(Math.max(edge, 0), 1));
}

// Give a canvas as many pixels as it has on the screen. Returns whether its size changed; then it
// is blank.
function fitToScreen(canvas) {
  const [width, height] = [canvas.clientWidth, canvas.clientHeight]
    .map((length) => Math.max(Math.round(length * devicePixelRatio), 1));
  if (canvas.width === width && canvas.height === height) return false;
  Object.assign(canvas, { width, height });
  return true;
}

// One of the theme's colours, light or dark as the system prefers: [red, green, blue].
function colour(name) {
  if (!COLOURS.has(name)) {
    const text = getComputedStyle(document.documentElement).getPropertyValue(`--${name}`);
    COLOURS.set(name, text.match(/[0-9a-f]{2}/g).map((channel) => parseInt(channel, 16)));
  }
  return COLOURS.get(name);
}

const COLOURS = new Map(); // a cache: computed styles are slow
const DARK = matchMedia("(prefers-color-scheme: dark)");
DARK.addEventListener("change", () => COLOURS.clear());
