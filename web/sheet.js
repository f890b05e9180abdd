// The sheet is where a person draws: it turns a pointer's movements into strokes, and shows them.

const { PEN_WIDTH } = CONSTANTS.theme;

class Sheet {
  // `changed()` is called when the drawing has changed.
  constructor(canvas, drawing, changed) {
    Object.assign(this, { canvas, drawing, changed });
    this.pointer = null; // the one that draws; others are ignored meanwhile
    this.painted = null; // how many strokes are on the canvas, and points of the last; null if none
    canvas.addEventListener("pointerdown", (event) => this.begin(event));
    canvas.addEventListener("pointermove", (event) => this.move(event));
    for (const end of ["pointerup", "pointercancel", "lostpointercapture"]) {
      canvas.addEventListener(end, (event) => this.end(event));
    }
    canvas.addEventListener("contextmenu", (event) => event.preventDefault());
    // Older browsers on phones go by touches, and would scroll or enlarge the page.
    canvas.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
    document.addEventListener("visibilitychange", () => this.lift());
    new ResizeObserver(() => this.repaint()).observe(canvas);
  }

  begin(event) {
    if (this.pointer !== null || event.button !== 0) return;
    this.pointer = event.pointerId;
    this.canvas.setPointerCapture(event.pointerId); // a stroke may leave the sheet and come back
    this.drawing.begin(this.point(event), PEN_WIDTH);
    this.changed();
  }

  move(event) {
    if (event.pointerId !== this.pointer) return;
    if (!event.buttons) return this.lift(); // the release was lost
    // What happened since the last frame; some browsers have nothing to tell.
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

  // Where an event is, in units of the sheet's side. Asked anew each time: the page may have moved.
  point({ clientX, clientY }) {
    const { left, top, width, height } = this.canvas.getBoundingClientRect();
    return [(clientX - left) / width, (clientY - top) / height];
  }

  // Paint everything anew at the next `paint`.
  repaint() {
    this.painted = null;
    this.changed();
  }

  // Show what has been drawn since the last time.
  paint() {
    const { canvas, drawing: { strokes } } = this;
    if (this.painted === null) {
      fitToScreen(canvas); // and blank
      this.painted = { strokes: 0, points: 0 };
    }
    const brush = canvas.getContext("2d");
    brush.lineCap = brush.lineJoin = "round";
    brush.strokeStyle = colour("ink");
    for (let i = Math.max(this.painted.strokes - 1, 0); i < strokes.length; i++) {
      const { points, width } = strokes[i], from = i < this.painted.strokes ? this.painted.points : 0;
      if (from === points.length) continue;
      brush.lineWidth = width * canvas.width;
      brush.beginPath();
      const line = points.slice(Math.max(from - 1, 0)).map(([x, y]) => [x * canvas.width, y * canvas.height]);
      brush.moveTo(...line[0]);
      for (const place of line) brush.lineTo(...place);
      brush.stroke();
    }
    this.painted = { strokes: strokes.length, points: strokes.at(-1)?.points.length ?? 0 };
  }
}

// Make a canvas as many pixels as the screen shows of it; it is blank then.
function fitToScreen(canvas) {
  canvas.width = Math.max(Math.round(canvas.clientWidth * devicePixelRatio), 1);
  canvas.height = Math.max(Math.round(canvas.clientHeight * devicePixelRatio), 1);
}

// One of the theme's colours, light or dark as the system wishes.
function colour(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}
