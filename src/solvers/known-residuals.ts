import { dot, norm } from "../linalg/vector";

/** Residuals that are remembered at most, if nothing else is said. */
const manyResiduals = 6;

/** What is left of a residual beside those before it, as a share of it, below which rounding is too much of that. */
const smallestRest = 1e-6;

/** What the product of a residual of length 1 is rounded by. */
const rounding = 16 * Number.EPSILON;

interface Known {
  readonly residual: Float64Array;
  readonly gradient: Float64Array;
}

/** A unit vector, orthogonal to those before it, with its product. */
interface Direction {
  readonly unit: Float64Array;
  readonly image: Float64Array;
  /** How many times more its product is rounded than that of a residual of length 1. */
  readonly growth: number;
}

/**
 * Residuals `r` whose products `X'r` are known, and so those of all their combinations.
 *
 * Along a path residuals move nearly on a line, so that the combination nearest to the next one is much nearer than the
 * last.
 */
export class KnownResiduals {
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
    const directions: Direction[] = [];
    for (const known of this.#known) {
      const direction = directionOf(known, directions);
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
    out.fill(0);
    let rounded = 0;
    for (const { unit, image, growth } of this.#directions) {
      const share = dot(unit, rest);
      subtract(share, unit, rest);
      subtract(-share, image, out);
      rounded += rounding * Math.abs(share) * growth;
    }
    return norm(rest) + rounded;
  }
}

/** What is left of a residual beside others, made a unit vector; undefined where that is next to nothing. */
function directionOf({ residual, gradient }: Known, directions: readonly Direction[]): Direction | undefined {
  const [unit, image] = [residual.slice(), gradient.slice()];
  const size = norm(unit);
  // Those that are subtracted bring their own roundings.
  let rounded = size;
  for (let pass = 0; pass < 2; pass++) {
    for (const direction of directions) {
      const share = dot(direction.unit, unit);
      subtract(share, direction.unit, unit);
      subtract(share, direction.image, image);
      rounded += Math.abs(share) * direction.growth;
    }
  }
  const left = norm(unit);
  if (!(left > smallestRest * size)) return undefined;
  for (let i = 0; i < unit.length; i++) unit[i] /= left;
  for (let j = 0; j < image.length; j++) image[j] /= left;
  return { unit, image, growth: rounded / left };
}

/** `from -= scale * v` */
function subtract(scale: number, v: Float64Array, from: Float64Array): void {
  for (let i = 0; i < from.length; i++) from[i] -= scale * v[i];
}
