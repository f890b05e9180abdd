// The reader joins the network to the preprocessing that it was trained on, as digits/recognizer does.

class Reader {
  constructor(net, sureFrom) {
    Object.assign(this, { net, sureFrom });
  }

  // What the network makes of strokes: { digit, probabilities, image, sure }; null if there is
  // nothing on the sheet.
  read(strokes) {
    const image = retrace(strokes);
    if (image === null) return null;
    const probabilities = this.net.predict(image);
    const digit = probabilities.indexOf(Math.max(...probabilities));
    return { digit, probabilities, image, sure: probabilities[digit] >= this.sureFrom };
  }

  // Which ink speaks for a digit and which against it: gradient × input (Shrikumar et al. 2016).
  evidence({ image }, digit) {
    return this.net.inputGradient(image, digit).map((slope, i) => slope * image[i]);
  }
}

// The numbers in base64, float32 each. A plain loop is ten times faster than what looks shorter.
function decoded(text) {
  const bytes = atob(text), array = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) array[i] = bytes.charCodeAt(i);
  return array;
}

// The layers that the page brings, each with its arrays.
function layersWithArrays({ layers, numbers }) {
  const all = new Float32Array(decoded(numbers).buffer);
  let start = 0;
  return layers.map(({ arrays, ...layer }) => {
    for (const [name, length] of Object.entries(arrays)) {
      layer[name] = all.subarray(start, start += length);
    }
    return layer;
  });
}
