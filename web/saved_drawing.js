// A saved drawing is the window's own format, so that `train.py --own` learns from it: see
// digits/drawing/saved_drawings.py.

const { FORMAT, VERSION, MOST_POINTS } = CONSTANTS.saved_drawings;

// The name and the text of the file of a drawing, read as these digits.
function savedDrawing(drawing, digits, when = new Date()) {
  const { strokes } = drawing, label = digits.length === 1 ? drawing.labelOf(strokes) : null;
  const labelled = digits.length === 1 ? [] : digits
    .map((one) => ({
      strokes: one.strokes.map((stroke) => strokes.indexOf(stroke)),
      digit: drawing.labelOf(one.strokes),
    }))
    .filter(({ digit }) => digit !== null);
  const pad = (number, digits = 2) => String(number).padStart(digits, "0");
  const day = `${when.getFullYear()}-${pad(when.getMonth() + 1)}-${pad(when.getDate())}`;
  const time = [when.getHours(), when.getMinutes(), when.getSeconds()].map((part) => pad(part));
  const east = -when.getTimezoneOffset(), away = Math.abs(east); // minutes
  const zone = `${east < 0 ? "-" : "+"}${pad(Math.floor(away / 60))}:${pad(away % 60)}`;
  const thousandths = pad(when.getMilliseconds(), 3);
  const record = {
    format: FORMAT,
    version: VERSION,
    label,
    labels: labelled,
    when: `${day}T${time.join(":")}.${thousandths}${zone}`,
    strokes,
    picture: null,
    origin: null,
  };
  return {
    name: `${label ?? "drawing"}-${day}-${time.join("")}-${thousandths}.json`,
    text: JSON.stringify(record),
  };
}

// Whether the drawing could be opened again: the number of points is limited.
function canBeSaved({ strokes }) {
  return strokes.reduce((sum, { points }) => sum + points.length, 0) <= MOST_POINTS;
}
