// The kernel: convolution, and the dense layer as its simplest case, in WebAssembly (kernel.wat).
//
// Its memory holds the weights of all layers, followed by the current image and the results. Images
// are flat arrays in the order rows, columns, channels, so that each row of a window is contiguous.

const FILTERS_AT_ONCE = 8, WINDOWS_AT_ONCE = 4;
const FLOAT = 4, PAGE = 65536; // bytes

class Kernel {
  constructor(code) {
    ({ memory: this.memory, correlate: this.correlate } =
      new WebAssembly.Instance(new WebAssembly.Module(code)).exports);
    this.kept = 0; // floats of memory in use for weights
    this.numbers = new Float32Array(this.memory.buffer);
  }

  // Store weights, `length` numbers for each filter, in the order that the kernel needs. Returns
  // what `slide` needs to find them.
  keep(weights, filters, length) {
    const groups = Math.ceil(filters / FILTERS_AT_ONCE);
    const start = this.kept;
    this.kept += groups * length * FILTERS_AT_ONCE;
    this.makeRoom(this.kept);
    for (let filter = 0; filter < filters; filter++) {
      const lane = filter % FILTERS_AT_ONCE, group = (filter - lane) / FILTERS_AT_ONCE;
      const first = start + group * length * FILTERS_AT_ONCE + lane;
      for (let i = 0; i < length; i++) {
        this.numbers[first + i * FILTERS_AT_ONCE] = weights[filter * length + i];
      }
    }
    return { start, filters, groups };
  }

  // Slide k × k windows over an image of `shape`, `stride` pixels at a time, with `above` and `left`
  // zeros around it and as many below and right as the result's shape [rows, columns] asks for.
  // Writes the sums of products into `out`: y[r, q, f] = Σ weights[f, i, j, c] · x[r·s+i, q·s+j, c].
  slide(kept, image, [height, width, channels], k, stride, [above, left], [rows, columns], out) {
    const wide = Math.max((columns - 1) * stride + k, left + width) * channels; // with the padding
    const high = Math.max((rows - 1) * stride + k, above + height);
    const lanes = kept.groups * FILTERS_AT_ONCE;
    const x = this.kept, y = x + high * wide;
    const beyond = WINDOWS_AT_ONCE * (lanes + stride * channels);
    this.makeRoom(y + rows * columns * lanes + beyond);

    this.numbers.fill(0, x, y);
    for (let row = 0; row < height; row++) {
      const line = image.subarray(row * width * channels, (row + 1) * width * channels);
      this.numbers.set(line, x + (above + row) * wide + left * channels);
    }
    for (let row = 0; row < rows; row++) {
      this.correlate(
        (x + row * stride * wide) * FLOAT, stride * channels * FLOAT,
        k, k * channels * FLOAT, wide * FLOAT, kept.start * FLOAT,
        (y + row * columns * lanes) * FLOAT, columns, kept.groups,
      );
    }
    for (let window = 0; window < rows * columns; window++) {
      const from = y + window * lanes, to = window * kept.filters;
      for (let f = 0; f < kept.filters; f++) out[to + f] = this.numbers[from + f];
    }
  }

  makeRoom(numbers) {
    const missing = numbers * FLOAT - this.memory.buffer.byteLength;
    if (missing > 0) {
      this.memory.grow(Math.ceil(missing / PAGE));
      this.numbers = new Float32Array(this.memory.buffer); // growing detached the old one
    }
  }
}
