/** The part of a target that a batch of samples has, and room for predictors and residuals of that size. */
export class Batch {
  /** Where the entries of the batch stand in the whole: those of the first response, then of the second, ... */
  readonly entries: Int32Array;
  readonly target: Float64Array;
  readonly eta: Float64Array;
  readonly residual: Float64Array;

  /** @param nResponses how many entries each sample has. */
  constructor(nRows: number, nResponses: number) {
    const size = nRows * nResponses;
    this.entries = new Int32Array(size);
    this.target = new Float64Array(size);
    this.eta = new Float64Array(size);
    this.residual = new Float64Array(size);
  }

  /** Takes in other samples, as many as before, out of the target of `nSamples`. */
  gather(rows: Int32Array, target: Float64Array, nSamples: number): void {
    const { entries } = this;
    for (let k = 0; k < entries.length; k++) {
      const response = Math.floor(k / rows.length);
      entries[k] = response * nSamples + rows[k - response * rows.length];
      this.target[k] = target[entries[k]];
    }
  }
}
