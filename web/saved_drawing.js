// A saved drawing is the window's own format, so that `train.py --own` learns from it: see
// digits/drawing/saved_drawings.py.

const { FORMAT, VERSION, MOST_POINTS } = CONSTANTS.saved_drawings;

// The label to save of each digit read, or null. A label given before its digit was complete counts
// for all of the digit, unless that is surely another one now; one that several digits share, or
// one of several on a digit, says of none of them which digit it is.
function labelsToSave(drawing, digits) {
  return digits.map((digit) => {
    const [label, ...more] = drawing.labels.filter((one) => isOfOne(one, digit.strokes));
    const isShared = label && digits.some((one) => one !== digit && isOfOne(label, one.strokes));
    if (!label || more.length || isShared) return null;
    const { reading, strokes } = digit;
    return isOfAll(label, strokes) || !reading.sure || reading.digit === label.digit ? label.digit : null;
  });
}

// The name and the text of the file of a drawing, read as these digits.
function savedDrawing(drawing, digits, when = new Date()) {
  const { strokes } = drawing, said = labelsToSave(drawing, digits);
  const label = digits.length === 1 ? said[0] : null;
  const labelled = digits.length === 1 ? [] : digits
    .map((one, i) => ({
      strokes: one.strokes.map((stroke) => strokes.indexOf(stroke)),
      digit: said[i],
    }))
    .filter(({ digit }) => digit !== null);
  const east = -when.getTimezoneOffset(), away = Math.abs(east); // minutes
  const time = new Date(Number(when) + east * 60_000).toISOString().slice(0, -1); // local, not UTC
  const pad = (number) => String(number).padStart(2, "0");
  const zone = `${east < 0 ? "-" : "+"}${pad(Math.floor(away / 60))}:${pad(away % 60)}`;
  const record = {
    format: FORMAT,
    version: VERSION,
    label,
    labels: labelled,
    when: time + zone,
    strokes,
    picture: null,
    origin: null,
  };
  return {
    name: `${label ?? "drawing"}-${time.replaceAll(":", "").replace(/[T.]/g, "-")}.json`,
    text: JSON.stringify(record),
  };
}

// Whether the drawing could be opened again: the number of points is limited.
function canBeSaved({ strokes }) {
  return strokes.reduce((sum, { points }) => sum + points.length, 0) <= MOST_POINTS;
}
