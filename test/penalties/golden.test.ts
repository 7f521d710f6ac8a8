import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import path from "node:path";
import { elasticNet, l1, mcp, nonNegative, type Penalty, scad } from "../../src/penalties";
import { certify } from "../../src/problem/certificate";
import { profileAt, type SparseProblem } from "../../src/problem/problem";
import { seededRandom } from "../../src/random/random";
import { assertAtMost, assertClose } from "../support/assert-close";
import { problemOf } from "../support/problems";

/** The file format, described in `test/golden/README.md`. */
interface PenaltyFile {
  readonly n: number;
  readonly p: number;
  readonly standardize: boolean;
  readonly intercept: boolean;
  readonly alpha?: number;
  readonly lambdas: readonly number[];
  readonly coefficients: readonly (readonly number[])[];
  readonly intercepts: readonly number[];
  readonly y: readonly number[];
  readonly X: readonly number[];
}

/** A reference path as solutions of our problem. */
interface Reference {
  readonly problem: SparseProblem;
  readonly lambdas: readonly number[];
  readonly solutions: readonly Float64Array[];
}

/** glmnet's `lambda (alpha |b| + (1 - alpha) / (2 sd) b^2)`, `sd^2` the mean of `y^2`, as ours: the ratio and the factor of lambda. */
function elasticNetOf({ y, alpha = 1 }: PenaltyFile): { readonly l1Ratio: number; readonly factor: number } {
  const sd = Math.sqrt(y.reduce((sum, value) => sum + value ** 2, 0) / y.length);
  const factor = alpha + (1 - alpha) / sd;
  return { l1Ratio: alpha / factor, factor };
}

/** The problem of a file on the scale its penalty acts on, ncvreg's columns divided by their deviation of divisor n. */
function referenceOf(name: string, penaltyOf: (file: PenaltyFile) => Penalty): Reference {
  const text = readFileSync(path.resolve(__dirname, `../../../test/golden/${name}.json`), "utf8");
  const file = JSON.parse(text) as PenaltyFile;
  const { n, p, X, y, standardize, intercept } = file;
  const scales = Array.from({ length: p }, (_, j) => {
    if (!standardize) return 1;
    const column = X.slice(j * n, (j + 1) * n);
    const mean = column.reduce((sum, x) => sum + x / n, 0);
    return Math.sqrt(column.reduce((sum, x) => sum + (x - mean) ** 2 / n, 0));
  });
  const rows = Array.from({ length: n }, (_, i) => scales.map((scale, j) => X[j * n + i] / scale));
  return {
    problem: problemOf(
      { X: rows, y: [...y] },
      penaltyOf(file),
      intercept ? [new Float64Array(n).fill(1)] : [],
    ),
    lambdas: file.alpha === undefined ? file.lambdas : file.lambdas.map((l) => l * elasticNetOf(file).factor),
    solutions: file.coefficients.map((b) => Float64Array.from(b, (entry, j) => entry * scales[j])),
  };
}

const cases: readonly (readonly [string, (file: PenaltyFile) => Penalty])[] = [
  ["mcp", () => mcp({ gamma: 3 })],
  ["wide-mcp", () => mcp({ gamma: 3 })],
  ["scad", () => scad({ gamma: 3.7 })],
  ["wide-scad", () => scad({ gamma: 3.7 })],
  ["enet-raw", (file) => elasticNet({ l1Ratio: elasticNetOf(file).l1Ratio })],
  ["lasso-nonneg", () => nonNegative(l1())],
];

describe("the penalties at the solutions of other packages", () => {
  for (const [name, penaltyOf] of cases) {
    const { problem, lambdas, solutions } = referenceOf(name, penaltyOf);
    const { penalty } = problem;
    const nullProfile = profileAt(problem, new Float64Array(solutions[0].length), new Float64Array(1));
    const certificateAt = (beta: Float64Array, lambda: number) =>
      certify(problem, lambda, beta, profileAt(problem, beta, new Float64Array(problem.free.size)), 0);

    it(`find those of ${name} stationary, and not for another lambda`, () => {
      lambdas.forEach((lambda, k) => {
        assertAtMost(`lambda ${lambda}`, certificateAt(solutions[k], lambda).violation, 1e-6 * lambda);
      });
      assertAtMost("violation", 1e-3 * lambdas[4], certificateAt(solutions[4], 1.1 * lambdas[4]).violation);
    });

    it(`leave the null model of ${name} at the first lambda`, () => {
      const curvature = new Float64Array(solutions[0].length).fill(1);
      assertClose("ratio", penalty.lambdaMax(nullProfile.gradient, curvature) / lambdas[0], 1, 1e-9);
    });

    if (penalty.convex) {
      it(`certify those of ${name} by a duality gap, which bounds what others are above them`, () => {
        const random = seededRandom(1);
        lambdas.forEach((lambda, k) => {
          const best = certificateAt(solutions[k], lambda);
          assert.ok(best.dualityGap !== undefined);
          assertAtMost("gap", best.dualityGap, 1e-9 * nullProfile.loss);
          // Upwards, so that coefficients stay in the domain of each penalty.
          const other = solutions[k].map((b) => (random.uniform() < 0.5 ? b : b + Math.abs(random.normal())));
          const { objective, dualityGap } = certificateAt(other, lambda);
          assertAtMost("objective", objective - best.objective, dualityGap!, 1e-9);
        });
      });
    } else {
      it(`find no coordinate of ${name} to improve on, where columns have curvature 1`, () => {
        lambdas.forEach((lambda, k) => {
          assertAtMost(`lambda ${lambda}`, certificateAt(solutions[k], lambda).singleCoordinateGain, 1e-9);
        });
      });
    }
  }
});
