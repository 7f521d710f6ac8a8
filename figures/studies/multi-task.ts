import { lbfgs, minimize, seededRandom } from "smooth-edges";
import { lowRankProduct, type SmoothObjective } from "smooth-edges/surrogate";
import { eliminated, factorized, square, WAYS } from "./nuclear-norm-ways";
import { grid, type Result, replicates, type Setting, type Study, type Task } from "./study";
import { type MultiTask, MultiTaskProblem, rowDot, simulateMultiTask, taskRidges } from "./tasks-in-common";
import { dot } from "./vector";

const N_SAMPLES = 15;
const N_FEATURES = 30;

/** Iterations after which a gap is looked at. */
export const LOOKS: readonly number[] = [1, 2, 5, 10, 20, 50, 100, 200, 500];
const LAST = LOOKS[LOOKS.length - 1];

/** What a task of the kind `race` gives. */
export interface Race {
  readonly best: {
    readonly objective: number;
    /** What it lies above the minimum at most, over itself. */
    readonly gap: number;
    readonly rank: number;
  };
  readonly ways: Readonly<Record<string, Raced>>;
  /** Of the processor until each look, by way, looks not counted. */
  readonly seconds: Readonly<Record<string, number[]>>;
}

/** How a way went. */
export interface Raced {
  /** `P` over that of `best`, less 1 or 0 where it is below, at each of {@link LOOKS}. */
  readonly excess: number[];
  /** The duality gap over the objective at the end. */
  readonly gap: number;
  readonly rank: number;
}

/** What a way to estimate gives at the lambda of the least validation error. */
export interface Estimated {
  /** `norm2(B - truth)^2 / norm2(truth)^2` over all entries. */
  readonly error: number;
  readonly rank: number;
}

/**
 * Regressions whose coefficients lie in a common space of few dimensions: the nuclear norm by factors, by FISTA and by IRLS,
 * and what tasks gain by it (30 features and 5 to 100 tasks are the source's, all else is ours).
 */
export const multiTask: Study = {
  name: "multi-task",
  title:
    "Is the nuclear norm by factors faster, and what do many tasks gain by it? (setting: the source's sizes, else ours)",
  tasks: (setting) => {
    const quick = setting === "quick";
    const replicate = replicates(COUNTS[setting]);
    return [
      ...grid({
        kind: ["race"],
        nTasks: quick ? [5] : [5, 20],
        share: quick ? [0.1] : [0.1, 0.01],
        replicate,
      }),
      ...(quick ? [] : grid({ kind: ["race"], nTasks: [100], share: [0.01], replicate })),
      ...grid({ kind: ["estimate"], nTasks: quick ? [5] : [5, 10, 20, 50, 100], replicate }),
    ];
  },
  run: ({ parameters: { kind, nTasks, share, replicate } }: Task): Result => {
    const data = simulateMultiTask(Number(nTasks), N_SAMPLES, N_FEATURES, Number(replicate));
    return kind === "race" ? { ...race(data, Number(share)) } : { ...estimate(data) };
  },
  measured: ["seconds"],
  tolerance: 1e-3,
};

const COUNTS: Readonly<Record<Setting, number>> = { quick: 1, desk: 100, paper: 100 };

function race(data: MultiTask, share: number): Race {
  const problem = new MultiTaskProblem(data);
  const lambda = share * problem.lambdaMax();
  const U = minimized(eliminated(problem, lambda), 1e-10);
  const best = taskRidges(problem, lambda, square(U, N_FEATURES)).B;
  const objective = problem.objective(best, lambda);
  const gap = problem.dualityGap(best, lambda) / objective;
  if (!(gap < 1e-5)) throw new Error(`the optimum has a gap of ${gap}`);
  const ways: Record<string, Raced> = {};
  const seconds: Record<string, number[]> = {};
  for (const [name, way] of Object.entries(WAYS)) {
    const excess: number[] = [];
    const spent: number[] = [];
    let B: Float64Array = new Float64Array(data.truth.length);
    let [iteration, total, since] = [0, 0, processorSeconds()];
    const look = (): void => {
      excess.push(Math.max(problem.objective(B, lambda) / objective - 1, 0));
      spent.push(total);
    };
    for (const coefficients of way(problem, lambda)) {
      iteration += 1;
      if (!LOOKS.includes(iteration)) continue;
      B = coefficients();
      total += processorSeconds() - since;
      look();
      if (iteration === LAST || excess[excess.length - 1] < ARRIVED) break;
      since = processorSeconds();
    }
    // What has arrived, or stands still, keeps what it has.
    while (excess.length < LOOKS.length) look();
    ways[name] = { excess, gap: problem.dualityGap(B, lambda) / objective, rank: problem.rankOf(B) };
    seconds[name] = spent;
  }
  return { best: { objective, gap, rank: problem.rankOf(best) }, ways, seconds };
}

/** An excess that is rounding. */
const ARRIVED = 1e-14;

function processorSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

/** From normal numbers of standard deviation 0.3, until no slope is above the tolerance. */
function minimized(objective: SmoothObjective, gradientTolerance: number, maxIter = 10000): Float64Array {
  const random = seededRandom(2);
  const start = Float64Array.from({ length: objective.size }, () => 0.3 * random.normal());
  return minimize(objective, lbfgs(), start, { tol: gradientTolerance, maxIter }).x;
}

/** Shares of the largest lambda to choose from. */
const SHARES = Array.from({ length: 7 }, (_, k) => 0.4 * 0.01 ** (k / 6));

function estimate(data: MultiTask): Record<string, Estimated> {
  const problem = new MultiTaskProblem(data);
  const largest = problem.lambdaMax();
  const byFactors = (depth: number) => (lambda: number) => {
    const parametrization = lowRankProduct({
      nColumns: data.tasks.length,
      rank: Math.min(N_FEATURES, data.tasks.length),
      depth,
    });
    const objective = factorized(problem, parametrization, lambda);
    return objective.coefficients(minimized(objective, 1e-7, 300));
  };
  const alone = square(identity(), N_FEATURES);
  const known = square(Float64Array.from(data.directions.flatMap((direction) => [...direction])), N_FEATURES);
  const ways: Record<string, (lambda: number) => Float64Array> = {
    "each task by itself": (lambda) => taskRidges(problem, lambda, alone).B,
    "two factors": byFactors(2),
    "three factors": byFactors(3),
    "the space known": (lambda) => taskRidges(problem, lambda, known).B,
  };
  return Object.fromEntries(
    Object.entries(ways).map(([way, estimated]): [string, Estimated] => {
      const fits = SHARES.map((share) => estimated(share * largest));
      const B = fits.reduce((a, b) => (validationError(data, b) < validationError(data, a) ? b : a));
      const apart = B.map((b, k) => b - data.truth[k]);
      return [way, { error: dot(apart, apart) / dot(data.truth, data.truth), rank: problem.rankOf(B) }];
    }),
  );
}

function identity(): Float64Array {
  return Float64Array.from({ length: N_FEATURES ** 2 }, (_, k) => Number(k % (N_FEATURES + 1) === 0));
}

function validationError({ nFeatures, validation }: MultiTask, B: Float64Array): number {
  let sum = 0;
  validation.forEach(({ X, y }, t) => {
    const coef = B.subarray(t * nFeatures, (t + 1) * nFeatures);
    for (let i = 0; i < y.length; i++) sum += (rowDot(X, i, coef) - y[i]) ** 2;
  });
  return sum;
}
