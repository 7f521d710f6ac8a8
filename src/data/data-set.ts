/**
 * A data set in memory, as plain columns: what data frames are made of and what models take as they are.
 *
 * @typeParam Response of a row: a number, or the label of its class.
 */
export interface DataSet<Response extends number | string = number> {
  readonly name: string;
  /** What the data are, in which units, and where they come from. */
  readonly description: string;
  /** One array for each feature, in the order of `featureNames`; the caller's own. */
  readonly columns: Record<string, number[]>;
  readonly featureNames: readonly string[];
  /** The value to predict, one for each row; the caller's own. */
  readonly response: Response[];
  readonly responseName: string;
}
