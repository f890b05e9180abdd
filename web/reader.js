// The reader joins the network to the preprocessing that it was trained on, as digits/recognizer does.

class Reader {
  constructor(net, sureFrom) {
    Object.assign(this, { net, sureFrom });
  }

  // The network's reading of strokes: { digit, probabilities, image, sure }; null if nothing is on
  // the sheet.
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

// Decode bytes in base64. A plain loop is ten times faster than shorter code.
function decoded(text) {
  const bytes = atob(text), array = new Uint8Array(bytes.length);
  for (let i = 0; i < bytes.length; i++) array[i] = bytes.charCodeAt(i);
  return array;
}

// The layers embedded in the page, each with its arrays.
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
