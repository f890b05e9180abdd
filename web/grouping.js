// Grouping says which strokes may form one digit, and what it costs to split them: the same as
// digits/recognizer/grouping.py. A box is [left, top, right, bottom].

const { LONGEST, WIDEST, FAR, SPLIT, LEAST_STEP, FREE_OVERLAP, MOST_OVERLAP } = CONSTANTS.grouping;
const { FREE_GAP, MOST_REWARD, LEAST_SHARED, UNEVEN } = CONSTANTS.grouping;

// The box around boxes.
function around(boxes) {
  return boxes.reduce(([left, top, right, bottom], box) => [
    Math.min(left, box[0]), Math.min(top, box[1]), Math.max(right, box[2]), Math.max(bottom, box[3]),
  ]);
}

// Split the strokes with these boxes into rows from left to right, so far apart that no digit has
// strokes in two of them.
function rows(boxes) {
  const members = boxes.map((_, i) => i).sort((one, other) => boxes[one][0] - boxes[other][0]);
  // A vertical line that meets no ink separates two blocks of strokes.
  const blocks = [];
  for (const member of members) {
    const last = blocks.at(-1);
    if (last && boxes[member][0] <= last.box[2]) {
      last.members.push(member);
      last.box = around([last.box, boxes[member]]);
    } else {
      blocks.push({ members: [member], box: boxes[member] });
    }
  }
  const parts = [];
  blocks.forEach(({ members, box }, i) => {
    const before = blocks[i - 1]?.box;
    const height = before && Math.max(before[3] - before[1], box[3] - box[1]);
    if (before && box[0] - before[2] <= FAR * height) parts.at(-1).push(...members);
    else parts.push([...members]);
  });
  return parts.map((part) => new Row(boxes, part));
}

// A row of strokes: `order` is from left to right, `runs` are the neighbours [start, stop] that may
// form one digit.
class Row {
  constructor(boxes, members) {
    const keys = ([left, top, right, bottom]) => [left + right, left, bottom, top];
    this.order = members.slice().sort((one, other) => {
      const [a, b] = [keys(boxes[one]), keys(boxes[other])];
      return a.map((key, i) => key - b[i]).find((difference) => difference !== 0) ?? 0;
    });
    const n = this.order.length, own = this.order.map((member) => boxes[member]);
    const tallest = Math.max(...own.map((box) => box[3] - box[1]));
    this.boxes = own.map((_, start) => { // of the runs of 1, 2, … strokes that begin there
      const runs = [];
      for (let length = 1; length <= LONGEST && start + length <= n; length++) {
        runs[length] = length === 1 ? own[start] : around([runs[length - 1], own[start + length - 1]]);
      }
      return runs;
    });
    this.runs = [];
    this.boxes.forEach((runs, start) => runs.forEach(([left, top, right, bottom], length) => {
      const fits = right - left <= WIDEST * Math.max(bottom - top, tallest);
      if (fits || length === 1 || length === n) this.runs.push([start, start + length]);
    }));
    if (n > LONGEST) this.runs.push([0, n]);
    this.prices = this.boxes.map((begins, start) => { // by the lengths of the runs before and after
      const prices = [];
      for (let last = 1; last <= Math.min(LONGEST, start); last++) {
        prices[last] = begins.map((box) => price(this.boxes[start - last][last], box));
      }
      return prices;
    });
  }

  // The cheapest division of the row, given the cost of each run. Dynamic programming: the cheapest
  // division that ends with a run extends the cheapest one that ends with a possible predecessor.
  cheapest(cost) {
    const n = this.order.length;
    // By the end and the length of the last run: the total cost, and the length of the run before
    // it.
    const total = Array.from({ length: n + 1 }, () => new Array(LONGEST + 1).fill(Infinity));
    const before = Array.from({ length: n + 1 }, () => new Array(LONGEST + 1).fill(0));
    for (const run of this.runs) {
      const [start, stop] = run, length = stop - start;
      if (length > LONGEST) continue;
      let best = start === 0 ? 0 : Infinity;
      for (let last = 1; last <= Math.min(LONGEST, start); last++) {
        const way = total[start][last] + this.prices[start][last][length];
        if (way < best) best = way, before[stop][length] = last;
      }
      total[stop][length] = best + cost(run);
    }
    const least = Math.min(...total[n]);
    if (cost([0, n]) <= least) return [[0, n]];
    const runs = [];
    for (let stop = n, length = total[n].indexOf(least); stop > 0;) {
      runs.unshift([stop - length, stop]);
      [stop, length] = [stop - length, before[stop][length]];
    }
    return runs;
  }
}

// The price of two neighbouring runs with these boxes.
function price(one, other) {
  const height = Math.max(one[3] - one[1], other[3] - other[1]);
  const overlap = (one[2] - other[0]) / height;
  const shared = (Math.min(one[3], other[3]) - Math.max(one[1], other[1])) / height;
  const step = (other[0] + other[2] - one[0] - one[2]) / 2 / height;
  if (!(overlap <= MOST_OVERLAP && step >= LEAST_STEP && shared > 0)) return Infinity;
  return SPLIT + Math.max(overlap - FREE_OVERLAP, 0)
    - Math.min(Math.max(-overlap - FREE_GAP, 0), MOST_REWARD)
    + UNEVEN * Math.max(LEAST_SHARED - shared, 0);
}
