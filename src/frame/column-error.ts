import { describeRemedies, type Remedy } from "../design/finite-values";
import { InputError, placeOf } from "../errors";

/** The texts or dates of a column are no features or response as they are: where, and what may be done about it. */
export class ColumnError extends InputError {
  /**
   * @param column its name.
   * @param row the first that breaks the rule, from 0; undefined where all do together.
   * @param fault the rule and what is there instead, as in `must be a number, got "x"`.
   * @param remedies any one of them does.
   */
  constructor(
    where: string,
    readonly column: string,
    readonly row: number | undefined,
    readonly fault: string,
    readonly remedies: readonly Remedy[],
  ) {
    super(`${where}: ${placeOf(column, row)} ${fault}; ${describeRemedies(remedies, column)}`);
  }
}
