// A drawing: strokes, stored as points, with the undo history. A label { strokes, digit } says
// which digit some of them are. A stroke, a new sheet and a label are one undo step each.

class Drawing {
  constructor() {
    this.strokes = [];
    this.labels = [];
    this.past = [];
    this.future = [];
  }

  // Set the pen down at a point [x, y]; all lengths are in units of the sheet's side.
  begin(point, width) {
    this.step();
    this.strokes.push({ width, points: [point] });
  }

  // Move the pen to a point; nothing happens if it is there already.
  extend(point) {
    const { points } = this.strokes.at(-1), [x, y] = points.at(-1);
    if (point[0] !== x || point[1] !== y) points.push(point);
  }

  // The label of the digit that shares any of these strokes, or null.
  labelOf(strokes) {
    return this.labels.find((label) => isOfOne(label, strokes))?.digit ?? null;
  }

  // Whether exactly these strokes are labelled as a digit.
  isLabelled(digit, strokes) {
    return this.labels.some((label) => label.digit === digit
      && label.strokes.length === strokes.length && isOfAll(label, strokes));
  }

  // Label strokes as a digit, or, with null, remove the label.
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

  // Save the state before a step.
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
const isOfAll = (label, strokes) => strokes.every((stroke) => label.strokes.includes(stroke));
