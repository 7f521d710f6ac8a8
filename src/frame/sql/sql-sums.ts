/** The sums of a pass in SQL ({@link passQueries}): what `PassEvaluator` adds up of blocks, in queries of some hundred sums. */
import type { PassPoint, PassSums, RowSet } from "../../estimators/out-of-core/passes";
import type { RowMeasure } from "../../estimators/results/score";
import {
  abs,
  alias,
  cases,
  type Expression,
  equals,
  greatest,
  inSql,
  isAtMost,
  isMore,
  least,
  literal,
  minus,
  type Operand,
  plus,
  times,
} from "./expression";
import type { SqlLoss } from "./losses";
import { checkTotals, N_TOTALS, type RowTotals, totalsOf } from "./row-totals";
import { type SqlSession, SUMS_PER_QUERY } from "./sql-session";

/** Standardized features, the response as the loss takes it, and what else a row has; `fold` is the number of its fold. */
export interface RowExpressions {
  readonly features: readonly Expression[];
  readonly response: Expression;
  /** The response as it is in the table. */
  readonly target: Expression;
  readonly sampleWeight: Expression | undefined;
  readonly offset: Expression | undefined;
  readonly fold: Expression | undefined;
}

/** A row whose dual point is not feasible adds this to the sum, since PostgreSQL ends a query at infinity, as a sum of larger ones could be. */
const INFEASIBLE = 1e200;

/** Largest distance of a dual point from its domain that is rounding, relative to its size and to that of the slopes of all rows. */
const ROUNDING = 1e-12;

const [Y, WEIGHT, OFFSET, FOLD] = ["se_y", "se_w", "se_o", "se_f"].map(alias);
const featureAt = (j: number): Expression => alias(`se_x${j}`);

/** Columns by their names, computed from those of the levels before. */
type Level = Map<string, Expression>;

/** A point of a pass, which stands for all points with the same coefficients and rows. */
interface Node {
  readonly name: string;
  readonly point: PassPoint;
  readonly columns: ReadonlySet<number>;
}

/** A sum, the point that it is of, and the features that it takes. */
interface WantedSum {
  readonly node: Node;
  readonly of: Expression;
  readonly columns: readonly number[];
}

/**
 * Computes the sums of points in one pass: equal sums of several points are asked for once.
 *
 * @throws PassFailure where a query finds other rows than those of `totals`.
 */
export async function sumsOfPoints(
  session: SqlSession,
  source: string,
  rows: RowExpressions,
  loss: SqlLoss,
  points: readonly PassPoint[],
  totals: RowTotals,
): Promise<PassSums[]> {
  const wanted = new WantedSums(loss, rows.features.length);
  const keys = points.map((point) => wanted.add(point));
  const found = await askInBatches(session, source, rows, loss, wanted.byKey, totals);
  return keys.map((own, k) => passSums(points[k], own, found));
}

/** The keys of the sums of a point, among those that are asked for. */
interface SumKeys {
  readonly weight: string;
  readonly loss: string;
  readonly saturated: string;
  readonly error: string | undefined;
  readonly dual: string | undefined;
  /** One a coefficient; empty where no gradient is wanted. */
  readonly gradient: readonly string[];
  readonly absoluteSlope: string | undefined;
  /** The lower triangle of second derivatives, row by row. */
  readonly pairs: readonly string[];
}

/** The sums of several points, equal ones once. */
class WantedSums {
  readonly byKey = new Map<string, WantedSum>();
  readonly #nodes = new Map<string, Node>();
  readonly #loss: SqlLoss;
  readonly #nFeatures: number;

  constructor(loss: SqlLoss, nFeatures: number) {
    this.#loss = loss;
    this.#nFeatures = nFeatures;
  }

  /** Returns the keys by which the sums of a point are found. */
  add(point: PassPoint): SumKeys {
    const { coefs, dual, hasGradient, gram = new Int32Array(0), measure } = point;
    const last = this.#nFeatures;
    const node = this.#nodeOf(point);
    const want = (what: string, of: Expression, columns: readonly number[] = []): string => {
      const key = `${node.name} ${what}`;
      if (!this.byKey.has(key)) this.byKey.set(key, { node, of, columns });
      return key;
    };
    const column = (of: string): Expression => alias(`se_${of}${node.name}`);
    const weighted = (x: Expression): Expression => times(column("w"), x);
    const guard = (x: Expression): Expression => guarded(column("w"), x);
    const ofSlope = column(dual ? "u" : "r");
    const slope = weighted(ofSlope);
    const slopeAt = (j: number): string =>
      j === last ? want("g", slope) : want(`g ${j}`, times(slope, featureAt(j)), [j]);
    const curvatureAt = (j: number, k: number): string => {
      const inner = [j, k].filter((each) => each < last).sort((one, other) => one - other);
      return want(`h ${inner.join(" ")}`, times(weighted(column("h")), ...inner.map(featureAt)), inner);
    };
    return {
      weight: want("weight", column("w")),
      loss: want("loss", guard(column("v"))),
      saturated: want("saturated", guard(asExpression(this.#loss.saturated(Y)))),
      error: measure && want(measure, guard(errorOf(measure, this.#loss, column("e")))),
      dual: dual && want("dual", guard(column("d"))),
      gradient: hasGradient ? Array.from(coefs, (_, j) => slopeAt(j)) : [],
      absoluteSlope: hasGradient ? want("size", weighted(abs(ofSlope))) : undefined,
      pairs: [...gram].flatMap((j, a) => Array.from(gram.subarray(0, a + 1), (k) => curvatureAt(j, k))),
    };
  }

  /** The subquery of the predictors at a point, shared by points that differ in the sums that are wanted alone. */
  #nodeOf(point: PassPoint): Node {
    const { coefs, rows, dual } = point;
    const ofDual = dual && [dual.scale, dual.size, Array.from(dual.shift)];
    const identity = JSON.stringify([Array.from(coefs), rows, ofDual]);
    const known = this.#nodes.get(identity);
    if (known) return known;
    const columns = new Set<number>();
    for (let j = 0; j < this.#nFeatures; j++)
      if (coefs[j] !== 0 || (dual && dual.shift[j] !== 0)) columns.add(j);
    const node = { name: `${this.#nodes.size}`, point, columns };
    this.#nodes.set(identity, node);
    return node;
  }
}

/** The sums of a point, each divided by that of the weights. */
function passSums({ coefs, gram }: PassPoint, keys: SumKeys, found: ReadonlyMap<string, number>): PassSums {
  const weight = found.get(keys.weight)!;
  const mean = (key: string): number => found.get(key)! / weight;
  const size = gram?.length ?? 0;
  const matrix = new Float64Array(size * size);
  let at = 0;
  for (let a = 0; a < size; a++)
    for (let b = 0; b <= a; b++) {
      const value = mean(keys.pairs[at++]);
      matrix[a * size + b] = value;
      matrix[b * size + a] = value;
    }
  const dual = keys.dual === undefined ? 0 : found.get(keys.dual)!;
  return {
    weight,
    loss: mean(keys.loss),
    saturated: mean(keys.saturated),
    gradient:
      keys.gradient.length > 0 ? Float64Array.from(keys.gradient, mean) : new Float64Array(coefs.length),
    absoluteSlope: keys.absoluteSlope ? mean(keys.absoluteSlope) : 0,
    gram: matrix,
    error: keys.error === undefined ? 0 : mean(keys.error),
    fenchelYoung: Math.abs(dual) >= INFEASIBLE * ROUNDING ? Number.POSITIVE_INFINITY : dual / weight,
  };
}

function asExpression(operand: Operand): Expression {
  return typeof operand === "number" ? literal(operand) : operand;
}

/** The term of a measure that a row has. */
function errorOf(measure: RowMeasure, loss: SqlLoss, eta: Expression): Expression {
  if (measure === "misclassification") {
    const predicted = cases([[isMore(eta, 0), 1]], 0);
    return abs(minus(Y, predicted));
  }
  const error = minus(Y, loss.prediction(eta));
  return measure === "squaredError" ? times(error, error) : abs(error);
}

/** A product that is 0 at weight 0, where the loss may be infinite. */
function guarded(weight: Expression, of: Expression): Expression {
  return cases([[isMore(weight, 0), times(weight, of)]], 0);
}

async function askInBatches(
  session: SqlSession,
  source: string,
  rows: RowExpressions,
  loss: SqlLoss,
  wanted: ReadonlyMap<string, WantedSum>,
  totals: RowTotals,
): Promise<Map<string, number>> {
  const found = new Map<string, number>();
  const all = [...wanted];
  const size = SUMS_PER_QUERY - N_TOTALS;
  for (let from = 0; from < all.length; from += size) {
    const batch = all.slice(from, from + size);
    const nodes = new Set(batch.map(([, { node }]) => node));
    const columns = new Set(batch.flatMap(([, each]) => [...each.columns]));
    for (const node of nodes) for (const j of node.columns) columns.add(j);
    const levels = levelsOf(rows, loss, [...nodes], columns);
    const own = [...columns].sort((a, b) => a - b);
    const sums = [...batch.map(([, { of }]) => of), ...totalsOf(own)].map((of) =>
      session.dialect.total(inSql(of, session.dialect)),
    );
    const [values] = await session.sums([...sums, "count(*)"], `FROM ${nested(session, source, levels)}`);
    const [weight, response, ofFeatures, nRows] = values.slice(batch.length);
    checkTotals(session.where, totals, [nRows, weight, response, ofFeatures], own);
    batch.forEach(([key], k) => {
      found.set(key, values[k]);
    });
  }
  return found;
}

/** Subqueries, each of which adds the columns of a level to those before. */
export function nested(session: SqlSession, source: string, levels: readonly Level[]): string {
  return levels.reduce((inner, level, depth) => {
    const columns = Array.from(level, ([name, of]) => `${inSql(of, session.dialect)} AS ${name}`);
    if (depth > 0) columns.unshift("*");
    return `(SELECT ${columns.join(", ")} ${inner}${session.dialect.fence}) AS se_${depth}`.replace(
      /^/,
      depth < levels.length - 1 ? "FROM " : "",
    );
  }, source);
}

/** The columns of a pass: of rows, predictors, what losses share, losses, and dual points. */
function levelsOf(
  rows: RowExpressions,
  loss: SqlLoss,
  nodes: readonly Node[],
  columns: ReadonlySet<number>,
): Level[] {
  const base: Level = new Map([
    ["se_y", rows.response],
    ["se_t", rows.target],
    ["se_w", rows.sampleWeight ?? literal(1)],
  ]);
  if (rows.offset) base.set("se_o", rows.offset);
  if (rows.fold) base.set("se_f", rows.fold);
  for (const j of [...columns].sort((a, b) => a - b)) base.set(`se_x${j}`, rows.features[j]);
  const levels: Level[] = [base, new Map(), new Map(), new Map(), new Map(), new Map(), new Map()];
  const [, predictors, shared, losses, duals, inDomain, fenchelYoung] = levels;
  for (const { name, point } of nodes) {
    const { coefs, rows: rowSet, dual } = point;
    const named = (of: string): Expression => alias(`se_${of}${name}`);
    predictors.set(`se_w${name}`, weightOf(rowSet));
    predictors.set(`se_e${name}`, predictorOf(coefs, rows.offset ? OFFSET : undefined));
    const eta = named("e");
    const parts = loss.shared(Y, eta).map((of, k) => {
      shared.set(`se_s${name}_${k}`, of);
      return alias(`se_s${name}_${k}`);
    });
    const { value, slope, curvature } = loss.terms(Y, eta, parts);
    losses.set(`se_v${name}`, asExpression(value));
    losses.set(`se_r${name}`, asExpression(slope));
    losses.set(`se_h${name}`, asExpression(curvature));
    if (!(dual && loss.conjugate)) continue;
    predictors.set(`se_q${name}`, predictorOf(dual.shift, undefined));
    duals.set(`se_u${name}`, times(dual.scale, minus(named("r"), times(named("h"), named("q")))));
    const [low, high] = loss.conjugate.domain(Y);
    let inside: Expression = named("u");
    if (low !== undefined) inside = greatest(low, inside);
    if (high !== undefined) inside = least(high, inside);
    inDomain.set(`se_c${name}`, inside);
    const slack = plus(ROUNDING * dual.size, times(ROUNDING, abs(named("u"))));
    fenchelYoung.set(
      `se_d${name}`,
      cases(
        [
          [
            isAtMost(abs(minus(named("u"), named("c"))), slack),
            loss.conjugate.fenchelYoung(Y, eta, named("c"), parts),
          ],
        ],
        INFEASIBLE,
      ),
    );
  }
  return levels.filter((level) => level.size > 0);
}

function weightOf(rowSet: RowSet | undefined): Expression {
  if (rowSet === undefined) return WEIGHT;
  const isInFold = equals(FOLD, rowSet.fold);
  return rowSet.isHeldOut ? cases([[isInFold, WEIGHT]], 0) : cases([[isInFold, 0]], WEIGHT);
}

/** The sum of the columns times coefficients, the last of which is the intercept. */
function predictorOf(coefs: Float64Array, offset: Expression | undefined): Expression {
  const last = coefs.length - 1;
  const terms: Operand[] = offset ? [offset, coefs[last]] : [coefs[last]];
  for (let j = 0; j < last; j++) if (coefs[j] !== 0) terms.push(times(coefs[j], featureAt(j)));
  return plus(...terms);
}
