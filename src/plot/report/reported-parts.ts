/** The members of paths and of cross-validations that reports read. */
import type { Table } from "../../display/table";
import type { CrossValidationPlotData } from "../charts/cross-validation-plot";
import type { PathPlotData, PathPlotResponses } from "../charts/path-plot";

/** The members of a path that a report reads. */
export interface ReportedPath extends Omit<PathPlotData, "coefs"> {
  /** `coefs[l]` are the coefficients at `lambdas[l]`, of several responses one vector each. */
  readonly coefs: PathPlotData["coefs"] | PathPlotResponses["coefs"];
  /** One a response, where there are several. */
  readonly responseNames?: readonly string[] | undefined;
}

/** The members of a cross-validation that a report reads. */
export interface ReportedValidation extends Omit<CrossValidationPlotData, "path"> {
  /** The number of each row's fold. */
  readonly foldId: ArrayLike<number>;
  /** Whether each fold was predicted by those before it alone. */
  readonly timeOrdered: boolean;
  /** The options of the fit at `lambda1se`, where several were compared. */
  readonly params1se: Readonly<Record<string, unknown>>;
  /** The path on all rows. */
  readonly path: ReportedPath;
  /** The cross-validation at each point where options were compared. Default: none were. */
  readonly members?: readonly {
    readonly params: Readonly<Record<string, unknown>>;
    readonly path: ReportedPath;
  }[];
  /** The notes tell a reader what limits the choice. */
  readonly notes: readonly string[];
  /** The lambdas chosen, with their scores. */
  summary(): Table;
}
