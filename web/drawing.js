// A drawing: strokes, kept as points, and every step back. A label { strokes, digit } says which
// digit some of them are. A stroke, a new sheet and a label are one step each.

class Drawing {
  constructor() {
    this.strokes = [];
    this.labels = [];
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

  // What a person calls the digit that has these strokes, or some of them already had; or null.
  labelOf(strokes) {
    return this.labels.find((label) => isOfOne(label, strokes))?.digit ?? null;
  }

  // Say which digit strokes are, or null.
  labelAs(digit, strokes) {
    const labels = this.labels.filter((label) => !isOfOne(label, strokes));
    if (digit !== null) labels.push({ strokes: strokes.slice(), digit });
    this.take({ strokes: this.strokes, labels });
  }

  // Take a new sheet, without labels.
  clear() {
    if (this.strokes.length) this.take({ strokes: [], labels: [] });
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
    return { strokes: this.strokes.slice(), labels: this.labels };
  }

  restore({ strokes, labels }) {
    this.strokes = strokes.slice();
    this.labels = labels;
  }
}

const isOfOne = (label, strokes) => label.strokes.some((stroke) => strokes.includes(stroke));
