// The view shows a reading: the answer, the bars, the image that the network sees, the evidence.

const { EASING_SECONDS, SETTLED, LEAST_PERCENTAGE } = CONSTANTS.theme;
const { LEAST_GUESS, LEAST_GUESSES, MOST_GUESSES } = CONSTANTS.theme;
const { MAP_GAMMA, LEAST_MARKED, MARK_LENGTH, MARK_BREADTH, PALE_INK } = CONSTANTS.theme;

const DIGITS = Array.from({ length: 10 }, (_, digit) => digit);

// A probability as text: whole percent, but never 100 %, which no network can know.
function percentage(probability) {
  return probability >= 0.995 ? ">99%" : `${Math.round(probability * 100)}%`;
}

// How sure a reading is; if unsure, what the digit may be.
function certainty(reading) {
  return reading.sure ? percentage(reading.probabilities[reading.digit]) : bestGuesses(reading);
}

// The candidates of an unsure reading, the most probable first, such as "4 or 9"; "not a digit" if
// neither one nor two digits stand out.
function bestGuesses({ probabilities }) {
  const ranked = [...DIGITS].sort((one, other) => probabilities[other] - probabilities[one]);
  const likely = ranked.slice(0, MOST_GUESSES).filter((digit) => probabilities[digit] >= LEAST_GUESS);
  const together = likely.reduce((sum, digit) => sum + probabilities[digit], 0);
  return together < LEAST_GUESSES ? "not a digit" : likely.join(" or ");
}

class Answer {
  // Pointing at a digit of a number calls `select(digit)`.
  constructor(answer, share, select) {
    Object.assign(this, { answer, share, select });
    this.number = null;
  }

  show(number, selected) {
    const text = number ? number.text : "", { reading } = selected ?? {};
    if (number !== this.number) {
      this.number = number;
      if (this.answer.textContent !== text) this.write(text);
    }
    [...this.answer.children].forEach((place, i) => {
      place.classList.toggle("selected", number.digits[i] === selected);
      place.setAttribute("aria-pressed", number.digits[i] === selected);
    });
    this.answer.classList.toggle("unsure", text === "?");
    this.share.classList.toggle("unsure", Boolean(reading && !reading.sure));
    setText(this.share, reading ? certainty(reading) : "");
  }

  // Each digit of several is an element of its own, so that it can be pointed at.
  write(text) {
    this.answer.style.setProperty("--count", text.length || 1);
    if (text.length < 2) this.answer.replaceChildren(text);
    else if (this.answer.children.length !== text.length) { // or one that has the focus would lose it
      this.answer.replaceChildren(...[...text].map((_, i) => this.place(i)));
    }
    [...this.answer.children].forEach((place, i) => {
      setText(place, text[i]);
      place.classList.toggle("unsure", text[i] === "?");
    });
  }

  place(i) {
    const place = document.createElement("span");
    place.tabIndex = 0;
    place.setAttribute("role", "button");
    for (const kind of ["pointerenter", "focus", "click"]) {
      place.addEventListener(kind, () => this.select(this.number.digits[i]));
    }
    place.addEventListener("click", (event) => {
      if (event.detail) place.blur(); // after a click, SPACE is for the sheet again
    });
    place.addEventListener("keydown", (event) => { // as in a button
      if (event.key === " " || event.key === "Enter") place.click();
    });
    return place;
  }
}

class Bars {
  // `pointed(digit)` is called with the digit whose bar is pointed at or focused; null if none is.
  constructor(group, pointed) {
    this.values = new Array(10).fill(0); // how long the bars are now
    this.rows = DIGITS.map((digit) => {
      const row = document.createElement("div");
      row.className = "bar";
      row.tabIndex = 0;
      const meter = { role: "meter", "aria-label": digit, "aria-valuemin": 0, "aria-valuemax": 1 };
      Object.entries(meter).forEach(([name, value]) => row.setAttribute(name, value));
      const [label, track, share] = ["b", "i", "span"].map((name) => document.createElement(name));
      label.textContent = digit;
      row.append(label, track, share);
      track.append(document.createElement("i"));
      row.addEventListener("pointerenter", () => pointed(digit));
      row.addEventListener("focus", () => pointed(digit));
      row.addEventListener("pointerleave", () => pointed(this.focused()));
      row.addEventListener("blur", () => pointed(null));
      group.append(row);
      return row;
    });
  }

  // The digit whose bar has the focus, or null.
  focused() {
    const digit = this.rows.indexOf(document.activeElement);
    return digit < 0 ? null : digit;
  }

  // Move for `seconds` towards the reading's probabilities: the eye can follow movement, but not
  // jumps. Returns whether the bars are still moving.
  show(reading, seconds) {
    const left = Math.exp(-seconds / EASING_SECONDS);
    let moving = false;
    this.rows.forEach((row, digit) => {
      const target = reading ? reading.probabilities[digit] : 0;
      const wins = Boolean(reading?.sure && reading.digit === digit);
      const togo = (this.values[digit] - target) * left, settled = Math.abs(togo) < SETTLED;
      moving ||= !settled;
      const value = settled ? target : target + togo;
      if (this.values[digit] !== value) { // setting a style is slow, even to the same value
        this.values[digit] = value;
        row.querySelector("i i").style.transform = `scaleX(${value})`;
      }
      row.classList.toggle("wins", wins);
      if (row.getAttribute("aria-valuenow") !== String(target)) {
        row.setAttribute("aria-valuenow", target);
        row.setAttribute("aria-valuetext", percentage(target));
      }
      const tells = reading && (wins || target >= LEAST_PERCENTAGE);
      setText(row.lastChild, tells ? percentage(target) : "");
    });
    return moving;
  }
}

class Preview {
  constructor(canvas, caption, legend) {
    Object.assign(this, { canvas, caption, legend });
    const small = document.createElement("canvas");
    small.width = small.height = SIDE;
    this.small = small.getContext("2d");
    this.data = this.small.createImageData(SIDE, SIDE);
  }

  // Show the reading's image; with a digit, the evidence for and against it. Not everybody can tell
  // the colours apart, so the strongest pixels carry a plus or a minus.
  show(reading, digit) {
    const shares = reading && digit !== null ? evidenceShares(reading, digit) : null;
    const paper = colour("sheet"), ink = colour("ink");
    for (let i = 0; i < SIDE * SIDE; i++) {
      const level = (reading ? reading.image[i] : 0) * (shares ? PALE_INK : 1);
      const side = shares && colour(shares[i] > 0 ? "speaks_for" : "speaks_against");
      const strength = shares ? Math.abs(shares[i]) ** MAP_GAMMA : 0;
      for (let c = 0; c < 3; c++) {
        const pale = paper[c] + (ink[c] - paper[c]) * level;
        this.data.data[4 * i + c] = shares ? pale + (side[c] - pale) * strength : pale;
      }
      this.data.data[4 * i + 3] = 255;
    }
    this.small.putImageData(this.data, 0, 0);
    fitToScreen(this.canvas);
    const brush = this.canvas.getContext("2d"), cell = this.canvas.width / SIDE;
    brush.imageSmoothingEnabled = false;
    brush.drawImage(this.small.canvas, 0, 0, this.canvas.width, this.canvas.height);
    brush.fillStyle = `rgb(${paper})`;
    shares?.forEach((share, i) => {
      if (Math.abs(share) < LEAST_MARKED) return;
      const x = (i % SIDE + 0.5) * cell, y = (Math.floor(i / SIDE) + 0.5) * cell;
      const long = MARK_LENGTH * cell, broad = Math.max(MARK_BREADTH * cell, 1);
      brush.fillRect(x - long / 2, y - broad / 2, long, broad);
      if (share > 0) brush.fillRect(x - broad / 2, y - long / 2, broad, long);
    });
    this.legend.hidden = !shares;
    setText(this.legend.querySelector("b"), digit ?? "");
    setText(this.caption, shares ? "gradient × input" : "Network input");
  }
}

// The evidence for a digit (above 0) or against it, as shares of the strongest.
function evidenceShares(reading, digit) {
  const evidence = READER.evidence(reading, digit);
  const strongest = evidence.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9);
  return evidence.map((value) => value / strongest);
}

// Set a text only if it differs: screen readers would repeat it otherwise.
function setText(element, text) {
  if (element.textContent !== String(text)) element.textContent = text;
}
