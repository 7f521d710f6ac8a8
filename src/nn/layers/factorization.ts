import { mustBe } from "../../errors";
import { checkChoice } from "../../options";
import { depthOfOne, fractionalDepthUnshared } from "../network-errors";
import { type Structure, structureFrom } from "../surgery/structure";

/** How a weight `W` is written as a product, and how much its zeros are worth. */
export interface FactorizationOptions {
  /**
   * The number `k` of factors, at least 2, which makes the penalty `||.||^(2/k)`. Default: 2. A fractional one has shared
   * factors.
   */
  readonly depth?: number;
  /**
   * Coefficient of the penalty `lambda sum_g w_g ||W_g||_2^(2/k)`, which the squares of the factors induce, at least 0.
   * Default: 0. It adds to the mean loss of a batch.
   */
  readonly lambda?: number;
  /** Which weights become zero together. Default: `"weight"`. */
  readonly structure?: Structure;
  /**
   * Whether the `k - 1` gates of a group are one, `W_g = U_g |v_g|^(k-1)`. Default: whether the depth is fractional. Gates
   * that start equal stay equal, so unlike an unshared product a shared one only differs in its step: gradient descent
   * and momentum move the shared gate `k - 1` times as far.
   */
  readonly shared?: boolean;
  /** `"ones"`: all groups weigh 1. `"sqrt"`: `w_g` is the root of the group's size, as of a group lasso. Default: `"ones"`. */
  readonly groupWeights?: "ones" | "sqrt";
  /**
   * How often the model applies the layer: TensorFlow.js counts the penalty of a shared layer once for each, so it is
   * divided by this. Default: 1; `sparsify` counts by itself.
   */
  readonly applications?: number;
}

/** Every option of a factorization, with its defaults. */
export type Factorization = Required<FactorizationOptions>;

/** Names of {@link FactorizationOptions}. */
export const FACTORIZATION_KEYS = [
  "depth",
  "lambda",
  "structure",
  "shared",
  "groupWeights",
  "applications",
] as const;

/** @throws InputError where an option is outside its domain. */
export function factorizationFrom(where: string, options: FactorizationOptions): Factorization {
  const {
    depth = 2,
    lambda = 0,
    structure = "weight",
    shared = !Number.isInteger(depth),
    groupWeights = "ones",
    applications = 1,
  } = options;
  if (depth === 1) throw depthOfOne(where);
  if (!(typeof depth === "number" && depth >= 2 && depth < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, "depth", "a finite number >= 2", depth);
  }
  checkChoice(where, "shared", shared, [true, false]);
  if (!shared && !Number.isInteger(depth)) throw fractionalDepthUnshared(where, depth);
  checkLambda(where, lambda);
  checkChoice(where, "groupWeights", groupWeights, ["ones", "sqrt"]);
  if (!(Number.isInteger(applications) && applications >= 1)) {
    throw mustBe(where, "applications", "an integer >= 1", applications);
  }
  // At depth 2 the only gate is shared with nobody, and its power would have a kink.
  return {
    depth,
    lambda,
    structure: structureFrom(where, structure),
    shared: shared && depth > 2,
    groupWeights,
    applications,
  };
}

/** @throws InputError unless `lambda` is a finite number of at least 0. */
function checkLambda(where: string, lambda: unknown): void {
  if (!(typeof lambda === "number" && lambda >= 0 && lambda < Number.POSITIVE_INFINITY)) {
    throw mustBe(where, "lambda", "a finite number >= 0", lambda);
  }
}
