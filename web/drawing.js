// A drawing: strokes, kept as points, and every step back. Its label is the digit that a person
// says it is, or null. A stroke, a new sheet and a label are one step each.

class Drawing {
  constructor() {
    this.strokes = [];
    this.label = null;
    this.past = [];
    this.future = [];
  }

  // Set the pen down at a point [x, y]; everything is in units of the sheet's side.
  begin(point, width) {
    this.step();
    this.strokes.push({ width, points: [point] });
  }

  // Move the pen to a point; where it is already, nothing happens.
  extend(point) {
    const { points } = this.strokes.at(-1), [x, y] = points.at(-1);
    if (point[0] !== x || point[1] !== y) points.push(point);
  }

  // Say which digit it is, or null; what it is already is no step.
  labelAs(digit) {
    if (digit !== this.label) this.take({ strokes: this.strokes, label: digit });
  }

  // Take a new sheet, without a label.
  clear() {
    if (this.strokes.length || this.label !== null) this.take({ strokes: [], label: null });
  }

  undo() {
    if (this.past.length) {
      this.future.push(this.state());
      this.restore(this.past.pop());
    }
  }

  redo() {
    if (this.future.length) {
      this.past.push(this.state());
      this.restore(this.future.pop());
    }
  }

  take(state) {
    this.step();
    this.restore(state);
  }

  // Remember the state before a step.
  step() {
    this.past.push(this.state());
    if (this.past.length > CONSTANTS.drawing.MOST_STEPS) this.past.shift();
    this.future = [];
  }

  state() {
    return { strokes: this.strokes.slice(), label: this.label };
  }

  restore({ strokes, label }) {
    this.strokes = strokes.slice();
    this.label = label;
  }
}
