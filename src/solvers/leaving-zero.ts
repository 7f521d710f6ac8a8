import { norm } from "../linalg/vector";
import { curvatureOfProfile } from "../objectives/sparse-problem";
import type { GroupPenalty } from "../penalties";
import type { Candidate } from "./candidate";
import type { SolverTask } from "./solver";
import type { WorkingGroups } from "./working-groups";

/** The groups at zero that alone would not stay there, for a penalty that is not convex. */
export function leavingZero(
  { problem, lambda }: SolverTask,
  penalty: GroupPenalty,
  working: WorkingGroups,
  { beta, profile }: Candidate,
): number[] {
  const curvature = curvatureOfProfile(problem, profile);
  return penalty.groups.members.flatMap((own, g) => {
    const isZero = own.every((j) => beta[j] === 0);
    const slope = Float64Array.from(own, (j) => profile.gradient[j]);
    const bend = working.has(g) ? working.curvatureOf(g) : smallestCurvature(curvature, own);
    return isZero && pullFromZero(penalty, g, slope, bend, lambda) > 0 ? [g] : [];
  });
}

/** Of the coefficients of a group, which its largest in any direction is not below. */
export function smallestCurvature(curvature: Float64Array, columns: Int32Array): number {
  let smallest = Number.POSITIVE_INFINITY;
  for (const j of columns) if (curvature[j] > 0) smallest = Math.min(smallest, curvature[j]);
  return smallest;
}

/**
 * How much a group at zero is drawn away from there, 0 where it stays: the violation of a convex penalty; of others the length
 * of the proximal step, with the curvature given in all directions.
 */
export function pullFromZero(
  penalty: GroupPenalty,
  g: number,
  slope: Float64Array,
  curvature: number,
  level: number,
): number {
  if (penalty.convex) return penalty.groupViolation(g, zeros(slope.length), slope, level);
  if (!Number.isFinite(curvature)) return 0;
  const point = slope.map((entry) => -entry / curvature);
  const next = new Float64Array(slope.length);
  penalty.groupProx!(g, point, 1 / curvature, level, next);
  return norm(next);
}

const zerosOf = new Map<number, Float64Array>();

/** Zeros that nobody writes to. */
function zeros(length: number): Float64Array {
  const known = zerosOf.get(length) ?? new Float64Array(length);
  zerosOf.set(length, known);
  return known;
}
