// A number is one or more digits written in a row, from left to right, each of its own strokes. The
// same as digits/recognizer/numbers.py: geometry says which strokes may form a digit and the price
// of neighbours, the network how much they look like a digit, and the cheapest division wins. Runs
// are read only once a cheapest division contains them.

const { MOST_STROKES, BESIDE_SURE_FROM, CLOSE_SURE_FROM } = CONSTANTS.numbers;
const { LEVEL, FRAMES, BAR_STEP, MOST_BARS } = CONSTANTS.numbers;

class NumberReader {
  constructor(reader) {
    this.reader = reader;
    this.number = null; // the last one that was finished: { digits, text }; null for a blank sheet
    this.boxes = new Map(); // what is known about strokes, by their keys
    this.readings = new Map();
    this.ids = new WeakMap();
    this.strokesMet = 0;
  }

  // Read a drawing for about so many milliseconds, but at least one run of its strokes. Returns whether
  // that was enough; if not, `number` is unchanged, and another call continues.
  read(drawing, milliseconds = Infinity) {
    const { strokes } = drawing;
    this.end = performance.now() + milliseconds;
    this.hasBegun = false;
    this.forgetAllBut(strokes);
    const isNumber = strokes.length <= MOST_STROKES
      && !(drawing.labels.length === 1 && isOfAll(drawing.labels[0], strokes));
    const seen = isNumber ? strokes.filter((stroke) => this.box(stroke)) : [];
    if (seen.length === 0) {
      const reading = this.reading(strokes);
      this.number = reading && numberOf([{ reading, strokes, box: [0, 0, 1, 1] }]);
      return true;
    }
    const digits = [];
    for (const row of rows(seen.map((stroke) => this.box(stroke)))) {
      const ordered = row.order.map((index) => seen[index]);
      const runs = this.divided(row, ordered);
      if (!runs) return false;
      for (const [start, stop] of runs) {
        const own = ordered.slice(start, stop);
        const box = around(own.map((stroke) => this.box(stroke)));
        digits.push({ reading: this.reading(own), strokes: this.asDrawn(own), box });
      }
    }
    if (this.reader.sureFrom > 0) doubt(digits, drawing); // otherwise every answer is sure
    this.number = numberOf(digits);
    return true;
  }

  // The cheapest runs of a row of strokes; null if that takes too long.
  divided(row, strokes) {
    const own = ([start, stop]) => strokes.slice(start, stop);
    const costs = new Map();
    const find = (run) => {
      const { probabilities } = this.reading(own(run));
      costs.set(String(run), -Math.log(Math.max(...probabilities)));
    };
    row.runs.filter((run) => this.readings.has(this.key(own(run)))).forEach(find);
    for (;;) {
      // An unread run costs nothing, so no cheaper division is missed.
      const cheapest = row.cheapest((run) => costs.get(String(run)) ?? 0);
      const unread = cheapest.find((run) => !costs.has(String(run)));
      if (!unread) return cheapest;
      if (this.hasBegun && performance.now() >= this.end) return null;
      this.hasBegun = true;
      find(unread);
    }
  }

  reading(strokes) {
    const key = this.key(strokes);
    if (!this.readings.has(key)) {
      this.readings.set(key, this.reader.read(this.asDrawn(strokes)));
    }
    return this.readings.get(key);
  }

  // The strokes in the order in which they were drawn.
  asDrawn(strokes) {
    return [...strokes].sort((a, b) => this.ids.get(a) - this.ids.get(b));
  }

  box(stroke) {
    const key = this.key([stroke]);
    if (!this.boxes.has(key)) this.boxes.set(key, seenBox(stroke));
    return this.boxes.get(key);
  }

  // Identifies strokes in their current state: a stroke only ever changes by growing.
  key(strokes) {
    return strokes.map((stroke) => {
      if (!this.ids.has(stroke)) this.ids.set(stroke, this.strokesMet++);
      return `${this.ids.get(stroke)}:${stroke.points.length}`;
    }).join(" ");
  }

  // Drop the cache entries of strokes that are gone or have grown.
  forgetAllBut(strokes) {
    const there = new Set(strokes.map((stroke) => this.key([stroke])));
    for (const known of [this.boxes, this.readings]) {
      for (const key of known.keys()) {
        if (!key.split(" ").every((part) => there.has(part))) known.delete(key);
      }
    }
  }
}

// Make those digits of a number unsure that their neighbours cast doubt on, unless they are labelled.
function doubt(digits, drawing) {
  const { FREE_GAP, FAR } = CONSTANTS.grouping;
  const probability = ({ reading }) => Math.max(...reading.probabilities);
  const unsure = new Set();
  // Runs of digits that stand close together, and runs of 1s that may be a hatching.
  const close = [digits.slice(0, 1)], bars = [digits.slice(0, 1)];
  const width = ({ box }) => box[2] - box[0];
  const add = (digit) => unsure.add(digit);
  digits.slice(1).forEach((digit, i) => {
    const pair = [digits[i], digit];
    const [left, right] = pair.map(({ box }) => box);
    const height = Math.max(left[3] - left[1], right[3] - right[1]);
    const shared = Math.min(left[3], right[3]) - Math.max(left[1], right[1]);
    const gap = right[0] - left[2];
    const [narrower, wider] = [...pair].sort((a, b) => width(a) - width(b));
    const isFramed = gap <= -width(narrower) && FRAMES.includes(wider.reading.digit);
    if (gap < 0 && (shared < LEVEL * height || isFramed)) pair.forEach(add);
    if (gap < FAR * height) pair.filter((one) => probability(one) < BESIDE_SURE_FROM).forEach(add);
    const step = (right[0] + right[2] - left[0] - left[2]) / 2;
    const areBars = step < BAR_STEP * height && pair.every(({ reading }) => reading.digit === 1);
    for (const [runs, goesOn] of [[close, gap < FREE_GAP * height], [bars, areBars]]) {
      if (goesOn) runs.at(-1).push(digit);
      else runs.push([digit]);
    }
  });
  for (const run of close.filter(({ length }) => length > 1)) {
    const sum = run.reduce((total, digit) => total + Math.log(probability(digit)), 0);
    const least = Math.exp(sum / run.length) < CLOSE_SURE_FROM ? CLOSE_SURE_FROM : 0;
    run.filter((digit) => probability(digit) < least).forEach(add);
  }
  bars.filter(({ length }) => length > MOST_BARS).flat().forEach(add);
  for (const digit of unsure) {
    if (drawing.labelOf(digit.strokes) === null) digit.reading = { ...digit.reading, sure: false };
  }
}

// Whether a number may be a single digit after all: none of its digits is sure, and none so far from
// the others that no digit has strokes in both.
function mayBeOne({ digits, text }) {
  return text === "?" && rows(digits.map(({ box }) => box)).length === 1;
}

// A number of these digits; its text has a "?" for each unsure digit, or is "?" if none is sure.
function numberOf(digits) {
  const texts = digits.map(({ reading }) => (reading.sure ? String(reading.digit) : "?"));
  return { digits, text: digits.some(({ reading }) => reading.sure) ? texts.join("") : "?" };
}
