import { addScaled, dot, norm } from "../../linalg/vector";

/** Residuals that are remembered at most, if nothing else is said. */
const manyResiduals = 6;

/** What is left of a residual beside those before it, as a share of it, below which rounding is too much of that. */
const smallestRest = 1e-6;

/** What the product of a residual of length 1 with a column of length 1 is rounded by at most, however its terms are summed. */
const roundingOf = (nSamples: number): number => (16 + nSamples) * Number.EPSILON;

interface Known {
  readonly residual: Float64Array;
  readonly gradient: Float64Array;
}

/** A unit vector, orthogonal to those before it, that is a combination of residuals. */
interface Direction {
  readonly unit: Float64Array;
  /** How much of each residual it is. */
  readonly shares: Float64Array;
  /** How many times more its product is rounded than that of a residual of length 1. */
  readonly growth: number;
}

/**
 * Residuals `r` whose products `X'r` are known, and so those of all their combinations.
 *
 * Along a path residuals move nearly on a line, so that the combination nearest to the next one is much nearer than the
 * last.
 */
export class ResidualSubspace {
  readonly #most: number;
  #known: readonly Known[] = [];
  #directions: readonly Direction[] = [];

  /** @param most residuals that are remembered. Default: 6. */
  constructor(most: number = manyResiduals) {
    this.#most = most;
  }

  get size(): number {
    return this.#known.length;
  }

  /** @param residual kept and not copied, as its `gradient` is. */
  add(residual: Float64Array, gradient: Float64Array): void {
    this.#known = [{ residual, gradient }, ...this.#known.slice(0, this.#most - 1)];
    const sizes = this.#known.map((known) => norm(known.residual));
    const directions: Direction[] = [];
    for (let k = 0; k < sizes.length; k++) {
      const direction = directionOf(this.#known[k].residual, k, sizes, directions);
      if (direction) directions.push(direction);
    }
    this.#directions = directions;
  }

  /**
   * Sets `out = X'c` for the combination `c` of what is known that is nearest to a residual.
   *
   * @returns the distance of the two, and of what rounding makes of `out` from `X'c`, as a residual.
   */
  nearest(residual: Float64Array, out: Float64Array): number {
    const rest = residual.slice();
    const all = new Float64Array(this.#known.length);
    const rounding = roundingOf(residual.length);
    let rounded = 0;
    for (const { unit, shares, growth } of this.#directions) {
      const part = dot(unit, rest);
      addScaled(-part, unit, rest);
      addScaled(part, shares, all);
      rounded += rounding * Math.abs(part) * growth;
    }
    out.fill(0);
    this.#known.forEach(({ gradient }, k) => {
      if (all[k] !== 0) addScaled(all[k], gradient, out);
    });
    return norm(rest) + rounded;
  }
}

/**
 * What is left of residual `k` beside others, made a unit vector; undefined where that is next to nothing.
 *
 * @param sizes of all residuals.
 */
function directionOf(
  residual: Float64Array,
  k: number,
  sizes: readonly number[],
  directions: readonly Direction[],
): Direction | undefined {
  const unit = residual.slice();
  const shares = new Float64Array(sizes.length);
  shares[k] = 1;
  for (let pass = 0; pass < 2; pass++) {
    for (const other of directions) {
      const part = dot(other.unit, unit);
      addScaled(-part, other.unit, unit);
      addScaled(-part, other.shares, shares);
    }
  }
  const left = norm(unit);
  if (!(left > smallestRest * sizes[k])) return undefined;
  for (let i = 0; i < unit.length; i++) unit[i] /= left;
  for (let i = 0; i < shares.length; i++) shares[i] /= left;
  // Each residual that it is made of brings its own roundings.
  const growth = shares.reduce((sum, share, i) => sum + Math.abs(share) * sizes[i], 0);
  return { unit, shares, growth };
}
