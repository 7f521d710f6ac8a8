import { areEqualToRounding, supportOf } from "../../linalg/vector";
import type { Penalty } from "../../penalties";
import type { SparseProblem } from "../../problem/problem";
import { type Candidate, candidateAt } from "../candidate";
import type { SolverTask } from "../solver";
import { CachedCholesky } from "../subproblem/cached-cholesky";
import type { CoordinateScreening } from "../subproblem/coordinate-screening";
import { ModelDescent } from "../subproblem/model-descent";
import type { QuadraticModel } from "../subproblem/quadratic-model";
import { candidateAgain, candidateIn } from "./gram-candidates";
import { pruneWarmStart } from "./prune-warm-start";

/** What one solution leaves to the next, of whatever lambda and penalty. */
export interface WarmStartState {
  readonly problem: SparseProblem;
  model: QuadraticModel | undefined;
  readonly descent: ModelDescent;
  /** Room for one of the second derivatives at an end. */
  readonly factor: CachedCholesky;
  /** Room for those of a certificate. */
  readonly curvature: Float64Array;
  /** Of a quadratic datafit, once a penalty says up to where zero holds. */
  slopes: CoordinateScreening | undefined;
  last: (Candidate & { readonly lambda: number }) | undefined;
  /** Ends that no exchange lowers. */
  readonly exchanged: WeakSet<Float64Array>;
  /** The best end by penalty and lambda. */
  readonly ends: WeakMap<Penalty, Map<number, Candidate>>;
}

/** By design. */
const memories = new WeakMap<object, WarmStartState>();

/** What is known of the data of a problem, whatever its penalty. */
export function warmStartStateOf(problem: SparseProblem): WarmStartState {
  const known = memories.get(problem.design);
  if (known && isOfSameData(known.problem, problem)) return known;
  const fresh: WarmStartState = {
    problem,
    model: undefined,
    descent: new ModelDescent(),
    factor: new CachedCholesky(),
    curvature: new Float64Array(problem.design.nFeatures),
    slopes: undefined,
    last: undefined,
    exchanged: new WeakSet(),
    ends: new WeakMap(),
  };
  memories.set(problem.design, fresh);
  return fresh;
}

function isOfSameData(a: SparseProblem, b: SparseProblem): boolean {
  return a.datafit === b.datafit && a.target === b.target && a.free === b.free;
}

/** The start, its profile remembered where it is where another solution ended; one of too many coefficients is pruned. */
export function startOf(
  task: SolverTask,
  memory: WarmStartState,
  ends: ReadonlyMap<number, Candidate>,
): Candidate {
  const { last } = memory;
  for (const { beta, profile } of last ? [last, ...ends.values()] : ends.values()) {
    if (areEqualToRounding(beta, task.beta)) return candidateAgain(memory, task, { beta, profile });
  }
  if (supportOf(task.beta).length <= task.problem.design.nSamples) {
    return candidateIn(memory, task, task.beta.slice(), task.psi);
  }
  const start = candidateAt(task, task.beta.slice(), task.psi, 0);
  return candidateIn(memory, task, pruneWarmStart(task, start), start.profile.psi);
}
