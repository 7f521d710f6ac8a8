import type { DesignMatrix } from "./design-matrix";

/**
 * The design of `nResponses` responses that share their columns: block-diagonal, one copy of `design` a response.
 *
 * A matrix of coefficients, one column a response, is then one long vector, and so are predictors and residuals: `X B` is
 * `(I kron X) vec(B)`. Nothing is copied.
 *
 * @param nResponses an integer of at least 2.
 * @returns a design of `nSamples * nResponses` rows and `nFeatures * nResponses` columns, named
 * `"age, response 0"` and so on.
 */
export function stackResponses(design: DesignMatrix, nResponses: number): DesignMatrix {
  const columns = Int32Array.from({ length: design.nFeatures }, (_, j) => j);
  return new StackedResponses(
    Array.from({ length: nResponses }, (_, r) => ({
      design,
      positions: columns.map((j) => j + r * design.nFeatures),
      names: design.featureNames.map((name) => `${name}, response ${r}`),
    })),
  );
}

/** The columns of one response. */
interface Block {
  readonly design: DesignMatrix;
  /** `positions[j]` is the position of its column `j` in the whole design. */
  readonly positions: Int32Array;
  readonly names: readonly string[];
}

/** A block-diagonal design whose columns may be in any order. */
class StackedResponses implements DesignMatrix {
  readonly nSamples: number;
  readonly nFeatures: number;
  readonly featureNames: readonly string[];
  readonly #blocks: readonly Block[];
  /** Rows of one response. */
  readonly #nRows: number;
  /** The response of each column, and its position in that response's block. */
  readonly #responseOf: Int32Array;
  readonly #columnOf: Int32Array;
  /** The coefficients of one block, or products with its columns. */
  readonly #gathered: readonly Float64Array[];
  /** Exists where all responses share the same columns and these have a Gram matrix. */
  readonly joinedGram: DesignMatrix["joinedGram"];
  /** Exists where the designs of all responses have it. */
  readonly weightedSquaredNormsAt: DesignMatrix["weightedSquaredNormsAt"];
  /** Rows of a batch within one response. */
  #batch = new Int32Array(0);

  constructor(blocks: readonly Block[]) {
    this.#blocks = blocks;
    this.#nRows = blocks[0].design.nSamples;
    this.nSamples = this.#nRows * blocks.length;
    this.nFeatures = blocks.reduce((sum, { positions }) => sum + positions.length, 0);
    this.#responseOf = new Int32Array(this.nFeatures);
    this.#columnOf = new Int32Array(this.nFeatures);
    const names = new Array<string>(this.nFeatures);
    blocks.forEach((block, r) => {
      block.positions.forEach((position, j) => {
        this.#responseOf[position] = r;
        this.#columnOf[position] = j;
        names[position] = block.names[j];
      });
    });
    this.featureNames = names;
    this.#gathered = blocks.map(({ positions }) => new Float64Array(positions.length));
    const [{ design }] = blocks;
    const areShared = design.gram !== undefined && blocks.every((block) => block.design === design);
    if (areShared) this.joinedGram = (...block) => this.#joinedGram(design, ...block);
    if (blocks.every((block) => block.design.weightedSquaredNormsAt !== undefined))
      this.weightedSquaredNormsAt = (...given) => this.#weightedSquaredNormsAt(...given);
  }

  matvec(beta: Float64Array, out: Float64Array): void {
    this.#blocks.forEach(({ design }, r) => {
      design.matvec(this.#gather(r, beta), this.#rows(r, out));
    });
  }

  rmatvec(residual: Float64Array, out: Float64Array): void {
    out.fill(0);
    this.#blocks.forEach(({ design }, r) => {
      design.rmatvec(this.#rows(r, residual), this.#gathered[r]);
      this.#addTo(r, out);
    });
  }

  matvecRows(rows: Int32Array, beta: Float64Array, out: Float64Array): void {
    for (let from = 0, to = 0; from < rows.length; from = to) {
      to = this.#endOfResponse(rows, from);
      const r = this.#responseOfRow(rows[from]);
      const own = this.#rowsWithin(r, rows, from, to);
      this.#blocks[r].design.matvecRows(own, this.#gather(r, beta), out.subarray(from, to));
    }
  }

  rmatvecRows(rows: Int32Array, residual: Float64Array, out: Float64Array): void {
    out.fill(0);
    for (let from = 0, to = 0; from < rows.length; from = to) {
      to = this.#endOfResponse(rows, from);
      const r = this.#responseOfRow(rows[from]);
      const own = this.#rowsWithin(r, rows, from, to);
      this.#blocks[r].design.rmatvecRows(own, residual.subarray(from, to), this.#gathered[r]);
      this.#addTo(r, out);
    }
  }

  columnDot(j: number, v: Float64Array): number {
    const r = this.#responseOf[j];
    return this.#blocks[r].design.columnDot(this.#columnOf[j], this.#rows(r, v));
  }

  addColumn(j: number, scale: number, out: Float64Array): void {
    const r = this.#responseOf[j];
    this.#blocks[r].design.addColumn(this.#columnOf[j], scale, this.#rows(r, out));
  }

  responseOf(j: number): number {
    return this.#responseOf[j];
  }

  largestEntry(j: number): number {
    return this.#blocks[this.#responseOf[j]].design.largestEntry(this.#columnOf[j]);
  }

  weightedSquaredNorms(weights: Float64Array, out: Float64Array): void {
    out.fill(0);
    this.#blocks.forEach(({ design }, r) => {
      design.weightedSquaredNorms(this.#rows(r, weights), this.#gathered[r]);
      this.#addTo(r, out);
    });
  }

  /** Responses that ask for the same columns, centres and scales share one standardized design. */
  standardizedColumns(columns: Int32Array, centers: Float64Array, scales: Float64Array): DesignMatrix {
    const places: number[][] = this.#blocks.map(() => []);
    columns.forEach((column, k) => {
      places[this.#responseOf[column]].push(k);
    });
    const made: { source: DesignMatrix; wanted: Wanted; design: DesignMatrix }[] = [];
    const blocks = this.#blocks.map(({ design: source, names }, r): Block => {
      const wanted: Wanted = {
        columns: Int32Array.from(places[r], (k) => this.#columnOf[columns[k]]),
        centers: Float64Array.from(places[r], (k) => centers[k]),
        scales: Float64Array.from(places[r], (k) => scales[k]),
      };
      let entry = made.find((each) => each.source === source && sameColumns(each.wanted, wanted));
      if (!entry) {
        const design = source.standardizedColumns(wanted.columns, wanted.centers, wanted.scales);
        entry = { source, wanted, design };
        made.push(entry);
      }
      return {
        design: entry.design,
        positions: Int32Array.from(places[r]),
        names: Array.from(wanted.columns, (j) => names[j]),
      };
    });
    return new StackedResponses(blocks);
  }

  /** Computes one block of the Gram matrix for each pair of responses. */
  #joinedGram(
    design: DesignMatrix,
    rows: Int32Array,
    columns: Int32Array,
    out: Float64Array,
    weights: readonly (readonly Float64Array[])[],
  ): void {
    const [above, beside] = [this.#byResponse(rows), this.#byResponse(columns)];
    const isSquare = rows === columns;
    weights.forEach((own, r) => {
      own.forEach((joint, s) => {
        // The curvature is symmetric in the responses, so a square matrix is too.
        if (isSquare && s < r) return;
        const block = new Float64Array(above[r].places.length * beside[s].places.length);
        const within = r === s && isSquare ? above[r].within : beside[s].within;
        design.gram!(above[r].within, within, block, joint);
        let at = 0;
        for (const k of above[r].places) {
          for (const l of beside[s].places) {
            const entry = block[at++];
            out[k * columns.length + l] = entry;
            if (isSquare && r !== s) out[l * columns.length + k] = entry;
          }
        }
      });
    });
  }

  #weightedSquaredNormsAt(columns: Int32Array, weights: Float64Array, out: Float64Array): void {
    this.#byResponse(columns).forEach(({ places, within }, r) => {
      const own = new Float64Array(within.length);
      this.#blocks[r].design.weightedSquaredNormsAt!(within, this.#rows(r, weights), own);
      places.forEach((k, l) => {
        out[k] = own[l];
      });
    });
  }

  /** Returns for each response the positions of its columns among those given, and their indices in its own block. */
  #byResponse(columns: Int32Array): { readonly places: number[]; readonly within: Int32Array }[] {
    const places: number[][] = this.#blocks.map(() => []);
    columns.forEach((j, k) => {
      places[this.#responseOf[j]].push(k);
    });
    return places.map((own) => ({
      places: own,
      within: Int32Array.from(own, (k) => this.#columnOf[columns[k]]),
    }));
  }

  /** The rows of response `r`, a view. */
  #rows(r: number, v: Float64Array): Float64Array {
    return v.subarray(r * this.#nRows, (r + 1) * this.#nRows);
  }

  /** Returns the coefficients of response `r`; the next call overwrites them. */
  #gather(r: number, beta: Float64Array): Float64Array {
    const own = this.#gathered[r];
    const { positions } = this.#blocks[r];
    for (let j = 0; j < own.length; j++) own[j] = beta[positions[j]];
    return own;
  }

  /** Adds the values gathered for response `r` at the positions of its columns. */
  #addTo(r: number, out: Float64Array): void {
    const own = this.#gathered[r];
    const { positions } = this.#blocks[r];
    for (let j = 0; j < own.length; j++) out[positions[j]] += own[j];
  }

  #responseOfRow(row: number): number {
    return Math.floor(row / this.#nRows);
  }

  /** Returns the end of the run of rows of one response that begins at `from`. */
  #endOfResponse(rows: Int32Array, from: number): number {
    const r = this.#responseOfRow(rows[from]);
    let to = from + 1;
    while (to < rows.length && this.#responseOfRow(rows[to]) === r) to++;
    return to;
  }

  /** Returns `rows[from..to)` as rows of response `r`; the next call overwrites them. */
  #rowsWithin(r: number, rows: Int32Array, from: number, to: number): Int32Array {
    if (this.#batch.length < to - from) this.#batch = new Int32Array(to - from);
    for (let k = from; k < to; k++) this.#batch[k - from] = rows[k] - r * this.#nRows;
    return this.#batch.subarray(0, to - from);
  }
}

/** The columns, centres and scales that are requested of one response's design. */
interface Wanted {
  readonly columns: Int32Array;
  readonly centers: Float64Array;
  readonly scales: Float64Array;
}

function sameColumns(a: Wanted, b: Wanted): boolean {
  return (
    a.columns.length === b.columns.length &&
    a.columns.every(
      (column, k) => column === b.columns[k] && a.centers[k] === b.centers[k] && a.scales[k] === b.scales[k],
    )
  );
}
