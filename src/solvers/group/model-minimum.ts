import { columnDots } from "../../design/column-dots";
import type { GroupPenalty } from "../../penalties";
import { normsOf } from "../../penalties/groups";
import { apartFromSteps } from "../../problem/certificate";
import { curvatureOfProfile } from "../../problem/problem";
import type { Candidate } from "../candidate";
import type { SolverTask } from "../solver";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { type CandidateColumns, candidateColumnsOf } from "./candidate-columns";
import { activeGroupsOf, type GroupCandidates } from "./candidates";
import type { ModelGap } from "./model-gap";
import type { GroupWorkingSet } from "./working-set";
import { distanceToSubdifferentialAtZero, smallestCurvature } from "./zero-group-test";

/** Smallest number of groups that may enter at once; else as many as there are. */
const smallestBatch = 10;

/** What the estimated gap of a working set is multiplied by, so that the certified one hardly ever misses the goal. */
const margin = 10;

/** Share of its gap that a model of a loss that bends is solved to: what is left is the next model's. */
const share = 0.01;

/** The groups that may be other than zero, and the candidates of the same problem. */
export interface GroupState {
  readonly groups: GroupWorkingSet;
  readonly candidates: GroupCandidates;
}

/**
 * The coefficients of least model objective over the working set and the groups that enter it.
 *
 * @param strong the lambda whose violators may enter, at most that of the task.
 * @param from where the model was made.
 */
export function groupModelMinimum(
  task: SolverTask,
  penalty: GroupPenalty,
  { groups: working, candidates: known }: GroupState,
  model: QuadraticModel,
  strong: number,
  { beta: from, profile, certificate }: Candidate,
): Float64Array {
  const { problem, lambda, signal, isOptimal } = task;
  const { design, datafit } = problem;
  const { members } = penalty.groups;
  const beta = from.slice();
  const gradient = known.gradientToChange(profile);
  let norms = normsOf(penalty.groups, gradient);
  const slopes = new Map<number, Float64Array>();
  const curvature = penalty.convex ? undefined : curvatureOfProfile(problem, profile);
  const bends = curvature && members.map((own) => smallestCurvature(curvature, own));
  const pull = (g: number, level: number): number => {
    const own = members[g];
    if (penalty.normSlope) return Math.max(norms[g] - penalty.normSlope(g, level), 0);
    const slope = slopes.get(own.length) ?? new Float64Array(own.length);
    slopes.set(own.length, slope);
    for (let i = 0; i < slope.length; i++) slope[i] = gradient[own[i]];
    return distanceToSubdifferentialAtZero(penalty, g, slope, bends ? bends[g] : 0, level);
  };

  const candidates: number[] = [];
  const inside: number[] = [];
  const isActive = activeGroupsOf(penalty, beta);
  for (let g = 0; g < members.length; g++) {
    if (working.has(g)) continue;
    if (isActive[g]) inside.push(g);
    else if (pull(g, strong) > 0) candidates.push(g);
  }
  working.admit(inside, signal);
  let watched: CandidateColumns | undefined;
  const before = certificate.dualityGap;
  const isEnough = ({ gap, violation }: ModelGap): boolean =>
    (!datafit.quadratic && before !== undefined && gap <= share * before) ||
    isOptimal({
      ...apartFromSteps(certificate),
      dualityGap: before === undefined ? undefined : margin * gap,
      violation,
    });

  const scalingCost = model.scalingCost(profile.residual);
  // Few enter late along a path, and of a quadratic loss, which is its model, the certificate sees who does.
  const seesAll = strong < lambda && datafit.quadratic && penalty.normSlope !== undefined;
  let outside = candidates;
  for (let round = 0; round === 0 || !signal?.aborted; round++) {
    const violators = outside.map((g) => ({ g, excess: pull(g, lambda) })).filter(({ excess }) => excess > 0);
    const first = violators
      .sort((a, b) => b.excess - a.excess)
      .slice(0, Math.max(smallestBatch, working.nGroups))
      .map(({ g }) => g);
    if (working.admit(first, signal) === 0 && round > 0) break;
    outside = outside.filter((g) => !working.has(g));
    working.moveTo(beta, gradient, watched?.residual ?? profile.residual);
    working.minimise(lambda, scalingCost, isEnough, signal);
    working.read(beta, gradient);
    if (outside.length === 0 || (seesAll && first.length === violators.length)) break;
    // The model's gradient outside.
    watched ??= candidateColumnsOf(penalty, candidates, problem);
    const { columns, dots, change, residual } = watched;
    for (let j = 0; j < beta.length; j++) change[j] = beta[j] - from[j];
    design.matvec(change, residual);
    model.residualChange(residual);
    for (let i = 0; i < residual.length; i++) residual[i] += profile.residual[i];
    columnDots(design, columns, residual, dots);
    for (let k = 0; k < columns.length; k++) {
      const j = columns[k];
      if (!working.has(penalty.groups.groupOf[j])) gradient[j] = dots[k];
    }
    norms = normsOf(penalty.groups, gradient);
  }
  return beta;
}
