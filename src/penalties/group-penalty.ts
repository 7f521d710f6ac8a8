/**
 * Penalties that are sums over groups: their interface ({@link GroupPenalty}), and the function that makes one from
 * the terms of its groups ({@link groupPenalty}).
 */
import { checkFeatureCount, type Groups } from "./groups";
import type { Bound, Penalty, PenaltyProperties, SeparablePenalty } from "./penalty";

/** A penalty that is a sum over groups of features. */
export interface GroupPenalty extends Penalty, GroupTerms {
  readonly structure: "groupwise";

  /** The partition of the features. */
  readonly groups: Groups;
}

/** The terms of a sum over groups; vectors have the length of the group, its features ascending. */
export interface GroupTerms {
  /** Whether each term is a function of the norm of its group alone. */
  readonly isRadial: boolean;

  /** The penalty of the norms, group `g` its coordinate `g`, that each term is a term of; left out where they are of more than the norms. */
  readonly radial?: SeparablePenalty;

  /** The term of group `g` at `b`. */
  groupValue(g: number, b: Float64Array, lambda: number): number;

  /** `out = argmin_b 1/2 ||b - z||^2 + step * groupValue(g, b, lambda)`, a global minimiser. */
  groupProx?(g: number, z: Float64Array, step: number, lambda: number, out: Float64Array): void;

  /** The interval outside which terms are infinite, for each feature; left out where there is none. */
  domain?(j: number): Bound;

  /** Returns the same terms between bounds, infinite elsewhere, by another name; left out where its prox is not known. */
  within?(name: string, domain: (j: number) => Bound): GroupPenalty;

  /** The `s` of a term that is `s ||b||_2`, which kernels minimise together with a quadratic; left out of other terms. */
  normSlope?(g: number, lambda: number): number;

  /**
   * Where the prox is not known: a point no worse than `b` in `1/2 ||x - point||^2 + step * groupValue(g, x, lambda)`, with
   * only the coefficients `free` moved; the best of what `b`, zero and `point` lead to.
   *
   * @param free positions in the group, as many as `point` and `out` have entries.
   */
  groupDescent?(
    g: number,
    free: readonly number[],
    b: Float64Array,
    point: Float64Array,
    step: number,
    lambda: number,
    out: Float64Array,
  ): void;

  /** `dist(-gradient, subdifferential at b)` in the Euclidean norm. */
  groupViolation(g: number, b: Float64Array, gradient: Float64Array, lambda: number): number;

  /** `out = b` with those coefficients set to zero that are zero at the local minimum near by. */
  groupZeros(
    g: number,
    b: Float64Array,
    gradient: Float64Array,
    curvature: Float64Array,
    lambda: number,
    out: Float64Array,
  ): void;

  /** The decrease of the term and the quadratic model of the datafit; left out where the prox yields it. */
  groupDecrease?(
    g: number,
    b: Float64Array,
    gradient: Float64Array,
    curvature: Float64Array,
    lambda: number,
  ): number;

  /** The groups but those that are zero and stationary there, from vectors of all features; left out where nothing is quicker by it. */
  movableGroups?(beta: Float64Array, gradient: Float64Array, lambda: number): readonly number[];

  /** `out[i] = d groupValue / db_i` where `b_i != 0`, else 0. */
  groupSlope(g: number, b: Float64Array, lambda: number, out: Float64Array): void;

  /** Sets the row-major matrix of second derivatives, where `b_i != 0` in both. */
  groupHessian(g: number, b: Float64Array, lambda: number, out: Float64Array): void;
}

/** The terms of a group penalty, from which {@link groupPenalty} makes the rest; `value` and `violation` may be stated where there is a quicker way to them. */
export type GroupTermPenalty = GroupTerms &
  Omit<PenaltyProperties, "structure"> &
  Pick<Penalty, "name" | "elementwise" | "quadraticOnOrthants" | "dualNorm" | "fenchelYoung" | "lambdaMax"> &
  Partial<Pick<Penalty, "value" | "violation" | "measures">>;

/** Completes a penalty given group by group to one on vectors, which must have one entry per label. */
export function groupPenalty(where: string, groups: Groups, terms: GroupTermPenalty): GroupPenalty {
  const { nGroups, members } = groups;
  // All calls and all groups of a size share the scratch vectors, so that a value or a prox allocates nothing.
  const scratch = (): readonly Float64Array[] => {
    const ofSize = new Map<number, Float64Array>();
    return members.map(({ length }) => {
      const block = ofSize.get(length) ?? new Float64Array(length);
      ofSize.set(length, block);
      return block;
    });
  };
  const [coefficients, slopes, curvatures, results] = [scratch(), scratch(), scratch(), scratch()];
  const [targets, singles] = [scratch(), scratch()];

  const check = (vector: Float64Array): void => checkFeatureCount(where, groups, vector.length);
  const gather = (from: Float64Array, g: number, into: readonly Float64Array[]): Float64Array => {
    const [features, block] = [members[g], into[g]];
    for (let i = 0; i < block.length; i++) block[i] = from[features[i]];
    return block;
  };
  const scatter = (block: Float64Array, g: number, out: Float64Array): void => {
    for (let i = 0; i < block.length; i++) out[members[g][i]] = block[i];
  };

  const penalty: GroupPenalty = {
    ...terms,
    structure: "groupwise",
    groups,

    lambdaMax(gradient, curvature) {
      check(gradient);
      return terms.lambdaMax(gradient, curvature);
    },

    value(beta, lambda) {
      check(beta);
      if (terms.value) return terms.value(beta, lambda);
      let sum = 0;
      for (let g = 0; g < nGroups; g++) sum += terms.groupValue(g, gather(beta, g, coefficients), lambda);
      return sum;
    },

    violation(beta, gradient, lambda) {
      check(beta);
      if (terms.violation) return terms.violation(beta, gradient, lambda);
      let largest = 0;
      for (let g = 0; g < nGroups; g++) {
        const distance = terms.groupViolation(
          g,
          gather(beta, g, coefficients),
          gather(gradient, g, slopes),
          lambda,
        );
        if (distance > largest) largest = distance;
      }
      return largest;
    },

    exactZeros(beta, gradient, curvature, lambda, out) {
      check(beta);
      for (let g = 0; g < nGroups; g++) {
        terms.groupZeros(
          g,
          gather(beta, g, coefficients),
          gather(gradient, g, slopes),
          gather(curvature, g, curvatures),
          lambda,
          results[g],
        );
        scatter(results[g], g, out);
      }
    },

    decrease(beta, gradient, curvature, lambda) {
      check(beta);
      let largest = 0;
      // Nothing is lower than a stationary point of what is convex.
      const movable = terms.convex ? terms.movableGroups?.(beta, gradient, lambda) : undefined;
      const count = movable?.length ?? nGroups;
      for (let k = 0; k < count; k++) {
        const g = movable ? movable[k] : k;
        const b = gather(beta, g, coefficients);
        const slope = gather(gradient, g, slopes);
        if (terms.convex && terms.groupViolation(g, b, slope, lambda) === 0) continue;
        const bend = gather(curvature, g, curvatures);
        const decrease = terms.groupDecrease
          ? terms.groupDecrease(g, b, slope, bend, lambda)
          : proxDecrease(terms, g, b, slope, bend, lambda, [targets[g], results[g], singles[g]]);
        largest = Math.max(largest, decrease);
      }
      return largest;
    },

    addGradient(beta, lambda, out) {
      check(beta);
      for (let g = 0; g < nGroups; g++) {
        terms.groupSlope(g, gather(beta, g, coefficients), lambda, results[g]);
        for (let i = 0; i < results[g].length; i++) out[members[g][i]] += results[g][i];
      }
    },

    addHessian(beta, lambda, support, matrix, size) {
      check(beta);
      const position = new Int32Array(beta.length).fill(-1);
      support.forEach((j, k) => {
        position[j] = k;
      });
      for (let g = 0; g < nGroups; g++) {
        const features = members[g];
        if (!features.some((j) => position[j] >= 0)) continue;
        const d = features.length;
        const block = new Float64Array(d * d);
        terms.groupHessian(g, gather(beta, g, coefficients), lambda, block);
        for (let i = 0; i < d; i++) {
          for (let m = 0; m <= i; m++) {
            const [row, column] = [position[features[i]], position[features[m]]];
            if (row < 0 || column < 0) continue;
            matrix[Math.max(row, column) * size + Math.min(row, column)] += block[i * d + m];
          }
        }
      }
    },
  };
  if (terms.groupProx) {
    penalty.prox = (beta, step, lambda, out) => {
      check(beta);
      for (let g = 0; g < nGroups; g++) {
        terms.groupProx!(g, gather(beta, g, coefficients), step, lambda, results[g]);
        scatter(results[g], g, out);
      }
    };
  }
  if (terms.measures) {
    penalty.measures = (beta, gradient, lambda) => {
      check(beta);
      return terms.measures!(beta, gradient, lambda);
    };
  }
  if (terms.dualNorm) {
    penalty.dualNorm = (gradient) => {
      check(gradient);
      return terms.dualNorm!(gradient);
    };
  }
  if (terms.fenchelYoung) {
    penalty.fenchelYoung = (beta, dual, lambda) => {
      check(beta);
      return terms.fenchelYoung!(beta, dual, lambda);
    };
  }
  return penalty;
}

/** Whether a penalty is a sum over groups. */
export function isGroupwise(penalty: Penalty): penalty is GroupPenalty {
  return penalty.structure === "groupwise";
}

/**
 * An upper bound on the curvature of the datafit in every direction of a group or a matrix, however its coefficients are
 * coupled: the trace of the Hessian there.
 */
export function curvatureBound(curvature: Float64Array): number {
  let sum = 0;
  for (const entry of curvature) sum += entry;
  return sum;
}

/**
 * Returns the decrease by a step of the whole group or, where it is zero, of one of its coefficients, whose curvature is known
 * better than that of the group.
 *
 * @param room three vectors of scratch space.
 */
function proxDecrease(
  terms: GroupTerms,
  g: number,
  b: Float64Array,
  gradient: Float64Array,
  curvature: Float64Array,
  lambda: number,
  [target, best, alone]: readonly [Float64Array, Float64Array, Float64Array],
): number {
  let largest = stepDecrease(terms, g, b, gradient, curvatureBound(curvature), lambda, target, best);
  for (let i = 0; i < b.length; i++) if (b[i] !== 0) return largest;
  alone.fill(0);
  for (let i = 0; i < b.length; i++) {
    alone[i] = gradient[i];
    largest = Math.max(largest, stepDecrease(terms, g, b, alone, curvature[i], lambda, target, best));
    alone[i] = 0;
  }
  return largest;
}

/**
 * Returns the decrease at the minimiser of the term and the quadratic of that curvature in every direction.
 *
 * @param target scratch space for the argument of the prox, as `best` is for its value.
 */
function stepDecrease(
  terms: GroupTerms,
  g: number,
  b: Float64Array,
  gradient: Float64Array,
  curvature: number,
  lambda: number,
  target: Float64Array,
  best: Float64Array,
): number {
  if (curvature > 0) {
    for (let i = 0; i < b.length; i++) target[i] = b[i] - gradient[i] / curvature;
    terms.groupProx!(g, target, 1 / curvature, lambda, best);
  } else best.fill(0); // along a line there need not be a minimiser: zero is a point to compare with all the same
  let change = terms.groupValue(g, best, lambda) - terms.groupValue(g, b, lambda);
  for (let i = 0; i < b.length; i++) {
    const move = best[i] - b[i];
    change += move * (gradient[i] + (curvature * move) / 2);
  }
  return -change;
}
