import { supportOf } from "../linalg/vector";
import { certify } from "../objectives/certificate";
import type { SparseProblem } from "../objectives/sparse-problem";
import type { Penalty } from "../penalties";
import { type Candidate, candidateAt } from "./candidate";
import { ModelDescent } from "./model-descent";
import type { NewtonModel } from "./newton-model";
import { prunedByCycles } from "./pruned-by-cycles";
import type { SolverTask } from "./solver";

/** What one solution leaves to the next, of whatever lambda and penalty. */
export interface GramMemory {
  readonly problem: SparseProblem;
  model: NewtonModel | undefined;
  readonly descent: ModelDescent;
  last: (Candidate & { readonly lambda: number }) | undefined;
  /** Ends that no exchange lowers. */
  readonly exchanged: WeakSet<Float64Array>;
  /** The best end by penalty and lambda. */
  readonly ends: WeakMap<Penalty, Map<number, Candidate>>;
}

/** By design. */
const memories = new WeakMap<object, GramMemory>();

/** What is known of the data of a problem, whatever its penalty. */
export function memoryOf(problem: SparseProblem): GramMemory {
  const known = memories.get(problem.design);
  if (known && isOfSameData(known.problem, problem)) return known;
  const fresh: GramMemory = {
    problem,
    model: undefined,
    descent: new ModelDescent(),
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
  { last }: GramMemory,
  ends: ReadonlyMap<number, Candidate>,
): Candidate {
  const { problem, lambda } = task;
  for (const { beta, profile } of last ? [last, ...ends.values()] : ends.values()) {
    if (areSame(beta, task.beta)) {
      return { beta, profile, certificate: certify(problem, lambda, beta, profile, 0) };
    }
  }
  const start = candidateAt(task, task.beta.slice(), task.psi, 0);
  if (supportOf(task.beta).length <= problem.design.nSamples) return start;
  return candidateAt(task, prunedByCycles(task, start), start.profile.psi, 0);
}

/** Whether coefficients are the same up to the rounding of a change of scale. */
function areSame(a: Float64Array, b: Float64Array): boolean {
  for (let j = 0; j < a.length; j++) if (Math.abs(a[j] - b[j]) > 1e-14 * Math.abs(a[j])) return false;
  return true;
}
