/** The best point so far where terms are of the norms of groups ({@link GroupIncumbent}). */
import type { SeparablePenalty } from "../penalties";
import { type Blocks, largestEigenvalue, normsIn, type Objective } from "./blocks";
import type { PenaltyTerms } from "./envelopes";
import { type DescentModel, Incumbent } from "./incumbents";
import type { LossModel } from "./loss";

/** Descends group by group, each step the global minimizer with the largest curvature in the group. */
export class GroupIncumbent extends Incumbent {
  readonly #blocks: Blocks;
  readonly #termOf: Int32Array;

  constructor(
    objective: Objective & { readonly blocks: Blocks },
    low: Float64Array,
    high: Float64Array,
    best: Float64Array,
  ) {
    super(objective, low, high, best);
    this.#blocks = objective.blocks;
    this.#termOf = new Int32Array(best.length);
    this.#blocks.forEach((members, g) => {
      for (const j of members) this.#termOf[j] = g;
    });
  }

  override get values(): Float64Array {
    return normsIn(this.#blocks, this.best);
  }

  protected override members(g: number): Int32Array {
    return this.#blocks[g];
  }

  protected override penaltyOf(b: Float64Array, terms: PenaltyTerms): number {
    return terms.sum(normsIn(this.#blocks, b));
  }

  protected override keepsSigns(): boolean {
    return false;
  }

  protected override lambdaMax(penalty: SeparablePenalty, { gradient, squares }: LossModel): number {
    const { coordinates } = this.terms;
    const count = coordinates.reduce((most, g) => Math.max(most, g + 1), 0);
    const [norms, traces] = [new Float64Array(count), new Float64Array(count).fill(1)];
    normsIn(this.#blocks, gradient).forEach((size, g) => {
      norms[coordinates[g]] = size;
      traces[coordinates[g]] = this.#blocks[g].reduce((sum, j) => sum + squares[j], 0);
    });
    return penalty.lambdaMax(norms, traces);
  }

  protected override addSlopes(
    b: Float64Array,
    support: Int32Array,
    matrix: Float64Array,
    move: Float64Array,
  ): void {
    const { terms } = this;
    const norms = normsIn(this.#blocks, b);
    const size = support.length;
    for (let k = 0; k < size; k++) {
      const g = this.#termOf[support[k]];
      const r = norms[g];
      const across = terms.slope(g, r) / r;
      const along = terms.curvature(g, r);
      move[k] -= across * b[support[k]];
      matrix[k * size + k] += across;
      for (let m = 0; m < size; m++) {
        if (this.#termOf[support[m]] !== g) continue;
        matrix[k * size + m] += (along - across) * (b[support[k]] / r) * (b[support[m]] / r);
      }
    }
  }

  protected override movable(
    b: Float64Array,
    { gradient, squares }: LossModel,
    terms: PenaltyTerms,
  ): { readonly working: number[]; readonly isOptimal: boolean } {
    const working: number[] = [];
    let isOptimal = true;
    const [norms, pulls] = [normsIn(this.#blocks, b), normsIn(this.#blocks, gradient)];
    this.#blocks.forEach((members, g) => {
      const trace = members.reduce((sum, j) => sum + squares[j], 0);
      if (!(trace > 0)) return;
      if (norms[g] === 0) {
        // The curvature is no less than that of one coefficient of as many.
        const least = trace / members.length;
        if (terms.prox(g, pulls[g] / least, least) === 0) return;
        if (terms.prox(g, pulls[g] / trace, trace) !== 0) isOptimal = false;
      }
      working.push(...members);
    });
    return { working, isOptimal };
  }

  protected override sweep(
    b: Float64Array,
    working: readonly number[],
    local: Float64Array,
    { gram }: DescentModel,
    terms: PenaltyTerms,
  ): number {
    let [moved, start] = [0, 0];
    while (start < working.length) {
      const g = this.#termOf[working[start]];
      const members = this.#blocks[g];
      const curvature = largestEigenvalue(members, gram);
      const target = Float64Array.from(members, (j, i) => b[j] - local[start + i] / curvature);
      const size = Math.hypot(...target);
      const scale = size > 0 ? terms.prox(g, size, curvature) / size : 0;
      members.forEach((j, i) => {
        const change = scale * target[i] - b[j];
        if (change === 0) return;
        b[j] = scale * target[i];
        const column = gram(j);
        for (let m = 0; m < working.length; m++) local[m] += change * column[working[m]];
        moved += curvature * change * change;
      });
      start += members.length;
    }
    return moved;
  }
}
