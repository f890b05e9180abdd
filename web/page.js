// The page joins the parts: actions, their keys and buttons, and what happens in a frame.

const element = (id) => document.getElementById(id);
const NOTICE_SECONDS = CONSTANTS.theme.NOTICE_SECONDS;

const DRAWING = new Drawing();
const READING_TIME = 4; // milliseconds per frame
let READER = null;

function main() {
  let kernel;
  try {
    kernel = new Kernel(decoded(DATA.kernel));
  } catch { // the browser has no WebAssembly, not all of it, or forbids it
    element("no-simd").hidden = false;
    return;
  }
  const net = new Net(layersWithArrays(DATA.network), kernel);
  READER = new Reader(net, DATA.network.sure_from);
  run();
  // The first gradient takes longer: prepare it while idle.
  (window.requestIdleCallback ?? setTimeout)(() => net.warmUp());
}

function run() {
  const numbers = new NumberReader(READER);
  let isRead = true, reading = null, pointedDigit = null, frame = null;
  let last = null; // the time of the frame before, if nothing paused since
  let chosen = null; // a digit of several that was pointed at, by its first stroke, and the newest then

  const ask = () => { frame ??= requestAnimationFrame(show); };
  const changed = () => { isRead = false; ask(); };
  const sheet = new Sheet(element("sheet"), DRAWING, changed, (point) => {
    const digit = marks.digitAt(point);
    if (digit) select(digit);
  });
  const marks = new Marks(element("marks"));
  const answer = new Answer(element("answer"), element("share"), select);
  const preview = new Preview(element("input"), element("caption"), element("speaks"));
  const bars = new Bars(element("bars"), (digit) => { pointedDigit = digit; changed(); });

  function show(now) {
    frame = null;
    if (!isRead) {
      isRead = numbers.read(DRAWING, READING_TIME);
      const { number } = numbers, selected = number && selectedOf(number);
      reading = selected && selected.reading;
      sheet.paint();
      marks.show(number, selected);
      answer.show(number, selected);
      preview.show(reading, pointedDigit);
      element("invitation").hidden = DRAWING.strokes.length > 0;
      showLabel(selected && DRAWING.labelOf(selected.strokes));
      enable("undo", DRAWING.past.length > 0);
      enable("redo", DRAWING.future.length > 0);
      for (const id of ["clear", "save"]) enable(id, DRAWING.strokes.length > 0);
    }
    const moving = bars.show(reading, last === null ? 1 / 60 : (now - last) / 1000);
    last = moving || !isRead ? now : null;
    if (last !== null) ask();
  }

  function showLabel(label) {
    const differs = label !== null && reading.sure && reading.digit !== label;
    const words = `Label ${label}${differs ? `, but read as ${reading.digit}` : ""}`;
    setText(element("label"), label === null ? "" : words);
    element("label").classList.toggle("differs", differs);
  }

  // Not `disabled`: the focus would leave the button, and a person at the keyboard would have lost it.
  function enable(id, isEnabled) {
    element(id).setAttribute("aria-disabled", !isEnabled);
  }

  // The digit that a person chose since the last stroke, if it is still there.
  function chosenOf({ digits }) {
    if (chosen?.newest !== DRAWING.strokes.at(-1)) return undefined;
    return digits.find(({ strokes }) => strokes.includes(chosen.stroke));
  }

  // The digit that bars and image show: the one drawn last, unless a person chose another.
  function selectedOf(number) {
    const newest = DRAWING.strokes.at(-1), { digits } = number;
    return chosenOf(number) ?? digits.find(({ strokes }) => strokes.includes(newest)) ?? digits.at(-1);
  }

  // Select a digit until something else is drawn. The one drawn last is selected anyway: that is
  // where the mouse is after drawing.
  function select(digit) {
    const [stroke] = digit.strokes, newest = DRAWING.strokes.at(-1), isNew = chosen?.newest !== newest;
    if (isNew ? digit.strokes.includes(newest) : chosen.stroke === stroke) return;
    chosen = { stroke, newest };
    changed();
  }

  // The actions. Keys and buttons call the same functions.
  function renew(step) {
    sheet.lift();
    DRAWING[step]();
    sheet.repaint();
  }
  function thicken(steps) {
    sheet.thicken(steps);
    const width = sheet.penWidth;
    element("pen").querySelector("circle").setAttribute("r", 90 * width); // of 24 across
    element("pen").setAttribute("aria-label", `Pen: ${Math.round(100 * width)}% of the sheet`);
  }
  // The button makes the pen thinner in two leaps, then as it was.
  const pen = () => thicken(sheet.penStep > THINNEST_PEN ? THINNEST_PEN / 2 : -sheet.penStep);
  const undo = () => renew("undo"), redo = () => renew("redo"), clear = () => renew("clear");

  // The number on the sheet, even if frames had no time yet to read it to the end.
  function current() {
    if (!isRead) numbers.read(DRAWING);
    return numbers.number;
  }

  // Label the selected digit; a second time, remove the label. Several digits of which none is sure
  // are probably a single one: they are labelled as one, unless a person chose one of them.
  function label(digit) {
    sheet.lift(); // what would be drawn on would not be what was labelled
    const number = current();
    if (!number) return;
    const isOne = mayBeOne(number) && !chosenOf(number);
    const { strokes } = isOne ? DRAWING : selectedOf(number);
    DRAWING.labelAs(DRAWING.isLabelled(digit, strokes) ? null : digit, strokes);
    changed();
  }

  function save() {
    sheet.lift();
    if (!DRAWING.strokes.length) return say("There is nothing to save yet; draw a digit first");
    if (!canBeSaved(DRAWING)) return say("Not saved: it has too many points; undo some of it");
    const number = current();
    if (!number) return download();
    const said = labelsToSave(DRAWING, number.digits);
    if (!said.includes(null)) return download();
    const count = said.length, isMaybeOne = mayBeOne(number);
    setText(element("question"), count === 1 ? "Which digit is it?" : "Which number is it?");
    choice.replaceChildren(...(count === 1 ? buttons : [written, done]));
    written.value = said.map((digit, i) => digit ?? number.text[i] ?? "?").join("");
    written.pattern = `\\d{${count}}${isMaybeOne ? "|\\d" : ""}`;
    written.title = `${count} digits, as many as there are marks on the sheet`
      + (isMaybeOne ? ", or a single one" : "");
    labels.returnValue = "cancel";
    labels.showModal(); // which gives the focus to the first button: Enter would say 0
    if (count === 1) (buttons[number.text] ?? labels.querySelector("[value=none]")).focus();
  }

  function download() {
    const { name, text } = savedDrawing(DRAWING, current()?.digits ?? []);
    const link = document.createElement("a");
    link.href = URL.createObjectURL(new Blob([text], { type: "application/json" }));
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 60_000);
    say(`Saved as ${name}`);
  }

  let silence;
  function say(message) {
    setText(element("notice"), message);
    clearTimeout(silence);
    silence = setTimeout(() => setText(element("notice"), ""), NOTICE_SECONDS * 1000);
  }

  for (const [id, act] of Object.entries({ undo, redo, clear, save, pen })) {
    element(id).addEventListener("click", (event) => {
      if (event.detail) event.currentTarget.blur(); // after a click, SPACE is for the sheet again
      if (event.currentTarget.getAttribute("aria-disabled") !== "true") act();
    });
  }

  // The dialog that asks for a label: ten buttons for a digit, a field for a number.
  const labels = element("labels"), choice = labels.querySelector("div");
  const button = (value, text) => Object.assign(document.createElement("button"), { value, textContent: text });
  const buttons = DIGITS.map((digit) => button(digit, digit)), done = button("written", "Save");
  const written = Object.assign(document.createElement("input"), {
    inputMode: "numeric", required: true, autocomplete: "off",
  });
  written.setAttribute("aria-labelledby", "question");
  labels.addEventListener("keydown", (event) => {
    const isShortcut = event.ctrlKey || event.metaKey || event.altKey; // such as Ctrl+0, for the zoom
    if (isShortcut || written.isConnected || !/^\d$/.test(event.key)) return;
    event.stopPropagation(); // or the sheet would be labelled too
    labels.close(event.key);
  });
  labels.addEventListener("close", () => {
    const value = labels.returnValue;
    if (value === "cancel") return;
    if (value !== "none") {
      const text = value === "written" ? written.value : value, { digits } = current();
      const named = text.length === digits.length ? digits : [{ strokes: DRAWING.strokes.slice() }];
      const said = named.map(({ strokes }, i) => ({ strokes, digit: Number(text[i]) }));
      DRAWING.take({ strokes: DRAWING.strokes, labels: said });
      changed();
    }
    download();
  });

  document.addEventListener("keydown", (event) => {
    // Other alphabets have no S and no Z: there the key's place on the keyboard counts.
    const isLatin = /^[ -~\p{Script=Latin}]/u.test(event.key);
    const code = event.code.replace(/^(Key|Digit)/, "");
    const key = (isLatin ? event.key : code).toLowerCase(), command = event.ctrlKey || event.metaKey;
    if (labels.open || event.altKey || (event.repeat && !command)) return;
    if (command) {
      if (key === "z") (event.shiftKey ? redo : undo)();
      else if (key === "y") redo();
      else return;
    } else if (key === " ") {
      if (event.target.closest("button, [role=button]")) return; // presses it
      clear();
    } else if (key === "[") thicken(-1);
    else if (key === "]") thicken(+1);
    else if (key === "s") save();
    else if (/^\d$/.test(key)) label(Number(key));
    else return;
    event.preventDefault();
  });

  DARK.addEventListener("change", () => sheet.repaint());
  (function repaintOnOtherScreens() { // their pixels may be larger or smaller
    const pixels = matchMedia(`(resolution: ${devicePixelRatio}dppx)`);
    pixels.addEventListener("change", () => {
      sheet.repaint();
      repaintOnOtherScreens();
    }, { once: true });
  })();
  new ResizeObserver(changed).observe(element("input"));
  thicken(0); // shows the pen's width
  changed();
}

main();
