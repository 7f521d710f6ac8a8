/**
 * How often intervals after a lasso have the coefficient, in a thousand simulated data sets each: 95 % and at most 1.5 % beside it.
 *
 * `COVERAGE_DRAWS` sets their number.
 */
import assert from "node:assert/strict";
import {
  binomial,
  cox,
  type Datafit,
  fitOnSupport,
  logistic,
  type SeededRandom,
  SmoothLasso,
  seededRandom,
  squaredError,
} from "../../src";
import type { CoefficientInference } from "../../src/estimators";
import { debiasedLasso, selectiveInference } from "../../src/selection";

const DRAWS = Number(process.env.COVERAGE_DRAWS ?? 1000);

const [nSamples, correlation] = [100, 0.4];
const effects = new Map([1, -0.8, 0.6, -0.4].map((effect, k) => [2 + 4 * k, effect]));
const effectOf = (j: number): number => effects.get(j) ?? 0;
const active = [...effects.keys()];

interface Draw {
  readonly X: number[][];
  /** Linear predictors. */
  readonly eta: number[];
  readonly y: number[];
}

/** The features that inference is of, and the coefficients that intervals should have. */
interface Judged {
  readonly inference: CoefficientInference;
  readonly targets: readonly number[];
}

interface Case {
  readonly title: string;
  /** Default: 20. */
  readonly nFeatures?: number;
  /** Share of the draws that are made. Default: 1. */
  readonly share?: number;
  respond(eta: number, random: SeededRandom): number;
  /** Undefined where nothing, or not what the targets need, was selected. */
  judge(draw: Draw): Judged | undefined;
}

const uniform = (random: SeededRandom): number => 1 - random.uniform();
const probability = (eta: number): number => 1 / (1 + Math.exp(-eta));

function draw({ respond, nFeatures = 20 }: Case, random: SeededRandom): Draw {
  const X = Array.from({ length: nSamples }, () => {
    const row: number[] = [];
    for (let j = 0; j < nFeatures; j++) {
      const own = random.normal();
      row.push(j === 0 ? own : correlation * row[j - 1] + Math.sqrt(1 - correlation ** 2) * own);
    }
    return row;
  });
  const eta = X.map((row) => row.reduce((sum, x, j) => sum + x * effectOf(j), 0));
  return { X, eta, y: eta.map((each) => respond(each, random)) };
}

/** Selective inference on a lasso; the targets are of the model with the features that it selected. */
function selective(
  lambda: number,
  datafit: Datafit,
  targetsOf: (drawn: Draw, support: number[]) => readonly number[] | undefined,
): Case["judge"] {
  return (drawn) => {
    const fit = new SmoothLasso({ lambda, datafit }).fit(drawn.X, drawn.y);
    const support = [...fit.support];
    const targets = support.length === 0 ? undefined : targetsOf(drawn, support);
    return targets && { inference: selectiveInference(fit), targets };
  };
}

function debiased(datafit: Datafit): Case["judge"] {
  return ({ X, y }) => ({
    inference: debiasedLasso(X, y, { datafit, onProgress() {} }),
    targets: X[0].map((_, j) => effectOf(j)),
  });
}

const gaussian = (eta: number, random: SeededRandom): number => eta + random.normal();
const label = (eta: number, random: SeededRandom): number => (uniform(random) < probability(eta) ? 1 : 0);

const cases: readonly Case[] = [
  {
    title: "selectiveInference, squared error, lambda 0.15",
    respond: gaussian,
    judge: selective(0.15, squaredError(), ({ X, eta }, support) => {
      const { coef } = fitOnSupport(X, eta, support);
      return support.map((j) => coef[j]);
    }),
  },
  {
    title: "selectiveInference, logistic, lambda 0.05",
    respond: label,
    judge: selective(0.05, logistic(), ({ X, eta }, support) => {
      const { coef } = fitOnSupport(X, eta.map(probability), support, { datafit: binomial() });
      return support.map((j) => coef[j]);
    }),
  },
  {
    title: "selectiveInference, Cox, lambda 0.06, where all four were selected",
    respond(eta, random) {
      const [time, censored] = [-Math.log(uniform(random)) * Math.exp(-eta), -3 * Math.log(uniform(random))];
      return time < censored ? time : -censored;
    },
    // Then the model with the features is the true one.
    judge: selective(0.06, cox(), (_, support) =>
      active.every((j) => support.includes(j)) ? support.map(effectOf) : undefined,
    ),
  },
  { title: "debiasedLasso, squared error", respond: gaussian, judge: debiased(squaredError()) },
  { title: "debiasedLasso, logistic", respond: label, judge: debiased(logistic()) },
  {
    title: "debiasedLasso, squared error, 150 features",
    nFeatures: 150,
    share: 1 / 20, // which take about as long as all of 20 features
    respond: gaussian,
    judge: debiased(squaredError()),
  },
];

describe("intervals after a lasso", () => {
  for (const each of cases) {
    const { title, share = 1 } = each;
    it(`have 95 % of the coefficients: ${title}`, () => {
      const random = seededRandom(1);
      const all = { covered: 0, count: 0 };
      const ofActive = { covered: 0, count: 0 };
      let nJudged = 0;
      for (let k = 0; k < DRAWS * share; k++) {
        const judged = each.judge(draw(each, random));
        if (judged === undefined) continue;
        nJudged++;
        const { names, lower, upper } = judged.inference;
        judged.targets.forEach((target, m) => {
          const isCovered = lower[m] <= target && target <= upper[m] ? 1 : 0;
          for (const counts of active.includes(Number(names[m].slice(1))) ? [all, ofActive] : [all]) {
            counts.covered += isCovered;
            counts.count++;
          }
        });
      }
      const coverage = all.covered / all.count;
      const percent = (of: typeof all): string => `${((100 * of.covered) / of.count).toFixed(1)} %`;
      process.stdout.write(
        `${title}: ${percent(all)} of ${all.count} intervals in ${nJudged} data sets, ${percent(ofActive)} where there is an effect\n`,
      );
      assert.ok(Math.abs(coverage - 0.95) <= 0.015, `${coverage}`);
    });
  }
});
