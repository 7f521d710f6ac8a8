import type { Penalty } from "../penalties";
import type { SparseProblem } from "../problem/problem";

/** The state that one method keeps, and the problem that it belongs to. */
interface Entry {
  readonly problem: SparseProblem;
  readonly state: unknown;
}

/**
 * The state that solvers keep from one task to the next on the same data, such as along a path of lambdas: Gram matrices and their
 * factors, and the last solution with its gradient.
 *
 * Whoever makes the tasks owns it and hands the same one to each: solvers update it in place, and the last bits of a solution may depend
 * on the tasks before it. A new one makes a solve independent of them. States of other data are never used: they are made anew.
 */
export class WarmStart {
  readonly #entries = new Map<object, Map<Penalty | undefined, Entry>>();

  /**
   * Returns the state that a method keeps for one problem, made where there is none.
   *
   * @param owner the method, or the solver where each one of a method has a state of its own.
   */
  stateOf<State>(owner: object, problem: SparseProblem, make: () => State): State {
    return this.#lookUp(owner, problem, problem.penalty, make);
  }

  /** Returns the state that a method keeps for the data of a problem, whatever its penalty; made where there is none. */
  stateOfData<State>(owner: object, problem: SparseProblem, make: () => State): State {
    return this.#lookUp(owner, problem, undefined, make);
  }

  #lookUp<State>(
    owner: object,
    problem: SparseProblem,
    penalty: Penalty | undefined,
    make: () => State,
  ): State {
    const own = this.#entries.get(owner) ?? new Map<Penalty | undefined, Entry>();
    this.#entries.set(owner, own);
    const known = own.get(penalty);
    if (known && areOfSameData(known.problem, problem)) return known.state as State;
    const state = make();
    own.set(penalty, { problem, state });
    return state;
  }
}

function areOfSameData(a: SparseProblem, b: SparseProblem): boolean {
  return a.design === b.design && a.datafit === b.datafit && a.target === b.target && a.free === b.free;
}
