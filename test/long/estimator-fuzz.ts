/**
 * Ten thousand random problems of all estimators and losses, each fit judged by textbook formulas: it must be finite and feasible, its
 * objective right, no coefficient may gain more than its certificate says, and none may take half a minute of the processor.
 *
 * `FUZZ_SEED` repeats a run, `FUZZ_PROBLEMS` sets its length, `FUZZ_FIRST` the number of its first problem.
 */
import assert from "node:assert/strict";
import { type SeededRandom, seededRandom } from "../../src";
import type { ModelOptions, MultiResponseFit, SparseLinearFit } from "../../src/estimators";
import { firstColumns } from "../support/estimator-features";
import { type EstimatorCase, estimators } from "../support/estimators";
import { type TextbookLoss, textbookLosses } from "../support/textbook-losses";

const SEED = Number(process.env.FUZZ_SEED ?? 1);
const FIRST = Number(process.env.FUZZ_FIRST ?? 0);
const PROBLEMS = Number(process.env.FUZZ_PROBLEMS ?? 10_000);
const LIMIT_SECONDS = 30;

interface Problem {
  readonly estimator: EstimatorCase;
  readonly loss: TextbookLoss;
  readonly X: number[][];
  readonly y: number[];
  /** Of mean one. */
  readonly weights: number[] | undefined;
  readonly fitIntercept: boolean;
  /** The share of the largest useful lambda. */
  readonly share: number;
  readonly start: number | undefined;
  readonly text: string;
}

const pick = <T>(random: SeededRandom, from: readonly T[]): T =>
  from[Math.floor(from.length * random.uniform())];

function drawProblem(random: SeededRandom): Problem {
  const loss = pick(random, textbookLosses);
  const n = pick(random, [4, 6, 10, 20, 40]);
  const p = pick(random, [1, 2, 3, 6, 12]);
  const kind = pick(random, ["normal", "correlated", "integers", "sparse", "copies", "units", "far"]);
  const isWeighted = random.uniform() < 0.3;
  const isPlain = n > p && !isWeighted && (kind === "normal" || kind === "correlated");
  const estimator = pick(
    random,
    // The formulas of the textbook are of groups of one response, and where they are orthonormalised, of full rank without weights.
    estimators.filter(
      ({ title }) =>
        (loss.nResponses === 1 || !/group/i.test(title)) && (isPlain || !title.includes("orthonormal")),
    ),
  );
  const X = Array.from({ length: n }, () => drawRow(random, p, kind));
  const signal = X.map((row) =>
    kind === "units" || kind === "far" ? random.normal() : row[0] - (row[1] ?? 0) / 2,
  );
  const shift = loss.isShiftable ? pick(random, [0, 0, 100, -1e6]) : 0;
  const y = signal.map((s) => loss.draw(s, random) + shift);
  const raw = y.map(() => pick(random, [0.5, 1, 2, 3]));
  const total = raw.reduce((a, b) => a + b, 0);
  const weights = isWeighted ? raw.map((w) => (w * n) / total) : undefined;
  // Far from 0 a model without an intercept is another problem, of which the scale of the response is all.
  const fitIntercept = loss.datafit.determinesIntercept && (shift !== 0 || random.uniform() < 0.8);
  const share = pick(random, [0.9, 0.5, 0.1, 0.01, 1e-3]);
  const start = random.uniform() < 0.3 ? pick(random, [1, -10, 1e4]) : undefined;
  const text = `${estimator.title}, ${loss.datafit.name}, ${n} x ${p} ${kind}${shift ? `, shift ${shift}` : ""}${isWeighted ? ", weighted" : ""}${fitIntercept ? "" : ", no intercept"}, share ${share}${start ? `, start ${start}` : ""}`;
  return { estimator, loss, X, y, weights, fitIntercept, share, start, text };
}

function drawRow(random: SeededRandom, p: number, kind: string): number[] {
  const row = Array.from({ length: p }, () => random.normal());
  switch (kind) {
    case "correlated":
      return row.map((x, j) => (j === 0 ? x : 0.95 * row[0] + 0.3 * x));
    case "integers":
      return row.map(Math.round);
    case "sparse":
      return row.map((x) => (Math.abs(x) < 1 ? 0 : x));
    case "copies":
      return row.map((_, j) => row[j - (j % 2)]);
    case "units":
      return row.map((x, j) => x * 10 ** (3 * (j % 5) - 6));
    case "far":
      return row.map((x, j) => x + 10 ** (j % 5));
    default:
      return row;
  }
}

type Fit = SparseLinearFit | MultiResponseFit;

/** The textbook objective of a problem, and where a coordinate can move. */
class Judge {
  readonly #problem: Problem;
  readonly #lambda: number;
  readonly #w: readonly number[];
  readonly #deviations: number[];
  readonly #responseDeviation: number;
  readonly #coefs: number[][];
  readonly #eta: Float64Array[];

  constructor(problem: Problem, lambda: number, fit: Fit) {
    const { X, y, weights, loss, fitIntercept } = problem;
    this.#problem = problem;
    this.#lambda = lambda;
    this.#w = weights ?? y.map(() => 1);
    this.#deviations = weightedDeviations(X, this.#w);
    const rows = y.map((value) => [value]);
    // Without an intercept it is about 0.
    const mirrored = [...rows, ...y.map((value) => [-value])];
    const deviation = fitIntercept
      ? weightedDeviations(rows, this.#w)[0]
      : weightedDeviations(mirrored, [...this.#w, ...this.#w])[0];
    this.#responseDeviation = loss.datafit.dependsOnResidual && deviation > 0 ? deviation : 1;
    const [coefs, intercepts] =
      "coefs" in fit ? [fit.coefs, [...fit.intercepts]] : [[fit.coef], [fit.intercept]];
    this.#coefs = coefs.map((coef) => [...coef]);
    this.#eta = coefs.map((coef, r) =>
      Float64Array.from(X, (row) => row.reduce((sum, x, j) => sum + x * coef[j], intercepts[r])),
    );
  }

  objective(): number {
    return this.#loss() + this.#coefs.reduce((sum, coef) => sum + this.#penalty(coef), 0);
  }

  /** The largest decrease of the objective by one coefficient, on grids of steps of both signs and to zero. */
  gain(): { readonly value: number; readonly text: string } {
    const now = this.objective();
    let best = { value: 0, text: "" };
    for (const [r, coef] of this.#coefs.entries()) {
      for (let j = 0; j < coef.length; j++) {
        if (this.#deviations[j] === 0) continue;
        const unit = Math.max(Math.abs(coef[j]), 1 / this.#deviations[j]);
        const steps = Array.from({ length: 60 }, (_, k) => unit * 2 ** (2 - k / 2)).flatMap((s) => [s, -s]);
        for (const step of [-coef[j], ...steps]) {
          const value = now - this.#objectiveAt(r, j, step);
          if (value > best.value) best = { value, text: `coefficient ${j} of ${coef[j]} by ${step}` };
        }
      }
    }
    return best;
  }

  #objectiveAt(r: number, j: number, step: number): number {
    const { X } = this.#problem;
    const [eta, coef] = [this.#eta[r], this.#coefs[r]];
    const [etaBefore, before] = [eta.slice(), coef[j]];
    for (let i = 0; i < eta.length; i++) eta[i] += step * X[i][j];
    coef[j] += step;
    const value = this.objective();
    eta.set(etaBefore);
    coef[j] = before;
    return value;
  }

  #loss(): number {
    const { loss, y } = this.#problem;
    return loss.value(y, this.#eta, this.#w);
  }

  #penalty(coef: readonly number[]): number {
    const { estimator, X } = this.#problem;
    const b = estimator.scaled ? estimator.scaled(X, coef) : coef.map((own, j) => own * this.#deviations[j]);
    return estimator.penalty(b, this.#lambda, firstColumns(coef.length), this.#responseDeviation);
  }
}

/** The standard deviation of each column under weights of mean one, about 0 only where it is constant to the last bits. */
function weightedDeviations(X: readonly (readonly number[])[], w: readonly number[]): number[] {
  const n = X.length;
  return X[0].map((_, j) => {
    const mean = X.reduce((sum, row, i) => sum + (w[i] * row[j]) / n, 0);
    const variance = X.reduce((sum, row, i) => sum + (w[i] * (row[j] - mean) ** 2) / n, 0);
    return Math.sqrt(variance);
  });
}

/** Of the processor, which other work on the machine does not lengthen. */
function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** What is wrong with the fit of a problem; undefined where nothing is. */
function faultOf(problem: Problem): string | undefined {
  const { estimator, loss, X, y, weights, fitIntercept, share, start } = problem;
  const p = X[0].length;
  const own: ModelOptions = { datafit: loss.datafit, fitIntercept };
  const run = weights ? { sampleWeight: weights } : {};
  const end = processorSeconds() + LIMIT_SECONDS;
  const signal = {
    get aborted() {
      return processorSeconds() > end;
    },
  };
  try {
    const path = estimator.make(own, firstColumns(p)).path(X, y, { ...run, nLambdas: 2, signal });
    const lambda = share * path.lambdas[0];
    if (!Number.isFinite(lambda)) return `the largest lambda is ${path.lambdas[0]}`;
    const vector = Array.from({ length: p }, (_, j) => (start ?? 0) * (j % 2 === 0 ? 1 : -1));
    const init = loss.nResponses > 1 ? Array.from({ length: loss.nResponses }, () => vector) : vector;
    const options = { ...own, lambda, ...(start !== undefined && { init }) } as ModelOptions;
    const fit = estimator.make(options, firstColumns(p)).fit(X, y, { ...run, signal }) as Fit;
    count(estimator, fit);
    if (processorSeconds() > end) return `it takes more than ${LIMIT_SECONDS} s`;
    return fit.status === "converged" ? wrongIn(problem, lambda, fit) : undefined;
  } catch (error) {
    const { name } = error as Error;
    // Data that leave nothing to explain are refused, and so are classes of which there is one.
    return name === "InputError"
      ? undefined
      : `it throws ${(error as Error).stack?.split("\n").slice(0, 3).join(" ")}`;
  }
}

function wrongIn(problem: Problem, lambda: number, fit: Fit): string | undefined {
  const { certificate, nullDeviance = 0 } = fit;
  const judge = new Judge(problem, lambda, fit);
  const objective = judge.objective();
  const rounding = 1e-9 * (Math.abs(objective) + nullDeviance) + 1e-14 * squaredSize(problem);
  if (!(Math.abs(objective - certificate.objective) <= rounding))
    return `the objective is ${objective}, the certificate says ${certificate.objective}`;
  const allowed = certificate.dualityGap ?? 1.01 * certificate.singleCoordinateGain + 1e-7 * nullDeviance;
  const { value, text } = judge.gain();
  return value <= allowed + rounding
    ? undefined
    : `${text} gains ${value}, the certificate allows ${allowed}`;
}

/** The size of what a loss of differences rounds: squares of the response. */
function squaredSize({ y, loss }: Problem): number {
  return loss.isShiftable ? Math.max(...y.map((entry) => entry ** 2)) : 0;
}

const counts = new Map<string, { converged: number; other: number }>();

function count({ title }: EstimatorCase, { status }: Fit): void {
  const entry = counts.get(title) ?? { converged: 0, other: 0 };
  entry[status === "converged" ? "converged" : "other"]++;
  counts.set(title, entry);
}

describe("ten thousand random problems", function () {
  this.timeout(0);

  it("are solved as their certificates say", () => {
    process.removeAllListeners("warning"); // fits that do not converge say so, and are counted
    const faults: string[] = [];
    let slowest = { seconds: 0, text: "" };
    for (let k = FIRST; k < FIRST + PROBLEMS; k++) {
      const problem = drawProblem(seededRandom(SEED * 1_000_003 + k));
      const started = processorSeconds();
      const fault = faultOf(problem);
      const seconds = processorSeconds() - started;
      if (seconds > slowest.seconds) slowest = { seconds, text: `problem ${k}, ${problem.text}` };
      if (fault) {
        faults.push(`problem ${k}, ${problem.text}: ${fault}`);
        process.stdout.write(`${faults.at(-1)}\n`);
      }
      if ((k + 1) % 1000 === 0) process.stdout.write(`${k + 1} problems, ${faults.length} faults\n`);
    }
    for (const [title, { converged, other }] of counts)
      process.stdout.write(`${title}: ${converged} fits converged, ${other} did not\n`);
    process.stdout.write(`the slowest took ${slowest.seconds.toFixed(1)} s: ${slowest.text}\n`);
    assert.deepEqual(faults, []);
  });
});
