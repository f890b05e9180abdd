// The network, as the Python library `nn` runs it. A layer is a pair of forward and backward; it
// stores what backward needs. All arrays are flat, in the order rows, columns, channels, so that
// flattening is a no-op, and a dense layer is a convolution with a single window.

const { SLOPE } = CONSTANTS.activation_functions; // of LeakyReLU, below zero

// The activation functions, and their derivatives in terms of the output. Both work in place.
const ACTIVATIONS = {
  linear: { forward() {}, backward() {} },
  ReLU: {
    forward(z) { for (let i = 0; i < z.length; i++) if (z[i] < 0) z[i] = 0; },
    backward(a, da) { for (let i = 0; i < a.length; i++) if (!(a[i] > 0)) da[i] = 0; },
  },
  LeakyReLU: {
    forward(z) { for (let i = 0; i < z.length; i++) if (z[i] < 0) z[i] *= SLOPE; },
    backward(a, da) { for (let i = 0; i < a.length; i++) if (!(a[i] > 0)) da[i] *= SLOPE; },
  },
  sigmoid: {
    forward(z) { for (let i = 0; i < z.length; i++) z[i] = 1 / (1 + Math.exp(-z[i])); },
    backward(a, da) { for (let i = 0; i < a.length; i++) da[i] *= a[i] * (1 - a[i]); },
  },
  tanh: {
    forward(z) { for (let i = 0; i < z.length; i++) z[i] = Math.tanh(z[i]); },
    backward(a, da) { for (let i = 0; i < a.length; i++) da[i] *= 1 - a[i] * a[i]; },
  },
  softmax: {
    forward(z) {
      const largest = z.reduce((most, value) => Math.max(most, value)); // avoids overflow
      let sum = 0;
      for (let i = 0; i < z.length; i++) sum += z[i] = Math.exp(z[i] - largest);
      for (let i = 0; i < z.length; i++) z[i] /= sum;
    },
    backward(a, da) {
      let along = 0;
      for (let i = 0; i < a.length; i++) along += a[i] * da[i];
      for (let i = 0; i < a.length; i++) da[i] = a[i] * (da[i] - along);
    },
  },
};

const size = (shape) => shape.reduce((product, side) => product * side, 1);

class Conv2D {
  constructor(layer, kernel) {
    Object.assign(this, layer);
    this.kernel = kernel;
    this.activate = ACTIVATIONS[this.activation];
    this.kept = kernel.keep(this.weights, this.filters, this.weights.length / this.filters);
    this.a = new Float32Array(size(this.output_shape));
  }

  forward(x) {
    const { kernel_size: k, strides, margins, output_shape, a, biases, filters } = this;
    this.kernel.slide(this.kept, x, this.input_shape, k, strides, margins, output_shape, a);
    for (let i = 0; i < a.length; i += filters) {
      for (let f = 0; f < filters; f++) a[i + f] += biases[f];
    }
    this.activate.forward(a);
    return a;
  }

  // The gradient of the input is a convolution too: of dz, dilated by the stride, with the filters
  // rotated by 180°.
  backward(dy) {
    this.activate.backward(this.a, dy);
    return this.backwardFromZ(dy);
  }

  backwardFromZ(dz) {
    const { kernel_size: k, strides: s, filters } = this, [rows, columns] = this.output_shape;
    const spread = [(rows - 1) * s + 1, (columns - 1) * s + 1, filters];
    let wide = dz;
    if (s > 1) {
      wide = new Float32Array(size(spread));
      for (let r = 0; r < rows; r++) for (let q = 0; q < columns; q++) {
        const from = (r * columns + q) * filters;
        wide.set(dz.subarray(from, from + filters), (r * spread[1] + q) * s * filters);
      }
    }
    const dx = new Float32Array(size(this.input_shape));
    const margins = this.margins.map((margin) => k - 1 - margin);
    this.kernel.slide(this.turned(), wide, spread, k, 1, margins, this.input_shape, dx);
    return dx;
  }

  // The weights for the backward pass, made on first use.
  turned() {
    if (!this.keptTurned) {
      const { kernel_size: k, filters, weights } = this, channels = this.input_shape[2];
      const turned = new Float32Array(weights.length); // channels, k, k, filters
      for (let f = 0; f < filters; f++) for (let place = 0; place < k * k; place++) {
        for (let c = 0; c < channels; c++) {
          turned[(c * k * k + k * k - 1 - place) * filters + f] =
            weights[(f * k * k + place) * channels + c];
        }
      }
      this.keptTurned = this.kernel.keep(turned, channels, k * k * filters);
    }
    return this.keptTurned;
  }
}

// At inference, batch normalisation is a scale and a shift for each channel.
class BatchNorm {
  constructor(layer) {
    Object.assign(this, layer);
    this.y = new Float32Array(size(this.output_shape));
  }

  forward(x) {
    const { y, scale, shift } = this, channels = scale.length;
    for (let i = 0; i < y.length; i += channels) {
      for (let c = 0; c < channels; c++) y[i + c] = x[i + c] * scale[c] + shift[c];
    }
    return y;
  }

  backward(dy) {
    const { scale } = this, channels = scale.length;
    for (let i = 0; i < dy.length; i += channels) {
      for (let c = 0; c < channels; c++) dy[i + c] *= scale[c];
    }
    return dy;
  }
}

class MaxPool2D {
  constructor(layer) {
    Object.assign(this, layer);
    this.y = new Float32Array(size(this.output_shape));
    this.from = new Int32Array(this.y.length); // the index of each maximum in the input
  }

  forward(x) {
    const { pool_size: p, y, from } = this, width = this.input_shape[1];
    const [rows, columns, channels] = this.output_shape;
    let to = 0;
    for (let r = 0; r < rows; r++) for (let q = 0; q < columns; q++) {
      for (let c = 0; c < channels; c++) {
        let best = ((r * p) * width + q * p) * channels + c;
        // Of equal values the first, column by column: the gradient must go where Python's does.
        for (let j = 0; j < p; j++) for (let i = 0; i < p; i++) {
          const place = ((r * p + i) * width + q * p + j) * channels + c;
          if (x[place] > x[best]) best = place;
        }
        from[to] = best;
        y[to++] = x[best];
      }
    }
    return y;
  }

  backward(dy) {
    const dx = new Float32Array(size(this.input_shape));
    for (let i = 0; i < dy.length; i++) dx[this.from[i]] = dy[i];
    return dx;
  }
}

class GlobalAveragePool2D {
  constructor(layer) {
    Object.assign(this, layer);
    this.channels = this.input_shape[2];
    this.places = this.input_shape[0] * this.input_shape[1];
  }

  forward(x) {
    const y = new Float32Array(this.channels);
    for (let c = 0; c < this.channels; c++) {
      let sum = 0;
      for (let place = 0; place < this.places; place++) sum += x[place * this.channels + c];
      y[c] = sum / this.places;
    }
    return y;
  }

  backward(dy) {
    const dx = new Float32Array(size(this.input_shape));
    for (let i = 0; i < dx.length; i++) dx[i] = dy[i % this.channels] / this.places;
    return dx;
  }
}

const LAYERS = { Conv2D, BatchNorm, MaxPool2D, GlobalAveragePool2D };

class Net {
  // `layers` are those embedded in the page: hyperparameters, shapes, and arrays.
  constructor(layers, kernel) {
    this.layers = layers.map((layer) => new LAYERS[layer.layer](layer, kernel));
  }

  // The ten probabilities for an image of 784 numbers; a new array.
  predict(image) {
    return this.layers.reduce((x, layer) => layer.forward(x), image).slice();
  }

  // The gradient of a digit's logit with respect to the image's pixels.
  inputGradient(image, digit) {
    this.predict(image); // so that the layers store this image's values
    const dz = new Float32Array(10);
    dz[digit] = 1;
    const [last, ...others] = this.layers.slice().reverse();
    return others.reduce((dy, layer) => layer.backward(dy), last.backwardFromZ(dz));
  }

  // Do the slow preparations of `inputGradient` before its first call.
  warmUp() {
    this.inputGradient(new Float32Array(size(this.layers[0].input_shape)), 0);
  }
}
