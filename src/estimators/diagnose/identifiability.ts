import type { Datafit } from "../../datafits";
import { listedColumns } from "../fit/refit";
import type { WorkingProblem } from "../fit/working-problem";
import { dependentColumns } from "./dependent-columns";

/** Of classes whose coefficients no penalty tells apart. */
export const unidentifiableNote =
  "lambda is 0, so only differences between the coefficients of the classes are determined";

/** Which coefficients of a problem the data leave undetermined where no penalty makes them unique. */
export class Identifiability {
  readonly #working: WorkingProblem;
  readonly #datafit: Datafit;
  /** The names of columns that depend on others, once they are asked for. */
  #dependent: readonly string[] | undefined;

  constructor(working: WorkingProblem, datafit: Datafit) {
    this.#working = working;
    this.#datafit = datafit;
  }

  /**
   * What a reader of a fit without penalty should know.
   *
   * @param isRefit whether it is one of a support, which says itself what depends on the others.
   */
  notes(isRefit: boolean): string[] {
    const { nResponses, shiftInvariant } = this.#datafit;
    const { problem, columnNames, data } = this.#working;
    const { nCounted, weights } = data.samples;
    const notes: string[] = [];
    if (this.#nColumns() > nCounted * nResponses) {
      notes.push(
        "lambda is 0 and there are more coefficients than rows, so they are not unique; the fitted values are",
      );
    } else if (!isRefit) {
      this.#dependent ??= dependentColumns(problem, weights).map((k) => JSON.stringify(columnNames[k]));
      if (this.#dependent.length > 0) {
        const which = listedColumns(this.#dependent, ["depends", "depend"]);
        notes.push(
          `lambda is 0 and ${which} on the others, so coefficients are not unique; the fitted values are`,
        );
      }
    }
    if (shiftInvariant && !isRefit) notes.push(unidentifiableNote);
    return notes;
  }

  /** Of all columns that a coefficient may use; those that keep a place without one are zero. */
  #nColumns(): number {
    const { design, free } = this.#working.problem;
    const used = Array.from({ length: design.nFeatures }, (_, k) => (design.largestEntry(k) > 0 ? 1 : 0));
    return used.reduce((count: number, one) => count + one, free.size);
  }
}
