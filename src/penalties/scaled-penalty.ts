import { type GroupPenalty, isGroupwise } from "./group-penalty";
import type { Bound, NormMeasures, Penalty, SeparablePenalty } from "./penalty";
import { isSeparable } from "./separable-penalty";

/**
 * `factor * R`, for a penalty that is `lambda` times a function: at `lambda` it is the given one at `factor * lambda`.
 *
 * @param factor positive and finite; with 1 the penalty itself comes back.
 */
export function scaledPenalty(penalty: Penalty, factor: number): Penalty {
  if (factor === 1) return penalty;
  const whole: Penalty = {
    name: `${Number(factor.toPrecision(6))} ${penalty.name}`,
    structure: penalty.structure,
    convex: penalty.convex,
    scalesWithLambda: penalty.scalesWithLambda,
    zeroIsAlwaysLocalMinimum: penalty.zeroIsAlwaysLocalMinimum,
    becomesFlat: penalty.becomesFlat,
    ...(penalty.exponent !== undefined && { exponent: penalty.exponent }),
    elementwise: penalty.elementwise,
    quadraticOnOrthants: penalty.quadraticOnOrthants,
    value: (beta, lambda) => penalty.value(beta, factor * lambda),
    violation: (beta, gradient, lambda) => penalty.violation(beta, gradient, factor * lambda),
    lambdaMax: (gradient, curvature) => penalty.lambdaMax(gradient, curvature) / factor,
    exactZeros: (beta, gradient, curvature, lambda, out) =>
      penalty.exactZeros(beta, gradient, curvature, factor * lambda, out),
    decrease: (beta, gradient, curvature, lambda) =>
      penalty.decrease(beta, gradient, curvature, factor * lambda),
    addGradient: (beta, lambda, out) => penalty.addGradient(beta, factor * lambda, out),
    ...(penalty.prox && {
      prox: (beta: Float64Array, step: number, lambda: number, out: Float64Array) =>
        penalty.prox!(beta, step, factor * lambda, out),
    }),
    ...(penalty.dualNorm && { dualNorm: (dual: Float64Array) => penalty.dualNorm!(dual) / factor }),
    ...(penalty.fenchelYoung && {
      fenchelYoung: (beta: Float64Array, dual: Float64Array, lambda: number) =>
        penalty.fenchelYoung!(beta, dual, factor * lambda),
    }),
    ...(penalty.measures && {
      measures(beta: Float64Array, gradient: Float64Array, lambda: number): NormMeasures {
        const measures = penalty.measures!(beta, gradient, factor * lambda);
        return { ...measures, dualNorm: measures.dualNorm / factor };
      },
    }),
    ...(penalty.addHessian && {
      addHessian: (
        beta: Float64Array,
        lambda: number,
        support: Int32Array,
        matrix: Float64Array,
        size: number,
      ) => penalty.addHessian!(beta, factor * lambda, support, matrix, size),
    }),
  };
  if (isSeparable(penalty)) return { ...whole, ...scaledCoordinates(penalty, factor) };
  return isGroupwise(penalty) ? { ...whole, ...scaledGroups(penalty, factor) } : whole;
}

function scaledCoordinates(penalty: SeparablePenalty, factor: number): Partial<SeparablePenalty> {
  return {
    ...(penalty.domain && { domain: penalty.domain }),
    hasConvexSlope: penalty.hasConvexSlope,
    ...(penalty.concaveRange && {
      concaveRange: (j: number, lambda: number, convexity: number) =>
        penalty.concaveRange!(j, factor * lambda, convexity),
    }),
    ...(penalty.jumpAtZero && {
      jumpAtZero: (j: number, lambda: number) => penalty.jumpAtZero!(j, factor * lambda),
    }),
    coordinateValue: (j, b, lambda) => penalty.coordinateValue(j, b, factor * lambda),
    coordinateProx: (j, z, step, lambda) => penalty.coordinateProx(j, z, step, factor * lambda),
    violationAtZero: (j, gradient, lambda) => penalty.violationAtZero(j, gradient, factor * lambda),
    ...(penalty.proxThreshold && {
      proxThreshold: (j: number, step: number, lambda: number) =>
        penalty.proxThreshold!(j, step, factor * lambda),
    }),
    ...(penalty.zeroGradientBound && {
      zeroGradientBound: (lambda: number) => penalty.zeroGradientBound!(factor * lambda),
    }),
    ...(penalty.smallestMagnitude && {
      smallestMagnitude: (j: number, curvature: number, lambda: number) =>
        penalty.smallestMagnitude!(j, curvature, factor * lambda),
    }),
    roundsToZero: (j, b, gradient, curvature, lambda) =>
      penalty.roundsToZero(j, b, gradient, curvature, factor * lambda),
    coordinateSlope: (j, b, lambda) => penalty.coordinateSlope(j, b, factor * lambda),
    coordinateCurvature: (j, b, lambda) => penalty.coordinateCurvature(j, b, factor * lambda),
  };
}

function scaledGroups(penalty: GroupPenalty, factor: number): Partial<GroupPenalty> {
  const { groupProx, within, normSlope, movableGroups, groupDescent, groupDecrease } = penalty;
  return {
    groups: penalty.groups,
    isRadial: penalty.isRadial,
    ...(penalty.radial && { radial: scaledPenalty(penalty.radial, factor) as SeparablePenalty }),
    groupValue: (g, b, lambda) => penalty.groupValue(g, b, factor * lambda),
    groupViolation: (g, b, gradient, lambda) => penalty.groupViolation(g, b, gradient, factor * lambda),
    groupZeros: (g, b, gradient, curvature, lambda, out) =>
      penalty.groupZeros(g, b, gradient, curvature, factor * lambda, out),
    groupSlope: (g, b, lambda, out) => penalty.groupSlope(g, b, factor * lambda, out),
    groupHessian: (g, b, lambda, out) => penalty.groupHessian(g, b, factor * lambda, out),
    ...(groupProx && {
      groupProx: (g: number, z: Float64Array, step: number, lambda: number, out: Float64Array) =>
        groupProx(g, z, step, factor * lambda, out),
    }),
    ...(penalty.domain && { domain: penalty.domain }),
    ...(within && {
      within: (name: string, domain: (j: number) => Bound) =>
        scaledPenalty(within(name, domain), factor) as GroupPenalty,
    }),
    ...(normSlope && { normSlope: (g: number, lambda: number) => normSlope(g, factor * lambda) }),
    ...(movableGroups && {
      movableGroups: (beta: Float64Array, gradient: Float64Array, lambda: number) =>
        movableGroups(beta, gradient, factor * lambda),
    }),
    ...(groupDescent && {
      groupDescent: (
        g: number,
        free: readonly number[],
        b: Float64Array,
        point: Float64Array,
        step: number,
        lambda: number,
        out: Float64Array,
      ) => groupDescent(g, free, b, point, step, factor * lambda, out),
    }),
    ...(groupDecrease && {
      groupDecrease: (
        g: number,
        b: Float64Array,
        gradient: Float64Array,
        curvature: Float64Array,
        lambda: number,
      ) => groupDecrease(g, b, gradient, curvature, factor * lambda),
    }),
  };
}
