import { InputError, mustBe } from "../errors";
import { checkMethods } from "../options";
import { serializable } from "../recipe";
import { orthant, overlap, withinBounds } from "./absolutes-and-norms";
import type { Bound, Penalty, SeparablePenalty } from "./penalty";
import { type CoordinatePenalty, separablePenalty } from "./separable-penalty";

/** One bound for every coefficient, or one a coefficient. */
export type Bounds = Bound | ArrayLike<Bound>;

/**
 * A penalty on coefficients between bounds: `lambda R(beta)` where every `low_j <= beta_j <= high_j`, and
 * infinite elsewhere.
 *
 * At a bound a coefficient is stationary however strongly the gradient pushes against it, so the conjugate is finite on
 * every side that has a bound, and only the others restrict a dual point.
 *
 * An estimator applies it, as every penalty, to standardized coefficients `s_j beta_j`; of `beta_j` are bounds with `standardize: false`, and those
 * of the option `bounds` of `SmoothLasso` and others.
 *
 * @param penalty a sum of terms even in `beta_j`, convex or `lambda` times a function of convex slope, such as `lq({ q: 0.5 })`; or, of
 * groups, `groupL2` or `sparseGroup`, whose proximal step between bounds has one number that Newton's method finds.
 * @param bounds `[low, high]`, or one such pair a coefficient, with `low <= 0 <= high`.
 * @throws InputError when a bound excludes zero, or for a penalty whose minimiser between bounds is not known, such as SCAD or
 * `groupMcp`.
 * @example
 * ```ts
 * bounded(l1(), [-1, 2]).value(Float64Array.of(0.5, 3), 1); // Infinity
 * ```
 * @example
 * ```ts
 * const X = [[1, 0, 2], [0, 1, 1], [1, 1, 0], [2, 1, 1]];
 * const penalty = bounded(groupL2(["a", "a", "b"]), [-0.5, 0.5]);
 * new SparseLinearModel({ penalty, lambda: 0.01, standardize: false }).fit(X, [1, 0, 1, 2]).coef[0]; // 0.5
 * ```
 */
export function bounded(penalty: SeparablePenalty, bounds: Bounds): SeparablePenalty;
export function bounded(penalty: Penalty, bounds: Bounds): Penalty;
export function bounded(penalty: Penalty, bounds: Bounds): Penalty {
  const ofGroups = withinBounds(penalty, `bounded(${Object(penalty).name})`, () =>
    boundReader("bounded", bounds),
  );
  if (ofGroups) return serializable("bounded", [penalty, bounds], ofGroups);
  const sums = "a sum over coefficients such as l1(), or groupL2 or sparseGroup";
  checkMethods("bounded", "penalty", penalty, ["coordinateProx"], sums);
  return boundedSum(penalty as SeparablePenalty, bounds);
}

function boundedSum(penalty: SeparablePenalty, bounds: Bounds): SeparablePenalty {
  // Otherwise the best value between bounds may be neither of them nor zero, and lambdaMax is not known.
  if (!penalty.convex && !(penalty.scalesWithLambda && penalty.hasConvexSlope)) {
    const rule = "convex, or lambda times a function of convex slope such as lq({ q: 0.5 })";
    throw mustBe("bounded", "penalty", rule, penalty.name);
  }
  const bound = boundReader("bounded", bounds);
  const { domain } = penalty;
  const within = domain ? (j: number): Bound => overlap(domain(j), bound(j)) : bound;
  const made = boundedAs(`bounded(${penalty.name})`, penalty, within);
  // A bound may lie inside an orthant, where R is not quadratic any more.
  return serializable("bounded", [penalty, bounds], { ...made, quadraticOnOrthants: false });
}

/** `nonNegative` of a separable penalty. */
export function onOrthant(penalty: SeparablePenalty): SeparablePenalty {
  return serializable(
    "nonNegative",
    [penalty],
    boundedAs(`nonNegative(${penalty.name})`, penalty, () => orthant),
  );
}

/** {@link bounded} by another name, for any penalty where each end is 0 or infinite. */
function boundedAs(name: string, penalty: SeparablePenalty, bound: (j: number) => Bound): SeparablePenalty {
  const finished = separablePenalty(boundedTerms(name, penalty, bound));
  return {
    ...finished,
    withoutBounds: penalty.withoutBounds ?? penalty,

    violation(beta, gradient, lambda) {
      let largest = 0;
      for (let j = 0; j < beta.length; j++) {
        const b = beta[j];
        const [low, high] = bound(j);
        let distance = Number.POSITIVE_INFINITY;
        if (b === 0) distance = finished.violationAtZero(j, gradient[j], lambda);
        else if (b >= low && b <= high) {
          const slope = gradient[j] + penalty.coordinateSlope(j, b, lambda);
          const isHeld = (b === high && slope < 0) || (b === low && slope > 0);
          distance = isHeld ? 0 : Math.abs(slope);
        }
        if (distance > largest) largest = distance;
      }
      return largest;
    },

    // Coefficients that rounding, or another penalty, left outside are moved to the bound.
    exactZeros(beta, gradient, curvature, lambda, out) {
      finished.exactZeros(beta, gradient, curvature, lambda, out);
      for (let j = 0; j < beta.length; j++) {
        const [low, high] = bound(j);
        if (beta[j] > high) out[j] = high;
        if (beta[j] < low) out[j] = low;
      }
    },
  };
}

/** Applies bounds to the terms of a penalty. */
function boundedTerms(
  name: string,
  penalty: SeparablePenalty,
  bound: (j: number) => Bound,
): CoordinatePenalty {
  const { dualNorm, fenchelYoung } = penalty;
  /** The part of a gradient that does not push against a bound at zero. */
  const effective = (j: number, gradient: number): number => {
    const [low, high] = bound(j);
    return (gradient > 0 && low === 0) || (gradient < 0 && high === 0) ? 0 : gradient;
  };
  return {
    name,
    convex: penalty.convex,
    scalesWithLambda: penalty.scalesWithLambda,
    zeroIsAlwaysLocalMinimum: penalty.zeroIsAlwaysLocalMinimum,
    becomesFlat: penalty.becomesFlat,
    hasConvexSlope: penalty.hasConvexSlope,
    ...(penalty.concavity !== undefined && { concavity: penalty.concavity }),
    ...(penalty.concaveRange && { concaveRange: penalty.concaveRange }),
    ...(penalty.jumpAtZero && { jumpAtZero: penalty.jumpAtZero }),
    quadraticOnOrthants: penalty.quadraticOnOrthants,
    domain: bound,

    coordinateValue(j, b, lambda) {
      const [low, high] = bound(j);
      return b >= low && b <= high ? penalty.coordinateValue(j, b, lambda) : Number.POSITIVE_INFINITY;
    },

    // The minimiser over all b has the sign of z. Where it lies beyond a bound, what it is the minimiser of falls towards
    // it, or falls from zero on only after a rise: so the best one between is the bound or zero.
    coordinateProx(j, z, step, lambda) {
      const [low, high] = bound(j);
      const end = z > 0 ? high : low;
      if (end === 0) return 0;
      const b = penalty.coordinateProx(j, z, step, lambda);
      if (b >= low && b <= high) return b;
      const rise = step * penalty.coordinateValue(j, end, lambda);
      return end * (end / 2 - z) + rise < 0 ? end : 0;
    },

    coordinateSlope: (j, b, lambda) => penalty.coordinateSlope(j, b, lambda),
    coordinateCurvature: (j, b, lambda) => penalty.coordinateCurvature(j, b, lambda),
    violationAtZero: (j, gradient, lambda) => penalty.violationAtZero(j, effective(j, gradient), lambda),

    roundsToZero(j, b, gradient, curvature, lambda) {
      const [low, high] = bound(j);
      const slope = gradient + penalty.coordinateSlope(j, b, lambda);
      if (penalty.jumpAtZero && curvature > 0)
        return this.coordinateProx(j, b - gradient / curvature, 1 / curvature, lambda) === 0;
      if ((b === high && slope <= 0) || (b === low && slope >= 0)) return false;
      return penalty.roundsToZero(j, b, effective(j, gradient), curvature, lambda);
    },

    // Along a ray without bound the penalty is the given one, along the others infinite.
    ...(dualNorm && {
      dualNorm: (dual: Float64Array) =>
        dualNorm(dual.map((u, j) => (Number.isFinite(bound(j)[u > 0 ? 1 : 0]) ? 0 : u))),
    }),

    ...(fenchelYoung && {
      fenchelYoung(beta: Float64Array, dual: Float64Array, lambda: number): number {
        for (let j = 0; j < beta.length; j++) {
          const [low, high] = bound(j);
          if (!(beta[j] >= low && beta[j] <= high)) return Number.POSITIVE_INFINITY;
        }
        const { slopes, pushes } = dividedDual(penalty, bound, beta, dual, lambda);
        return fenchelYoung(beta, slopes, lambda) + pushes;
      },
    }),

    lambdaMax: (gradient, curvature) =>
      lambdaMaxWithin(
        penalty,
        bound,
        gradient.map((given, j) => effective(j, given)),
        curvature,
      ),
  };
}

/**
 * Divides a dual point into slopes of the penalty and what pushes against bounds: where `u` is a slope `v` of `R` at the maximiser of
 * `u b - R(b)` between the bounds, and a push, the conjugate is that of `R` at `v` and the push times the bound.
 */
function dividedDual(
  penalty: SeparablePenalty,
  bound: (j: number) => Bound,
  beta: Float64Array,
  dual: Float64Array,
  lambda: number,
): { readonly slopes: Float64Array; readonly pushes: number } {
  let pushes = 0;
  const slopes = dual.map((u, j) => {
    const end = bound(j)[u > 0 ? 1 : 0];
    if (!Number.isFinite(end)) return u;
    const steepest = end === 0 ? 0 : penalty.coordinateSlope(j, end, lambda);
    if (Math.abs(u) <= Math.abs(steepest)) return u;
    pushes += (u - steepest) * (end - beta[j]);
    return steepest;
  });
  return { slopes, pushes };
}

/** The smallest lambda at which zero is best of what lies between the bounds. @param gradient without what pushes against a bound at zero. */
function lambdaMaxWithin(
  penalty: SeparablePenalty,
  bound: (j: number) => Bound,
  gradient: Float64Array,
  curvature: Float64Array,
): number {
  let largest = 0;
  const inside = gradient.map((g, j) => {
    const end = bound(j)[g < 0 ? 1 : 0];
    if (g === 0 || penalty.convex || !Number.isFinite(end)) return g;
    // Zero is best above the largest ratio of what the datafit gains to what the penalty costs, which rises up to one
    // point and falls from there: so at the bound where it still rises there.
    const gain = Math.abs(g * end) - (curvature[j] / 2) * end ** 2;
    const cost = penalty.coordinateValue(j, end, 1);
    const rises = (Math.abs(g) - curvature[j] * Math.abs(end)) * cost;
    if (!(rises > gain * Math.abs(penalty.coordinateSlope(j, end, 1)))) return g;
    largest = Math.max(largest, gain / cost);
    return 0;
  });
  return Math.max(largest, penalty.lambdaMax(inside, curvature));
}

/**
 * Checks bounds once and returns how to read them, which throws for a coefficient that has none.
 *
 * @throws InputError unless every bound is a pair of numbers around zero.
 */
export function boundReader(where: string, bounds: Bounds): (j: number) => Bound {
  if (isPair(bounds)) {
    const every = checkedBound(where, "bounds", bounds);
    return () => every;
  }
  const list = Object(bounds) as ArrayLike<Bound>;
  if (typeof list.length !== "number" || typeof bounds === "string") {
    throw mustBe(where, "bounds", "[low, high] or one such pair a coefficient", bounds);
  }
  const each = Array.from(list, (bound, j) => checkedBound(where, `bounds[${j}]`, bound));
  return (j) => {
    if (j < each.length) return each[j];
    throw mustBe(where, "the length of bounds", "the number of coefficients", each.length);
  };
}

function isPair(bounds: Bounds): bounds is Bound {
  return typeof Object(bounds)[0] === "number";
}

function checkedBound(where: string, what: string, bound: Bound): Bound {
  if (Object(bound).length !== 2 || typeof bound === "string") {
    throw mustBe(where, what, "a pair [low, high]", bound);
  }
  const [low, high] = bound;
  if (low > high) {
    const remedy = low >= 0 && high <= 0 ? "; swap them" : "";
    throw new InputError(
      `${where}: ${what} must be [low, high] with low <= 0 <= high, got [${low}, ${high}]${remedy}`,
    );
  }
  if (!(typeof low === "number" && low <= 0))
    throw mustBe(where, `${what}[0]`, "a number <= 0 or -Infinity", low);
  if (!(typeof high === "number" && high >= 0))
    throw mustBe(where, `${what}[1]`, "a number >= 0 or Infinity", high);
  return [low, high];
}
