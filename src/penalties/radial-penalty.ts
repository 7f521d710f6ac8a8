import { norm } from "../linalg/vector";
import { curvatureBound, type GroupPenalty, groupPenalty } from "./group-penalty";
import { type Groups, normsOf } from "./groups";
import type { SeparablePenalty } from "./penalty";

/**
 * The penalty `sum_g r_g(||beta_g||_2)`, where `r_g` is the term of coordinate `g` of a separable penalty with the weights of
 * the groups.
 *
 * Everything about a group follows from `r_g` at its norm: the prox scales the group to the norm that the prox of `r_g`
 * gives, and the second derivative is `r'' n n' + (r' / ||b||) (I - n n')` with `n = b / ||b||`. With groups of one it is
 * the separable penalty itself.
 *
 * @param weights one a group.
 * @param separable the separable penalty with these weights.
 */
export function radialPenalty(
  where: string,
  groups: Groups,
  weights: Float64Array,
  separable: (weights: Float64Array) => SeparablePenalty,
): GroupPenalty {
  const radial = separable(weights);
  /** The penalty of coefficients that are alone in their groups, all others being zero. */
  const alone = separable(Float64Array.from(groups.groupOf, (g) => weights[g]));
  const single = groups.nGroups === groups.nFeatures;
  const norms = (vector: Float64Array): Float64Array => normsOf(groups, vector);
  const violationOf = (
    beta: Float64Array,
    gradient: Float64Array,
    lambda: number,
    sizes: Float64Array,
    pulls: Float64Array,
  ): number => {
    let largest = 0;
    for (let g = 0; g < sizes.length; g++) {
      let distance: number;
      if (sizes[g] === 0) distance = radial.violationAtZero(g, pulls[g], lambda);
      else {
        const slope = radial.coordinateSlope(g, sizes[g], lambda) / sizes[g];
        let squares = 0;
        for (const j of groups.members[g]) squares += (gradient[j] + slope * beta[j]) ** 2;
        distance = Math.sqrt(squares);
      }
      if (distance > largest) largest = distance;
    }
    return largest;
  };
  // The sum of the difference of the norms and of that of the directions: ||b|| ||d|| - b'd = ||b|| ||d|| |b/||b|| - d/||d|||^2 / 2.
  const fenchelYoungOf = (
    beta: Float64Array,
    dual: Float64Array,
    lambda: number,
    sizes: Float64Array,
    duals: Float64Array,
    scale = 1,
  ): number => {
    let sum = radial.fenchelYoung!(sizes, duals, lambda);
    for (let g = 0; g < sizes.length; g++) {
      if (sizes[g] === 0 || duals[g] === 0) continue;
      let squares = 0;
      for (const j of groups.members[g]) squares += (beta[j] / sizes[g] - (scale * dual[j]) / duals[g]) ** 2;
      sum += (sizes[g] * duals[g] * squares) / 2;
    }
    return sum;
  };

  return groupPenalty(where, groups, {
    name: radial.name.replace(/^\w+/, where),
    convex: radial.convex,
    scalesWithLambda: radial.scalesWithLambda,
    zeroIsAlwaysLocalMinimum: radial.zeroIsAlwaysLocalMinimum,
    becomesFlat: radial.becomesFlat,
    ...(radial.exponent !== undefined && { exponent: radial.exponent }),
    isRadial: true,
    radial,
    ...(radial.concavity !== undefined && { concavity: radial.concavity }),
    elementwise: single,
    quadraticOnOrthants: single && radial.quadraticOnOrthants,

    value: (beta, lambda) => radial.value(norms(beta), lambda),

    violation: (beta, gradient, lambda) => violationOf(beta, gradient, lambda, norms(beta), norms(gradient)),

    groupValue: (g, b, lambda) => radial.coordinateValue(g, norm(b), lambda),

    groupProx(g, z, step, lambda, out) {
      const size = norm(z);
      const scale = size === 0 ? 0 : radial.coordinateProx(g, size, step, lambda) / size;
      for (let i = 0; i < z.length; i++) out[i] = scale === 0 ? 0 : scale * z[i];
    },

    groupViolation(g, b, gradient, lambda) {
      const size = norm(b);
      if (size === 0) return radial.violationAtZero(g, norm(gradient), lambda);
      const slope = radial.coordinateSlope(g, size, lambda) / size;
      let squares = 0;
      for (let i = 0; i < b.length; i++) squares += (gradient[i] + slope * b[i]) ** 2;
      return Math.sqrt(squares);
    },

    movableGroups(beta, gradient, lambda) {
      const [sizes, pulls] = [norms(beta), norms(gradient)];
      const movable: number[] = [];
      for (let g = 0; g < sizes.length; g++) {
        if (sizes[g] !== 0 || radial.violationAtZero(g, pulls[g], lambda) !== 0) movable.push(g);
      }
      return movable;
    },

    // The gradient may point away from zero: the worst case is one that does with all its norm.
    groupZeros(g, b, gradient, curvature, lambda, out) {
      out.set(b);
      const size = norm(b);
      if (size === 0) return;
      if (radial.roundsToZero(g, size, -norm(gradient), curvatureBound(curvature), lambda)) out.fill(0);
    },

    groupSlope(g, b, lambda, out) {
      const size = norm(b);
      const slope = size === 0 ? 0 : radial.coordinateSlope(g, size, lambda) / size;
      for (let i = 0; i < b.length; i++) out[i] = slope * b[i];
    },

    groupHessian(g, b, lambda, out) {
      const size = norm(b);
      const across = radial.coordinateSlope(g, size, lambda) / size;
      const along = radial.coordinateCurvature(g, size, lambda);
      const d = b.length;
      for (let i = 0; i < d; i++) {
        for (let m = 0; m < d; m++) {
          const shared = (b[i] / size) * (b[m] / size);
          out[i * d + m] = (along - across) * shared + (i === m ? across : 0);
        }
      }
    },

    ...(radial.dualNorm && { dualNorm: (gradient) => radial.dualNorm!(norms(gradient)) }),

    ...(radial.fenchelYoung && {
      fenchelYoung: (beta, dual, lambda) => fenchelYoungOf(beta, dual, lambda, norms(beta), norms(dual)),
    }),

    ...(radial.dualNorm &&
      radial.fenchelYoung && {
        measures(beta, gradient, lambda) {
          const [sizes, pulls] = [norms(beta), norms(gradient)];
          return {
            value: radial.value(sizes, lambda),
            violation: violationOf(beta, gradient, lambda, sizes, pulls),
            dualNorm: radial.dualNorm!(pulls),
            fenchelYoung: (scale) => {
              const duals = pulls.map((pull) => scale * pull);
              return fenchelYoungOf(beta, gradient, lambda, sizes, duals, -scale);
            },
          };
        },
      }),

    // Groups leave zero as a whole or, where their curvature is known better, in one coefficient each.
    lambdaMax(gradient, curvature) {
      const bounds = new Float64Array(groups.nGroups);
      for (let j = 0; j < curvature.length; j++) bounds[groups.groupOf[j]] += curvature[j];
      return Math.max(radial.lambdaMax(norms(gradient), bounds), alone.lambdaMax(gradient, curvature));
    },
  });
}
