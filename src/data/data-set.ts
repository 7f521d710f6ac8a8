/** A regression data set in memory, as plain columns: what data frames are made of and what models take as they are. */
export interface DataSet {
  readonly name: string;
  /** What the data are, in which units, and where they come from. */
  readonly description: string;
  /** One array for each feature, in the order of `featureNames`; the caller's own. */
  readonly columns: Record<string, number[]>;
  readonly featureNames: readonly string[];
  /** The value to predict, one for each row; the caller's own. */
  readonly response: number[];
  readonly responseName: string;
}
