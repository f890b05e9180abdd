// Retracing draws a person's strokes again with the pen that MNIST's digits were written with, so
// that neither the pen's width nor the drawing's size or place makes a difference to the network.
// The same as retrace.py and smoothing.py in digits/drawing. A stroke is { width, points: [[x, y], …] }, in units of
// the sheet's side.

const { PEN, SMOOTHING, SHEET, LONGER, PIECE, STEP } = CONSTANTS.retrace;

// MNIST's view of the strokes, an image for the network; null if nothing is on the sheet.
function retrace(strokes) {
  const lines = strokes.flatMap(seenLines);
  if (!lines.length) return null;
  // What is smaller than the pen that drew it is a dot, not a tiny drawing.
  const widest = strokes.reduce((most, stroke) => Math.max(most, stroke.width), 0);
  const side = Math.max(longer(extent(lines)), widest);
  const smooth = smoothed(lines, SMOOTHING * side * PEN / (1 - PEN), side * STEP);
  const [left, top, right, bottom] = extent(smooth);
  const scale = (1 - PEN) * LONGER / Math.max(right - left, bottom - top, widest);
  const moveX = SHEET / 2 - (left + right) / 2 * scale, moveY = SHEET / 2 - (top + bottom) / 2 * scale;
  const sheet = new Float32Array(SHEET * SHEET);
  for (const [x0, y0, x1, y1] of smooth) {
    const points = [x0 * scale + moveX, y0 * scale + moveY, x1 * scale + moveX, y1 * scale + moveY];
    drawLine(sheet, ...points, PEN * LONGER);
  }
  return preprocess(sheet, SHEET);
}

// The box [left, top, right, bottom] around the part of a stroke on the sheet, without the pen's
// width; null if nothing is there.
function seenBox(stroke) {
  const lines = seenLines(stroke);
  return lines.length ? extent(lines) : null;
}

const seenLines = (stroke) => linesOf(stroke).map(seen).filter(Boolean);

// The box around lines.
function extent(lines) {
  let left = Infinity, top = Infinity, right = -Infinity, bottom = -Infinity;
  for (const [x0, y0, x1, y1] of lines) {
    left = Math.min(left, x0, x1), right = Math.max(right, x0, x1);
    top = Math.min(top, y0, y1), bottom = Math.max(bottom, y0, y1);
  }
  return [left, top, right, bottom];
}

const longer = ([left, top, right, bottom]) => Math.max(right - left, bottom - top);

// The lines [x0, y0, x1, y1] between the points; a dot is a line without length.
function linesOf({ points }) {
  if (points.length === 1) return [[...points[0], ...points[0]]];
  return points.slice(1).map((point, i) => [...points[i], ...point]);
}

// The part of a line on the sheet, which is 0 to 1 along each axis (Liang and Barsky 1984); null if
// there is none.
function seen([x0, y0, x1, y1]) {
  let low = 0, high = 1;
  for (const [start, way] of [[x0, x1 - x0], [y0, y1 - y0]]) {
    if (way === 0) {
      if (start < 0 || start > 1) return null;
    } else {
      low = Math.max(low, Math.min(-start / way, (1 - start) / way));
      high = Math.min(high, Math.max(-start / way, (1 - start) / way));
    }
  }
  if (low > high) return null;
  const [dx, dy] = [x1 - x0, y1 - y0];
  // An end that is not cut stays the same to the bit, so that the lines of a path still join.
  const end = high < 1 ? [x0 + dx * high, y0 + dy * high] : [x1, y1];
  return [x0 + dx * low, y0 + dy * low, ...end];
}

// Lines of which every point, `step` from the next, is the mean over `width` of the path around it, or
// over less near an end. Lines belong to one path as long as each starts where the one before ends.
function smoothed(lines, width, step) {
  const paths = [];
  for (const line of lines) {
    const before = paths.at(-1)?.at(-1);
    if (before && before[2] === line[0] && before[3] === line[1]) paths.at(-1).push(line);
    else paths.push([line]);
  }
  return paths.flatMap((path) => smoothedPath(path, width, step));
}

function smoothedPath(path, width, step) {
  const way = [0], sums = [[0, 0]]; // to the start of each line: its place, and the integral
  path.forEach(([x0, y0, x1, y1], i) => {
    const length = Math.hypot(x1 - x0, y1 - y0), [x, y] = sums[i];
    way.push(way[i] + length);
    sums.push([x + length * (x0 + x1) / 2, y + length * (y0 + y1) / 2]);
  });
  const end = way.at(-1), later = integral(path, way, sums), sooner = integral(path, way, sums);
  const count = Math.max(Math.ceil(end / step), 1), points = [];
  for (let i = 0; i <= count; i++) {
    const place = Math.min(i * step, end), half = Math.min(place, end - place, width / 2);
    const [x1, y1] = later(place + half), [x0, y0] = sooner(place - half);
    if (half >= step / 1000) points.push([(x1 - x0) / (2 * half), (y1 - y0) / (2 * half)]);
    else points.push(place > 0 ? path.at(-1).slice(2) : path[0].slice(0, 2));
  }
  return points.slice(1).map((point, i) => [...points[i], ...point]);
}

// A function that integrates along the path to a place, [x, y], each further than the one before.
function integral(path, way, sums) {
  let line = 0;
  return (place) => {
    while (line < path.length - 1 && way[line + 1] <= place) line++;
    const [x0, y0, x1, y1] = path[line], rest = place - way[line];
    const share = rest / 2 / (way[line + 1] - way[line]) || 0; // of the line, half way to the place
    const [x, y] = sums[line];
    return [x + rest * (x0 + share * (x1 - x0)), y + rest * (y0 + share * (y1 - y0))];
  };
}

// Draw a round-capped, anti-aliased line, in pixels; in pieces, because short ones touch few pixels.
function drawLine(sheet, x0, y0, x1, y1, width) {
  const reach = width / 2 + 0.5; // the distance at which coverage falls to 0
  const pieces = Math.max(Math.ceil(Math.sqrt((x1 - x0) ** 2 + (y1 - y0) ** 2) / PIECE), 1);
  const dx = (x1 - x0) / pieces, dy = (y1 - y0) / pieces, square = dx * dx + dy * dy || 1;
  for (let piece = 0; piece < pieces; piece++) {
    const x = x0 + piece * dx, y = y0 + piece * dy;
    const left = Math.floor(Math.min(x, x + dx) - reach), top = Math.floor(Math.min(y, y + dy) - reach);
    const right = Math.ceil(Math.max(x, x + dx) + reach), bottom = Math.ceil(Math.max(y, y + dy) + reach);
    for (let row = top; row < bottom; row++) for (let column = left; column < right; column++) {
      const px = column + 0.5 - x, py = row + 0.5 - y; // a pixel's centre
      const along = Math.min(Math.max((px * dx + py * dy) / square, 0), 1);
      const awayX = px - along * dx, awayY = py - along * dy, away = awayX * awayX + awayY * awayY;
      if (away < reach * reach) {
        const covered = Math.min(reach - Math.sqrt(away), 1), place = row * SHEET + column;
        if (covered > sheet[place]) sheet[place] = covered;
      }
    }
  }
}
