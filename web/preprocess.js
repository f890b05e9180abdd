// Preprocessing turns ink into MNIST's format: fitted into a box keeping the aspect ratio, then
// moved by whole pixels until the centre of mass lies in the middle. The same as
// digits/drawing/preprocess.py.

const { SIDE, BOX, CENTRE, FAINTEST } = CONSTANTS.preprocess;

// MNIST's view of square ink, bright on dark: SIDE × SIDE numbers in 0..1; null if it is blank.
function preprocess(ink, side) {
  const rows = new Float32Array(side), columns = new Float32Array(side);
  for (let y = 0; y < side; y++) for (let x = 0; x < side; x++) {
    const value = ink[y * side + x];
    if (value > rows[y]) rows[y] = value;
    if (value > columns[x]) columns[x] = value;
  }
  const peak = Math.max(...rows);
  if (peak === 0) return null;

  const [top, bottom] = inked(rows, peak * FAINTEST), [left, right] = inked(columns, peak * FAINTEST);
  const longer = Math.max(bottom - top, right - left);
  const down = resampling(bottom - top, longer), across = resampling(right - left, longer);
  const box = new Float64Array(down.length * across.length);
  const byRow = new Float64Array(down.length), byColumn = new Float64Array(across.length);
  let brightest = 0;
  down.forEach((rowWeights, y) => across.forEach((columnWeights, x) => {
    let mean = 0;
    for (const [row, weight] of rowWeights) for (const [column, other] of columnWeights) {
      mean += weight * other * ink[(top + row) * side + left + column];
    }
    box[y * across.length + x] = mean;
    byRow[y] += mean, byColumn[x] += mean;
    brightest = Math.max(brightest, mean);
  }));

  const image = new Float32Array(SIDE * SIDE);
  const y0 = offset(byRow), x0 = offset(byColumn);
  for (let y = 0; y < down.length; y++) for (let x = 0; x < across.length; x++) {
    image[(y0 + y) * SIDE + x0 + x] = box[y * across.length + x] / brightest;
  }
  return image;
}

// The first index whose value is more than `least`, and the one after the last.
function inked(values, least) {
  let last = values.length - 1;
  while (!(values[last] > least)) last--;
  return [values.findIndex((value) => value > least), last + 1];
}

// Resampling of an axis of this length, the longer one becoming BOX pixels: for every new pixel,
// the old ones that it averages, as pairs of index and weight. It is the mean over a block of whole
// pixels, so the axis is first enlarged linearly, unless it already has whole blocks.
function resampling(length, longer) {
  const block = Math.ceil(longer / BOX), enlarged = block * BOX / longer;
  return Array.from({ length: Math.ceil(length * BOX / longer) }, (_, pixel) => {
    const shares = [];
    for (let i = pixel * block; i < (pixel + 1) * block; i++) {
      const place = (i + 0.5) / enlarged - 0.5, low = Math.floor(place), part = place - low;
      for (const [old, weight] of [[low, 1 - part], [low + 1, part]]) {
        if (weight > 0 && old >= 0 && old < length) shares.push([old, weight / block]);
      }
    }
    return shares;
  });
}

// The offset of the box along an axis at which the centre of mass rounds to CENTRE, limited so that
// the box stays inside.
function offset(profile) {
  const sum = profile.reduce((total, value) => total + value, 0);
  const mass = profile.reduce((total, value, i) => total + value * i, 0) / sum;
  const nearest = Math.floor(mass + 0.5 + 1e-5); // round half up, regardless of rounding errors
  return Math.min(Math.max(CENTRE - nearest, 0), SIDE - profile.length);
}
