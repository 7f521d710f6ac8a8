import { norm } from "../../linalg/vector";
import type { GroupPenalty } from "../../penalties";
import { curvatureOfProfile } from "../../problem/problem";
import type { Candidate } from "../candidate";
import type { SolverTask } from "../solver";
import type { GroupWorkingSet } from "./working-set";

/** The groups at zero that alone would not stay there, for a penalty that is not convex. */
export function groupsLeavingZero(
  { problem, lambda }: SolverTask,
  penalty: GroupPenalty,
  working: GroupWorkingSet,
  { beta, profile }: Candidate,
): number[] {
  const curvature = curvatureOfProfile(problem, profile);
  const { members } = penalty.groups;
  const leaving: number[] = [];
  for (let g = 0; g < members.length; g++) {
    const own = members[g];
    if (own.some((j) => beta[j] !== 0)) continue;
    const slope = vectorOf(slopes, own.length);
    for (let i = 0; i < own.length; i++) slope[i] = profile.gradient[own[i]];
    const bend = working.has(g) ? working.curvatureOf(g) : smallestCurvature(curvature, own);
    if (distanceToSubdifferentialAtZero(penalty, g, slope, bend, lambda) > 0) leaving.push(g);
  }
  return leaving;
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
export function distanceToSubdifferentialAtZero(
  penalty: GroupPenalty,
  g: number,
  slope: Float64Array,
  curvature: number,
  level: number,
): number {
  const size = slope.length;
  if (penalty.convex) return penalty.groupViolation(g, vectorOf(zeros, size), slope, level);
  if (!Number.isFinite(curvature)) return 0;
  const [point, next] = [vectorOf(points, size), vectorOf(ends, size)];
  for (let i = 0; i < size; i++) point[i] = -slope[i] / curvature;
  penalty.groupProx!(g, point, 1 / curvature, level, next);
  return norm(next);
}

type VectorBySize = Map<number, Float64Array>;

/** Zeros that nobody writes to, and room for what a call computes. */
const [zeros, slopes, points, ends]: readonly VectorBySize[] = [new Map(), new Map(), new Map(), new Map()];

function vectorOf(vectors: VectorBySize, size: number): Float64Array {
  const known = vectors.get(size) ?? new Float64Array(size);
  vectors.set(size, known);
  return known;
}
