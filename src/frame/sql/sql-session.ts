/** Asks a database for sums ({@link SqlSession}), through the function of the caller. */
import { checkNotAborted, mustBe, PassFailure } from "../../errors";
import type { Dialect } from "./dialects";
import { type Expression, inSql } from "./expression";

/** Number of sums that one query asks for. */
export const SUMS_PER_QUERY = 500;

/** A row of an answer, in the order of the columns that were asked for. */
type Row = readonly unknown[];

/** A database that answers queries. */
export class SqlSession {
  readonly where: string;
  readonly dialect: Dialect;
  readonly #query: (sql: string) => Promise<readonly object[]>;
  readonly #remedy: string;
  readonly #signal: { readonly aborted: boolean } | undefined;
  #hasAnswered = false;

  /**
   * @param remedy where the first query fails.
   * @param signal once it is aborted, no query is sent any more.
   */
  constructor(
    where: string,
    query: (sql: string) => Promise<readonly object[]>,
    dialect: Dialect,
    remedy: string,
    signal?: { readonly aborted: boolean },
  ) {
    this.where = where;
    this.#query = query;
    this.dialect = dialect;
    this.#remedy = remedy;
    this.#signal = signal;
  }

  /** The database for a run that a signal ends. */
  during(where: string, signal: { readonly aborted: boolean } | undefined): SqlSession {
    const session = new SqlSession(where, this.#query, this.dialect, this.#remedy, signal);
    session.#hasAnswered = this.#hasAnswered;
    return session;
  }

  /**
   * Selects columns.
   *
   * @throws InputError where the answer is no rows of these columns; PassFailure where the database refuses or the signal is aborted.
   */
  async rows(columns: readonly string[], source: string): Promise<Row[]> {
    const names = columns.map((_, k) => `se_${k}`);
    const sql = `SELECT ${columns.map((column, k) => `${column} AS ${names[k]}`).join(", ")} ${source}`;
    const answer = await this.#answerTo(sql);
    if (!Array.isArray(answer))
      throw mustBe(this.where, "query", "a function that returns an array of rows", answer);
    return answer.map((row) => {
      const values = Array.isArray(row) ? row : names.map((name) => row?.[name]);
      if (values.length !== columns.length || values.includes(undefined))
        throw mustBe(
          this.where,
          "query",
          `a function that returns rows with the columns ${names[0]} to ${names[names.length - 1]}`,
          row,
        );
      return values;
    });
  }

  /** Asks once more where a query fails after another one was answered, as when a connection is lost for a moment. */
  async #answerTo(sql: string): Promise<unknown> {
    for (let isLast = !this.#hasAnswered; ; isLast = true) {
      checkNotAborted(this.where, this.#signal);
      try {
        const answer: unknown = await this.#query(sql);
        this.#hasAnswered = true;
        return answer;
      } catch (error) {
        const [line] = String((error as Error)?.message ?? error).split("\n");
        if (!isLast) continue;
        const remedy = this.#hasAnswered ? "" : `; ${this.#remedy}`;
        throw new PassFailure(`${this.where}: query failed: ${line.replace(/\.?$/, "")}${remedy}`, error);
      }
    }
  }

  /**
   * Asks for sums over rows as numbers; one row for each group where there are some. A sum of no rows is NULL, as is for some clients one that is
   * not finite: both are NaN here.
   */
  async sums(columns: readonly string[], source: string): Promise<number[][]> {
    const rows = await this.rows(columns.map(this.dialect.double), source);
    return rows.map((row) => row.map((value) => (value === null ? Number.NaN : Number(value))));
  }

  /**
   * The quantiles of values: of those that have at most the share `share` of the weights below them and `1 - share` above, the middle. Rows
   * without a value or weight do not count.
   */
  async quantiles(
    source: string,
    value: Expression,
    weight: Expression,
    shares: readonly number[],
  ): Promise<number[]> {
    const { number, total, fence } = this.dialect;
    const rows = `(SELECT ${inSql(value, this.dialect)} AS se_v, ${inSql(weight, this.dialect)} AS se_w ${source}${fence}) AS se_r`;
    // ClickHouse takes a name in WHERE for the alias of that name, so the sum has another one.
    const values = `(SELECT se_v, ${total("se_w")} AS se_t FROM ${rows} WHERE se_v IS NOT NULL AND se_w > ${number(0)} GROUP BY se_v${fence}) AS se_g`;
    const ranked = `(SELECT se_v, sum(se_t) OVER (ORDER BY se_v) AS se_below, sum(se_t) OVER () AS se_all FROM ${values}) AS se_o`;
    const rounding = number(1e-12);
    const columns = shares.flatMap((share) => [
      `min(CASE WHEN se_below >= (${number(share)} - ${rounding}) * se_all THEN se_v END)`,
      `min(CASE WHEN se_below > (${number(share)} + ${rounding}) * se_all THEN se_v END)`,
    ]);
    const [found] = await this.sums(columns, `FROM ${ranked}`);
    return shares.map((_, k) => found[2 * k] / 2 + found[2 * k + 1] / 2);
  }
}
