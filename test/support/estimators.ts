import type { DesignInput, TargetInput } from "../../src";
import {
  type CrossValidation,
  type CrossValidationOptions,
  type ModelOptions,
  type PathOptions,
  type RunOptions,
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothGroupMcp,
  SmoothGroupScad,
  SmoothLasso,
  SmoothMcp,
  SmoothScad,
  SmoothSparseGroupLasso,
  type SparseLinearFit,
  SparseLinearModel,
  type SparsePath,
} from "../../src/estimators";
import { gradientDescent, lbfgs } from "../../src/optimizers";
import {
  groupHadamardProduct,
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
} from "../../src/parametrizations";
import { mcp } from "../../src/penalties";
import { coordinateDescent, proximalGradient } from "../../src/solvers/classical";
import { firstColumns, groupLabels, groupMembers, perGroup } from "./estimator-features";
import { deviationsOf } from "./written-out";

/** What the contract suite needs of an estimator. */
export interface Estimator {
  fit(X: DesignInput, y: TargetInput, run?: RunOptions): SparseLinearFit;
  path(X: DesignInput, y: TargetInput, options?: PathOptions): SparsePath;
  crossValidate(X: DesignInput, y: TargetInput, options?: CrossValidationOptions): CrossValidation;
}

/** An estimator under the contract. What follows says in the words of a textbook what it promises to minimise. */
export interface EstimatorCase {
  readonly title: string;
  /** The name of its class. */
  readonly name: string;
  readonly convex: boolean;
  /** Whether coefficients must not be negative, where they are penalized. */
  readonly oneSided: boolean;
  /** The options that only its class has. */
  readonly ownOptions: readonly string[];
  /** Calls the constructor, whatever it is given. */
  construct(options: unknown): Estimator;
  /** Complete but for `lambda`, for some of the columns (see `estimator-features.ts`); the first six unless given. */
  make(options?: ModelOptions, columns?: readonly number[]): Estimator;
  /** `lambda R(b)`, `b` on the scale of the penalty; `deviation` is that of the response, 1 where predictors have no unit. */
  penalty(b: readonly number[], lambda: number, columns: readonly number[], deviation: number): number;
  /** The coefficients on the scale of the penalty. Default: each times the standard deviation of its column. */
  readonly scaled?: (X: readonly (readonly number[])[], coef: readonly number[]) => number[];
  /** The option that gives each column of a group the factor of its first one, as a multiple of the default. */
  factors(perColumn: readonly number[], columns?: readonly number[]): ModelOptions;
  /** Whether a factor other than 0 and Infinity is a multiple of lambda. */
  readonly scaledByFactors: boolean;
  /** What makes the coefficients `scale` times as large for a response `scale` times as large. */
  rescaled(lambda: number, scale: number): ModelOptions;
  /** Scales of a response at which that can be written down in 64-bit floats. */
  readonly scales: readonly number[];
  /** Ways to solve it besides the default. */
  readonly ways: readonly ModelOptions[];
  /** A way that takes many iterations. */
  readonly slow: ModelOptions;
}

/** What differs between estimators; the rest follows. */
interface Description extends Pick<EstimatorCase, "penalty" | "ways" | "scaled"> {
  readonly title?: string;
  readonly Class: new (options: never) => Estimator;
  readonly own?: (columns: readonly number[]) => object;
  readonly ownOptions?: readonly string[];
  readonly convex?: boolean;
  readonly oneSided?: boolean;
  readonly grouped?: boolean;
  readonly scaledByFactors?: boolean;
  /** `R(c b) = c^degree R(b)`; 1 unless given. */
  readonly degree?: number;
  readonly rescaled?: EstimatorCase["rescaled"];
  readonly scales?: readonly number[];
  readonly slow?: ModelOptions;
}

function caseOf(description: Description): EstimatorCase {
  const { Class, own = () => ({}), grouped = false, degree = 1 } = description;
  const construct = (options: unknown): Estimator => new Class(options as never);
  return {
    title: Class.name,
    convex: true,
    oneSided: false,
    ownOptions: [],
    scaledByFactors: true,
    scales: [1e-20, 1e-8, 1e8, 1e20],
    rescaled: (lambda, scale) => ({ lambda: lambda * scale ** (2 - degree) }),
    // Without a convex penalty many ways are gone anyway, those of single coefficients in few iterations each.
    slow:
      description.convex !== false
        ? { solver: lbfgs() }
        : grouped
          ? { solver: coordinateDescent() }
          : { solver: coordinateDescent() },
    ...description,
    name: Class.name,
    construct,
    make: (options = {}, columns = firstColumns(6)) => construct({ ...own(columns), ...options }),
    factors: (perColumn, columns = firstColumns(perColumn.length)) => ({
      penaltyFactors: grouped ? perGroup(perColumn, columns) : perColumn,
    }),
  };
}

const sum = (terms: readonly number[]): number => terms.reduce((total, term) => total + term, 0);
const norm1 = (b: readonly number[]): number => sum(b.map(Math.abs));
const powers = (b: readonly number[], q: number): number => sum(b.map((entry) => Math.abs(entry) ** q));
/** `sum_g sqrt(size_g) norm2(b_g)^q` */
const groupPowers = (b: readonly number[], columns: readonly number[], q: number): number =>
  sum(
    groupMembers(columns).map(
      (members) => Math.sqrt(members.length) * Math.hypot(...members.map((k) => b[k])) ** q,
    ),
  );
const mcpValue = (b: number, lambda: number): number =>
  Math.abs(b) <= 3 * lambda ? lambda * Math.abs(b) - b ** 2 / 6 : 1.5 * lambda ** 2;

/** The norm of each orthonormalised group, `||Xc_g b_g|| / sqrt(n)`, in the place of its first column. */
function groupDeviations(X: readonly (readonly number[])[], coef: readonly number[]): number[] {
  const norms = coef.map(() => 0);
  for (const members of groupMembers([...coef.keys()])) {
    const parts = X.map((row) => [sum(members.map((j) => row[j] * coef[j]))]);
    [norms[members[0]]] = deviationsOf(parts);
  }
  return norms;
}

const scadValue = (b: number, level: number): number => {
  const t = Math.abs(b);
  if (t <= level) return level * t;
  if (t > 3.7 * level) return 2.35 * level ** 2;
  return (2 * 3.7 * level * t - t ** 2 - level ** 2) / 5.4;
};
/** Sums `value(norm2(b_g), lambda sqrt(size_g))`. */
const ofNorms = (
  b: readonly number[],
  columns: readonly number[],
  lambda: number,
  value: (b: number, level: number) => number,
): number =>
  sum(
    groupMembers(columns).map((members) =>
      value(Math.hypot(...members.map((k) => b[k])), lambda * Math.sqrt(members.length)),
    ),
  );

const groups = (columns: readonly number[]): object => ({ groups: groupLabels(columns) });
const smooth: readonly ModelOptions[] = [{ solver: lbfgs() }, { solver: gradientDescent() }];
const classical: readonly ModelOptions[] = [
  { solver: coordinateDescent() },
  { solver: proximalGradient({ accelerated: true }) },
];
const byGroups: readonly ModelOptions[] = [
  { solver: coordinateDescent() },
  { solver: proximalGradient({ accelerated: true }) },
];

/** Every estimator of the library. A new one joins here, and the contract suite tries it. */
export const estimators: readonly EstimatorCase[] = [
  caseOf({
    Class: SmoothLasso,
    ownOptions: ["nonNegative", "bounds", "adaptive"],
    penalty: (b, lambda) => lambda * norm1(b),
    ways: [{ parametrization: hadamardDifference({ depth: 2 }) }, ...smooth, ...classical],
  }),
  caseOf({
    title: "SmoothLasso without negative coefficients",
    Class: SmoothLasso,
    own: () => ({ nonNegative: true }),
    ownOptions: ["nonNegative", "bounds", "adaptive"],
    oneSided: true,
    penalty: (b, lambda) => (b.some((entry) => entry < 0) ? Infinity : lambda * norm1(b)),
    ways: [{ solver: lbfgs() }, ...classical],
  }),
  caseOf({
    title: "SmoothLasso with bounds that no coefficient meets",
    Class: SmoothLasso,
    own: () => ({ bounds: [-Infinity, Infinity] }),
    ownOptions: ["nonNegative", "bounds", "adaptive"],
    penalty: (b, lambda) => lambda * norm1(b),
    ways: classical,
    slow: { solver: coordinateDescent() },
  }),
  caseOf({
    Class: SmoothElasticNet,
    own: () => ({ l1Ratio: 0.4 }),
    ownOptions: ["l1Ratio", "nonNegative", "bounds", "adaptive"],
    penalty: (b, lambda, _columns, deviation) => lambda * (0.4 * norm1(b) + (0.3 * powers(b, 2)) / deviation),
    ways: [...smooth, ...classical],
  }),
  caseOf({
    title: "SmoothBridge with q = 1/2",
    Class: SmoothBridge,
    own: () => ({ q: 0.5 }),
    ownOptions: ["q", "depth", "nonNegative", "bounds"],
    convex: false,
    degree: 0.5,
    penalty: (b, lambda) => lambda * powers(b, 0.5),
    ways: [
      { solver: lbfgs() },
      { parametrization: hadamardDifference({ depth: 4 }) },
      { solver: coordinateDescent() },
    ],
  }),
  caseOf({
    title: "SmoothBridge of depth 2.5",
    Class: SmoothBridge,
    own: () => ({ depth: 2.5 }),
    ownOptions: ["q", "depth", "nonNegative", "bounds"],
    convex: false,
    degree: 0.8,
    penalty: (b, lambda) => lambda * powers(b, 0.8),
    ways: [{ parametrization: hadamardPower({ depth: 2.5 }) }, { solver: coordinateDescent() }],
  }),
  caseOf({
    Class: SmoothGroupLasso,
    own: groups,
    ownOptions: ["groups", "adaptive"],
    grouped: true,
    penalty: (b, lambda, columns) => lambda * groupPowers(b, columns, 1),
    ways: [...smooth, ...byGroups],
  }),
  caseOf({
    title: "SmoothGroupLasso with orthonormal groups",
    Class: SmoothGroupLasso,
    own: (columns) => ({ ...groups(columns), standardize: "groups" }),
    ownOptions: ["groups", "adaptive"],
    grouped: true,
    penalty: (b, lambda, columns) => lambda * groupPowers(b, columns, 1),
    scaled: groupDeviations,
    ways: [...smooth, ...byGroups],
  }),
  caseOf({
    Class: SmoothGroupBridge,
    own: (columns) => ({ ...groups(columns), q: 0.5 }),
    ownOptions: ["groups", "q", "depth"],
    convex: false,
    grouped: true,
    degree: 0.5,
    penalty: (b, lambda, columns) => lambda * groupPowers(b, columns, 0.5),
    ways: [{ solver: lbfgs() }, { solver: coordinateDescent() }],
  }),
  caseOf({
    Class: SmoothSparseGroupLasso,
    own: (columns) => ({ ...groups(columns), l1Ratio: 0.3 }),
    ownOptions: ["groups", "l1Ratio", "adaptive"],
    grouped: true,
    scaledByFactors: false,
    penalty: (b, lambda, columns) => lambda * (0.3 * norm1(b) + 0.7 * groupPowers(b, columns, 1)),
    ways: [...smooth, ...byGroups],
  }),
  caseOf({
    Class: SmoothMcp,
    ownOptions: ["gamma", "rescale"],
    convex: false,
    scaledByFactors: false,
    penalty: (b, lambda) => sum(b.map((entry) => mcpValue(entry, lambda))),
    ways: [{ solver: coordinateDescent() }],
  }),
  caseOf({
    Class: SmoothScad,
    ownOptions: ["gamma", "rescale"],
    convex: false,
    scaledByFactors: false,
    penalty: (b, lambda) => sum(b.map((entry) => scadValue(entry, lambda))),
    ways: [{ solver: coordinateDescent() }],
  }),
  caseOf({
    Class: SmoothGroupMcp,
    own: groups,
    ownOptions: ["groups", "gamma"],
    convex: false,
    grouped: true,
    scaledByFactors: false,
    penalty: (b, lambda, columns) => ofNorms(b, columns, lambda, mcpValue),
    ways: [{ solver: coordinateDescent() }],
  }),
  caseOf({
    Class: SmoothGroupScad,
    own: groups,
    ownOptions: ["groups", "gamma"],
    convex: false,
    grouped: true,
    scaledByFactors: false,
    penalty: (b, lambda, columns) => ofNorms(b, columns, lambda, scadValue),
    ways: [{ solver: coordinateDescent() }],
  }),
  caseOf({
    title: "SparseLinearModel with a surrogate on groups",
    Class: SparseLinearModel,
    own: (columns) => ({
      parametrization: groupHadamardProduct(groupLabels(columns), { depth: 2, ...rooted(columns) }),
    }),
    ownOptions: ["penalty"],
    scaledByFactors: false,
    penalty: (b, lambda, columns) => lambda * groupPowers(b, columns, 1),
    ways: [...smooth, ...byGroups],
  }),
  caseOf({
    title: "SparseLinearModel with depth 3",
    Class: SparseLinearModel,
    own: () => ({ parametrization: hadamardProduct({ depth: 3 }) }),
    ownOptions: ["penalty"],
    convex: false,
    scaledByFactors: false,
    degree: 2 / 3,
    penalty: (b, lambda) => lambda * powers(b, 2 / 3),
    ways: [{ solver: lbfgs() }, { solver: coordinateDescent() }],
  }),
  caseOf({
    title: "SparseLinearModel with MCP",
    Class: SparseLinearModel,
    own: () => ({ penalty: mcp({ gamma: 3 }) }),
    ownOptions: ["penalty"],
    convex: false,
    scaledByFactors: false,
    penalty: (b, lambda) => sum(b.map((entry) => mcpValue(entry, lambda))),
    ways: [{ solver: coordinateDescent() }],
  }),
];

/** The roots of the sizes of the groups, which the estimators of groups have as weights unless told otherwise. */
function rooted(columns: readonly number[]): { weights: number[] } {
  return { weights: groupMembers(columns).map(({ length }) => Math.sqrt(length)) };
}
