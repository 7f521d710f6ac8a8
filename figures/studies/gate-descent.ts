import { cosine, minimize, momentum } from "smooth-edges";
import type { Simulation } from "smooth-edges/data";
import {
  groupHadamardProduct,
  initialize,
  misalignment,
  type SmoothObjective,
  surrogateObjective,
  unitGates,
} from "smooth-edges/surrogate";

const STEPS = 1500;
/** The source's. */
export const STEP = 5e-2;

/** Where a descent on gates ends. */
export interface Gated {
  readonly beta: Float64Array;
  readonly misalignment: number;
}

/** Full-batch descent on `depth` factors of each group, from gates of 1 and a random vector, anew at each lambda. */
export function gateDescents(
  { X, y, groups }: Pick<Simulation, "X" | "y" | "groups">,
  depth: number,
  lambdas: readonly number[],
  seed: number,
  weights?: readonly number[],
  step: number = STEP,
): Gated[] {
  const parametrization = groupHadamardProduct(groups, { depth, ...(weights && { weights }) });
  const start = initialize(parametrization, groups.length, unitGates({ seed }));
  return lambdas.map((lambda) => {
    const Q = surrogateObjective(X, y, { parametrization, lambda });
    const { x } = descend(Q, start, step);
    return { beta: Q.coefficients(x).coef, misalignment: misalignment(parametrization, x) };
  });
}

/** 1500 steps of 0.05 with momentum 0.9, under a cosine, as D-Gating has them. */
export function descend(
  objective: SmoothObjective,
  start: Float64Array,
  step: number = STEP,
): { x: Float64Array } {
  const optimizer = momentum({ step, momentum: 0.9, schedule: cosine({ steps: STEPS }) });
  return minimize(objective, optimizer, start, { maxIter: STEPS, tol: 0 });
}
