import { formatNumber } from "../../display/formatting";
import { Table, TableResult } from "../../display/table";

/** The fields of a {@link CoefficientInference}. */
export type InferenceFields = Pick<
  CoefficientInference,
  | "names"
  | "estimates"
  | "standardErrors"
  | "level"
  | "df"
  | "dispersion"
  | "statistics"
  | "pValues"
  | "lower"
  | "upper"
> & {
  readonly title: string;
  readonly notes: readonly string[];
  /** The entries in the order in which a table shows them. Default: as they are. */
  readonly order?: readonly number[];
};

/**
 * Standard errors, tests and intervals of coefficients, one entry a coefficient: of a model without a penalty, of one that a lasso selected, or of
 * a lasso without its bias; an immutable value.
 *
 * @see McCullagh and Nelder, Generalized linear models (1989), section 4.4
 */
export class CoefficientInference extends TableResult {
  /** `"(intercept)"`, where one was fitted, then the features in the model, in the order of their columns. */
  readonly names: readonly string[];
  /** On the scale of the data. */
  readonly estimates: Float64Array;
  /** Roots of the diagonal of the inverse information times the dispersion. */
  readonly standardErrors: Float64Array;
  /** Each estimate over its standard error: Student's t where the dispersion was estimated, else a normal z. */
  readonly statistics: Float64Array;
  /** Probabilities of a statistic at least as far from 0 if the coefficient were 0. */
  readonly pValues: Float64Array;
  /** Lower ends of the intervals. */
  readonly lower: Float64Array;
  /** Upper ends of the intervals. */
  readonly upper: Float64Array;
  /** Probability with which an interval has the coefficient, such as 0.95. */
  readonly level: number;
  /** Degrees of freedom of the statistics; Infinity for z. */
  readonly df: number;
  /** The estimated variance of a squared error, or the dispersion of another family; 1 where it is known. */
  readonly dispersion: number;
  /** Sentences that a reader should know. */
  readonly notes: readonly string[];
  readonly #title: string;
  readonly #order: readonly number[];

  constructor({ title, order, ...fields }: InferenceFields) {
    super();
    this.names = fields.names;
    this.estimates = fields.estimates;
    this.standardErrors = fields.standardErrors;
    this.statistics = fields.statistics;
    this.pValues = fields.pValues;
    this.lower = fields.lower;
    this.upper = fields.upper;
    this.level = fields.level;
    this.df = fields.df;
    this.dispersion = fields.dispersion;
    this.notes = fields.notes;
    this.#title = title;
    this.#order = order ?? [...fields.names.keys()];
  }

  /** One row a coefficient. */
  summary(): Table {
    const isNormal = this.df === Number.POSITIVE_INFINITY;
    const interval = `${formatNumber(100 * this.level)} %`;
    const known = isNormal
      ? ""
      : `, dispersion ${formatNumber(this.dispersion, 4)} on ${this.df} degrees of freedom`;
    return new Table({
      title: [`${this.#title}${known}`, ...this.notes.map((note) => `Note: ${note}.`)].join("\n"),
      columns: [
        "coefficient",
        "estimate",
        "std. error",
        isNormal ? "z" : "t",
        "p",
        `lower ${interval}`,
        `upper ${interval}`,
      ],
      rows: this.#order.map((k) => [
        this.names[k],
        this.estimates[k],
        this.standardErrors[k],
        this.statistics[k],
        this.pValues[k],
        this.lower[k],
        this.upper[k],
      ]),
    });
  }
}
