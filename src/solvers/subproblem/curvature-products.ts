import { columnDots } from "../../design/column-dots";
import type { DesignMatrix } from "../../design/design-matrix";
import { isConstant } from "../../linalg/vector";

/** Products of entries that take a good tenth of a second. */
const productsAtOnce = 3e8;

/** For each pair of responses the second derivative by both, a sample after the other. */
export type JointCurvature = readonly (readonly Float64Array[])[];

/** `out = C v` */
export type Multiply = (v: Float64Array, out: Float64Array) => void;

/** Products of the columns of a design with the second derivatives `C` of a loss between them. */
export class CurvatureProducts {
  readonly #design: DesignMatrix;
  /** Undefined where the curvature is {@link scale} in every row. */
  readonly #curvature: Float64Array | undefined;
  readonly #multiply: Multiply | undefined;
  readonly #joint: JointCurvature | undefined;
  /** What {@link of} leaves to be multiplied by. */
  readonly scale: number;

  /**
   * @param curvature the diagonal of `C`, at least 0.
   * @param multiply by `C` where it is more than its diagonal.
   * @param joint the entries of such a `C`, for each pair of responses a diagonal, where they join the responses of a sample
   * alone, if they are known.
   */
  constructor(design: DesignMatrix, curvature: Float64Array, multiply?: Multiply, joint?: JointCurvature) {
    this.#design = design;
    this.#multiply = multiply;
    this.#joint = joint;
    const isScaled = !multiply && isConstant(curvature);
    this.#curvature = isScaled ? undefined : curvature;
    this.scale = isScaled && curvature.length > 0 ? curvature[0] : 1;
  }

  /** Whether the design multiplies whole blocks of columns. */
  get hasBlocks(): boolean {
    const { gram, joinedGram } = this.#design;
    return this.#multiply ? joinedGram !== undefined && this.#joint !== undefined : gram !== undefined;
  }

  /** How many columns are multiplied with each other and with `nOthers` in about a tenth of a second. */
  columnsAtOnce(nOthers: number): number {
    const products = (this.#multiply ? productsAtOnce / 4 : productsAtOnce) / this.#design.nSamples;
    return Math.floor(Math.sqrt(nOthers ** 2 + 2 * products) - nOthers);
  }

  /** `X_rows' C X_columns / scale`, row-major. */
  of(rows: Int32Array, columns: Int32Array): Float64Array {
    const design = this.#design;
    const out = new Float64Array(rows.length * columns.length);
    const multiply = this.#multiply;
    if (design.gram && !multiply) {
      design.gram(rows, columns, out, this.#curvature);
      return out;
    }
    if (design.joinedGram && this.#joint) {
      design.joinedGram(rows, columns, out, this.#joint);
      return out;
    }
    const column = new Float64Array(design.nSamples);
    const weighted = multiply ? new Float64Array(design.nSamples) : column;
    const dots = new Float64Array(rows.length);
    columns.forEach((j, l) => {
      column.fill(0);
      design.addColumn(j, 1, column);
      if (multiply) multiply(column, weighted);
      else if (this.#curvature) for (let i = 0; i < column.length; i++) column[i] *= this.#curvature[i];
      columnDots(design, rows, weighted, dots);
      for (let k = 0; k < dots.length; k++) out[k * columns.length + l] = dots[k];
    });
    return out;
  }
}
