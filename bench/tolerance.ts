import { appendFileSync, existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { type Chart, facetCharts, tradeoffPlot } from "smooth-edges/plot";
import { lightAndDark } from "../figures/light-and-dark";
import { judge } from "./checker/judge";
import { LOSSES } from "./checker/losses";
import { penaltyValue } from "./checker/penalty-values";
import { predictors } from "./checker/products";
import type { NamedProblem } from "./comparison/compare";
import { error, markdownTable, seconds } from "./comparison/markdown";
import { librarySolver, loaderOf } from "./contenders/library";
import { median } from "./interleaved";
import { machine } from "./machine";
import { type BenchProblem, isConvex } from "./problems/problem";

/** From loose to strict; the last is what the others are compared with. */
const TOLERANCES: readonly number[] = [1e-2, 1e-3, 1e-4, 1e-5, 1e-6, 1e-7, 1e-8, 1e-9, 1e-10];

const FOLDS = 5;
/** Of a path, in processor seconds; what is slower is left out. */
const LIMIT = 10;

/** What a path and a cross-validation with one tolerance gave. */
export interface ToleranceRow {
  readonly problem: string;
  readonly kind: string;
  readonly tol: number;
  /** Processor seconds of a path, the median of the rounds. */
  readonly seconds: number;
  readonly iterations: number;
  /** As in bench/README.md, the largest along the path. */
  readonly error: number;
  /** Of fresh responses: the smallest along the path, and at the lambda that cross-validation chose. */
  readonly testError?: number;
  readonly testErrorChosen?: number;
  /** The mean score of the folds at the lambda that they chose. */
  readonly score: number;
  /** Positions of lambdas. */
  readonly chosen: number;
  readonly lowestBic: number;
  /** Share of the lambdas at which the support is that of the strictest tolerance. */
  readonly sameSupport: number;
  /** Of the support with that of the strictest tolerance, the smallest along the path. */
  readonly f1: number;
  /** Of the support at the chosen lambda with that of the truth. */
  readonly f1Truth?: number;
  /** The largest difference of a coefficient to that of the strictest tolerance: in standard errors, and over the largest coefficient. */
  readonly inErrors: number;
  readonly ofLargest: number;
}

interface Run {
  readonly tol: number;
  readonly coefs: Float64Array[];
  readonly chosen: number;
  readonly score: number;
  readonly iterations: number;
  readonly times: number[];
}

/**
 * Measures paths and cross-validations of the default solver with each tolerance, adding a line of JSON a tolerance to a file; a
 * problem that the file has is not measured again.
 */
export function measureTolerances(problems: readonly NamedProblem[], rounds: number, file: string): void {
  const known = new Set(readRows(file).map(({ problem }) => problem));
  mkdirSync(dirname(file), { recursive: true });
  for (const { name, make } of problems) {
    if (known.has(name)) continue;
    process.stderr.write(`${name}: `);
    const problem = make();
    const size = problem.nFeatures * problem.nResponses;
    const solve = librarySolver({ ...problem, folds: 0 }, "smooth-edges", 1);
    const validate = librarySolver({ ...problem, folds: FOLDS }, "smooth-edges", 1);
    const load = loaderOf(problem, "columns", 1);
    const once = (run: Run): void => {
      const X = load();
      const start = process.cpuUsage();
      const { coefs, iterations } = solve(X, run.tol);
      const { user, system } = process.cpuUsage(start);
      const flat = Float64Array.from(coefs.flatMap((each) => Array.from(each)));
      const each = Array.from(problem.lambdas, (_, k) => flat.subarray(k * size, (k + 1) * size));
      Object.assign(run, { coefs: each, iterations });
      run.times.push((user + system) / 1e6);
    };
    const runs: Run[] = TOLERANCES.map((tol) => {
      const { chosen = 0, score = Number.NaN } = validate(load(), tol);
      process.stderr.write(".");
      return { tol, chosen, score, coefs: [], iterations: 0, times: [] };
    });
    once(runs[0]);
    if (runs[0].times[0] > LIMIT) {
      process.stderr.write(` left out, a path takes more than ${LIMIT} s\n`);
      continue;
    }
    runs[0].times.length = 0;
    for (let round = 0; round < rounds; round++) {
      runs.forEach((_, turn) => {
        once(runs[(turn + round) % runs.length]);
      });
      process.stderr.write("-");
    }
    const rows = rowsOf(problem, runs);
    appendFileSync(file, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
    process.stderr.write(" done\n");
  }
}

function rowsOf(problem: BenchProblem, runs: readonly Run[]): ToleranceRow[] {
  const { name, lambdas, nSamples, truth } = problem;
  const strictest = runs[runs.length - 1];
  const units = standardErrors(problem, strictest.coefs[strictest.chosen]);
  return runs.map(({ tol, coefs, chosen, score, iterations, times }) => {
    const judged = coefs.map((b, k) => judge(problem, b, lambdas[k]));
    const bic = judged.map(({ objective, nonzeros }, k) => {
      const loss = objective - penaltyValue(coefs[k], lambdas[k], problem.penalty);
      const fit = problem.loss === "squared" ? nSamples * Math.log(2 * loss) : 2 * nSamples * loss;
      return fit + Math.log(nSamples) * nonzeros;
    });
    const supports = coefs.map(supportOf);
    const agreement = supports.map((support, k) => f1(support, supportOf(strictest.coefs[k])));
    const differences = coefs.map((b, k) => b.map((value, j) => Math.abs(value - strictest.coefs[k][j])));
    const testErrors = judged.flatMap(({ testError }) => testError ?? []);
    return {
      problem: name,
      kind: kindOf(problem),
      tol,
      seconds: median(times),
      iterations,
      error: Math.max(...judged.map((each) => each.error)),
      ...(testErrors.length > 0 && {
        testError: Math.min(...testErrors),
        testErrorChosen: judged[chosen].testError,
      }),
      score,
      chosen,
      lowestBic: bic.indexOf(Math.min(...bic)),
      sameSupport: agreement.filter((each) => each === 1).length / lambdas.length,
      f1: Math.min(...agreement),
      ...(truth && { f1Truth: f1(supports[chosen], new Set(truth)) }),
      inErrors: Math.max(...differences.map((row) => row.reduce((m, d, j) => Math.max(m, d / units[j]), 0))),
      ofLargest: Math.max(...differences.map((row, k) => maxAbs(row) / (maxAbs(strictest.coefs[k]) || 1))),
    };
  });
}

/**
 * Standard errors `1 / sqrt(sum_i w_i x_ij^2)` of each coefficient alone, `w_i` the information of a row at `b`, for
 * gamma, Tweedie and negative binomial losses the squared score: with others in the model standard errors are larger, so a difference is
 * rather overstated.
 */
function standardErrors(problem: BenchProblem, b: Float64Array): Float64Array {
  const { X, nSamples: n, nFeatures: p, loss, y, nResponses } = problem;
  const { score } = LOSSES[loss](y, predictors(problem, b));
  const variance = score.reduce((sum, r) => sum + r * r, 0) / n;
  const weights = score.map((r, i) => {
    if (loss === "squared") return 1 / variance;
    if (loss === "logistic" || loss === "multinomial") return Math.abs(r) * (1 - Math.abs(r));
    return loss === "poisson" ? y[i] - r : r * r;
  });
  return Float64Array.from({ length: p * nResponses }, (_, index) => {
    const [first, j] = [Math.floor(index / p) * n, index % p];
    let sum = 0;
    if ("indptr" in X) {
      for (let k = X.indptr[j]; k < X.indptr[j + 1]; k++)
        sum += weights[first + X.indices[k]] * X.data[k] ** 2;
    } else {
      for (let i = 0; i < n; i++) sum += weights[first + i] * X.data[j * n + i] ** 2;
    }
    return 1 / Math.sqrt(sum);
  });
}

const maxAbs = (values: Float64Array): number => values.reduce((most, v) => Math.max(most, Math.abs(v)), 0);

function supportOf(b: Float64Array): Set<number> {
  return new Set(Array.from(b.keys()).filter((j) => b[j] !== 0));
}

function f1(found: Set<number>, wanted: Set<number>): number {
  const both = [...found].filter((j) => wanted.has(j)).length;
  return found.size + wanted.size === 0 ? 1 : (2 * both) / (found.size + wanted.size);
}

function kindOf({ loss, penalty }: BenchProblem): string {
  if (!isConvex(penalty)) return "not convex";
  if (loss !== "squared") return loss;
  return penalty.name === "l1" ? "lasso" : "groups";
}

/** What such a file has, each problem once. */
export function readRows(file: string): ToleranceRow[] {
  if (!existsSync(file)) return [];
  return readFileSync(file, "utf8")
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line) as ToleranceRow);
}

/** What changes to the eye: any choice, any support, a coefficient by a hundredth of its standard error, the fourth digit of an error. */
function visible(row: ToleranceRow, strictest: ToleranceRow): string[] {
  const digits = (value: number | undefined): string => value?.toPrecision(4) ?? "";
  return [
    ...(row.sameSupport < 1 ? ["support"] : []),
    ...(row.inErrors > 0.01 ? ["coefficient"] : []),
    ...(row.chosen !== strictest.chosen ? ["lambda by folds"] : []),
    ...(row.lowestBic !== strictest.lowestBic ? ["lambda by BIC"] : []),
    ...(digits(row.testError) !== digits(strictest.testError) ||
    digits(row.testErrorChosen) !== digits(strictest.testErrorChosen) ||
    digits(row.score) !== digits(strictest.score)
      ? ["error"]
      : []),
  ];
}

/** The rows in Markdown: for each kind of problem the worst of them by tolerance, then each problem. */
export function toleranceReport(rows: readonly ToleranceRow[]): string {
  const kinds = [...groupBy(rows, ({ kind }) => kind)];
  const summary = kinds.flatMap(([kind, own]) =>
    [...groupBy(own, ({ tol }) => String(tol))].map(([tol, each]) => {
      const reference = (row: ToleranceRow, at: number): ToleranceRow =>
        own.find(({ problem, tol }) => problem === row.problem && tol === at)!;
      const seen = each.filter((row) => visible(row, reference(row, 1e-10)).length > 0);
      const usual = each.map((row) => reference(row, 1e-7));
      return [
        kind,
        exponent(Number(tol)),
        `${seen.length} of ${each.length}`,
        error(Math.max(...each.map((row) => row.error))),
        (100 * Math.min(...each.map((row) => row.sameSupport))).toFixed(0),
        Math.min(...each.map((row) => row.f1)).toFixed(3),
        error(Math.max(...each.map((row) => row.inErrors))),
        error(Math.max(...each.map((row) => row.ofLargest))),
        (timeOf(each) / timeOf(usual)).toFixed(2),
      ];
    }),
  );
  const details = [...groupBy(rows, ({ problem }) => problem)].flatMap(([problem, own]) => [
    `## ${problem}`,
    markdownTable(
      [
        "tol",
        "error",
        "test error",
        "chosen",
        "folds' error",
        "F1, truth",
        "support as at 1e-10, %",
        "F1",
        "change, s.e.",
        "change, largest",
        "lambda by folds",
        "by BIC",
        "iterations",
        "s",
        "to be seen",
      ],
      own.map((row) => [
        exponent(row.tol),
        error(row.error),
        row.testError?.toPrecision(4) ?? "",
        row.testErrorChosen?.toPrecision(4) ?? "",
        row.score.toPrecision(4),
        row.f1Truth?.toFixed(3) ?? "",
        (100 * row.sameSupport).toFixed(0),
        row.f1.toFixed(3),
        error(row.inErrors),
        error(row.ofLargest),
        String(row.chosen + 1),
        String(row.lowestBic + 1),
        String(row.iterations),
        seconds(row.seconds),
        visible(row, own[own.length - 1]).join(", "),
      ]),
    ),
  ]);
  return [
    "# What a tolerance changes",
    `${machine()}. Written by \`npm run bench -- tolerance\`, nothing by hand.`,
    `Paths of the default solver with each \`tol\`, and cross-validations of ${FOLDS} folds, row \`i\` in fold \`i mod ${FOLDS}\`, compared with those of \`tol: 1e-10\`. What a user could see is defined before: another lambda chosen by the folds or by BIC, another support at any lambda, a coefficient that moves by more than a hundredth of its standard error, or a test error or score of the folds that differs in its fourth digit. The standard error of a coefficient is that of its column alone, which is the smallest it can be, at the lambda chosen. Errors are those of README.md, times are processor seconds of one thread; the ratio is that of their sums.`,
    lightAndDark("tolerance.svg", "How far coefficients move and what a path costs, by tolerance"),
    markdownTable(
      [
        "problems",
        "tol",
        "where a user sees it",
        "largest error",
        "least of the supports the same, %",
        "least F1",
        "largest change, s.e.",
        "of the largest",
        "time over that of 1e-7",
      ],
      summary,
    ),
    ...details,
    "",
  ].join("\n\n");
}

/** The largest change and the time over that of `tol: 1e-7`, by tolerance, of each kind of problem. */
export function toleranceChart(rows: readonly ToleranceRow[]): Chart {
  const kinds = [...groupBy(rows, ({ kind }) => kind)];
  const curves = (y: (own: readonly ToleranceRow[], tol: number) => number) =>
    Object.fromEntries(
      kinds.map(([kind, own]) => [kind, TOLERANCES.slice(0, -1).map((tol) => ({ x: tol, y: y(own, tol) }))]),
    );
  const at = (own: readonly ToleranceRow[], tol: number) => own.filter((row) => row.tol === tol);
  // What moves by less than 1e-8 standard errors is drawn as that.
  const change = curves((own, tol) => Math.log10(Math.max(1e-8, ...at(own, tol).map((row) => row.inErrors))));
  const time = curves((own, tol) => timeOf(at(own, tol)) / timeOf(at(own, 1e-7)));
  return facetCharts({
    "Largest change of a coefficient": tradeoffPlot(change, {
      x: "tol",
      y: "log10 of the change in standard errors",
    }),
    "Time of a path": tradeoffPlot(time, { x: "tol", y: "time over that of 1e-7" }),
  });
}

const timeOf = (rows: readonly ToleranceRow[]): number => rows.reduce((sum, row) => sum + row.seconds, 0);

const exponent = (tol: number): string => tol.toExponential(0);

function groupBy<Row>(rows: readonly Row[], key: (row: Row) => string): Map<string, Row[]> {
  const groups = new Map<string, Row[]>();
  for (const row of rows) groups.set(key(row), [...(groups.get(key(row)) ?? []), row]);
  return groups;
}
