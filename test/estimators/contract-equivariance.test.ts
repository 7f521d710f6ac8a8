/** How every estimator follows its data when they are reordered, rescaled or moved. */
import assert from "node:assert/strict";
import { seededRandom } from "../../src";
import { huber, logCosh, quantile, squaredError } from "../../src/datafits";
import {
  type ModelOptions,
  type PathOptions,
  SmoothBridge,
  SmoothGroupBridge,
  SmoothGroupLasso,
  SmoothLasso,
  type SparseLinearFit,
  type SparsePath,
} from "../../src/estimators";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { datafitCases } from "../support/datafit-cases";
import { firstColumns } from "../support/estimator-features";
import { type Estimator, estimators } from "../support/estimators";
import { type LinearData, linearData } from "../support/problems";

const data = linearData(7, 40, 6);
const { X, y } = data;

/** Reordered columns or rows. */
const pick = <T>(values: readonly T[], order: Int32Array): T[] => Array.from(order, (i) => values[i]);

for (const { title, convex, make, rescaled, scales } of estimators) {
  const [largest] = make().path(X, y, { nLambdas: 1 }).lambdas;
  const lambda = 0.1 * largest;
  // Without a gap what is measured is the gradient, which has fewer digits.
  const tol = convex ? 1e-13 : 1e-11;
  const fitOf = (
    options: ModelOptions = {},
    rows: LinearData = data,
    columns: readonly number[] = firstColumns(6),
  ): SparseLinearFit => make({ lambda, tol, ...options }, columns).fit(rows.X, rows.y);

  describe(`${title}, as every estimator,`, () => {
    const fit = fitOf();

    it("follows a permutation of the features and of the rows", () => {
      const random = seededRandom(1);
      for (let trial = 0; trial < 3; trial++) {
        const [features, rows] = [random.permutation(6), random.permutation(40)];
        const shuffled = { X: pick(X, rows).map((row) => pick(row, features)), y: pick(y, rows) };
        const other = fitOf({}, shuffled, [...features]);
        assert.equal(other.status, "converged");
        assertAllClose("coef", other.coef, pick([...fit.coef], features), 1e-9);
        assertClose("intercept", other.intercept, fit.intercept, 1e-9);
        assertClose("objective", other.certificate.objective, fit.certificate.objective, 1e-12);
      }
    });

    it("follows the scale and the origin of X, from 1e-8 to 1e8", () => {
      for (const scale of [1e-8, 1e8]) {
        const moved = X.map((row) => row.map((x) => scale * (x + 3)));
        const other = fitOf({}, { X: moved, y });
        const back = other.coef.map((b) => b * scale);
        assert.equal(other.status, "converged");
        assertAllClose(`scale ${scale}`, back, fit.coef, 1e-7);
        assert.deepEqual(other.support, fit.support);
        assertAllClose("predictions", other.predict(moved), fit.predict(X), 1e-7);
        assertClose("objective", other.certificate.objective, fit.certificate.objective, 1e-9);
      }
    });

    it("follows the scale and the origin of y, with lambda scaled by the degree of its penalty", () => {
      for (const scale of scales) {
        const response = y.map((v) => scale * (v - 5));
        const other = fitOf(rescaled(lambda, scale), { X, y: response });
        assert.equal(other.status, "converged");
        const back = other.coef.map((b) => b / scale);
        assertAllClose(`scale ${scale}`, back, fit.coef, 1e-9);
        assertClose("intercept", other.intercept / scale, fit.intercept - 5, 1e-9);
      }
    });

    it("keeps its digits where the means of the columns are 1e8", () => {
      const far = fitOf({ tol: 1e-9 }, { X: X.map((row) => row.map((x) => x + 1e8)), y });
      assert.equal(far.status, "converged");
      // The entries themselves lost eight of their digits.
      assertAllClose("coef", far.coef, fit.coef, 1e-6);
    });

    it("has columns of scale 1e-6 to 1e6 as if they had the same, since it standardizes", () => {
      const units = X[0].map((_, j) => 10 ** ((12 * j) / 5 - 6));
      const other = fitOf({}, { X: X.map((row) => row.map((x, j) => x * units[j])), y });
      assert.equal(other.status, "converged");
      assertAllClose(
        "coef",
        other.coef.map((b, j) => b * units[j]),
        fit.coef,
        1e-9,
      );
    });
  });
}

/** A change of responses that a loss allows, and what it makes of a fit. */
interface Move {
  readonly name: string;
  readonly of: (y: number) => number;
  /** Factors of coefficients and intercept, of the loss, and of a coefficient of the penalty `|b|^q` in lambda. */
  readonly coef: number;
  readonly loss: number;
  readonly shift: number;
}

const shiftBy = (shift: number): Move => ({
  ...{ name: `plus ${shift}`, of: (y) => y + shift, coef: 1, loss: 1, shift },
});
const shifts = [-3, 100, 1e6].map(shiftBy);
const classesSwapped: readonly Move[] = [
  { name: "with classes swapped", of: (y) => 1 - y, coef: -1, loss: 1, shift: 0 },
];
const times = (factor: number, as: Pick<Move, "coef" | "loss" | "shift">): Move => ({
  ...{ name: `times ${factor}`, of: (y) => factor * y, ...as },
});
const scaled = (loss: (factor: number) => number): readonly Move[] =>
  [-1, 1e-50, 1e6, 1e50].map((factor) => times(factor, { coef: factor, loss: loss(factor), shift: 0 }));
/** Of losses of `y / exp(eta)`, or times `y`. */
const inUnits = (least: number, loss: (factor: number) => number): readonly Move[] =>
  [least, 1e-6, 1e6, 1e100].map((factor) =>
    times(factor, { coef: 1, loss: loss(factor), shift: Math.log(factor) }),
  );

/** The moves that a loss of each factory allows, whatever its options are, or one with its options. */
const movesOf: Readonly<Record<string, readonly Move[]>> = {
  squaredError: shifts,
  huber: shifts,
  logCosh: shifts,
  quantile: shifts,
  logistic: classesSwapped,
  squaredHinge: classesSwapped,
  poisson: inUnits(1e-9, (factor) => factor),
  gamma: inUnits(1e-100, () => 1),
  cox: [1e-100, 1e100].map((factor) => times(factor, { coef: 1, loss: 1, shift: 0 })),
  multinomial: [],
  negativeBinomial: [],
  tweedie: [],
  // Beyond, Newton's method takes two units of the predictor a step.
  "tweedie(1.5)": inUnits(1e-9, Math.sqrt).slice(0, 3),
  binomial: classesSwapped,
  "binomial(cloglog)": [],
};

const groupsOfTwo = [0, 0, 1, 1, 2, 2];
const penalized: readonly {
  readonly name: string;
  readonly q: number;
  readonly make: (options: ModelOptions) => Estimator;
}[] = [
  { name: "lasso", q: 1, make: (options) => new SmoothLasso(options) },
  { name: "group lasso", q: 1, make: (options) => new SmoothGroupLasso({ groups: groupsOfTwo, ...options }) },
  { name: "bridge", q: 0.5, make: (options) => new SmoothBridge({ q: 0.5, ...options }) },
  {
    ...{ name: "group bridge", q: 0.5 },
    make: (options) => new SmoothGroupBridge({ groups: groupsOfTwo, q: 0.5, ...options }),
  },
];

const iterations = ({ fits }: SparsePath): number => fits.reduce((total, { nIter }) => total + nIter, 0);

describe("the fits of every loss", () => {
  const { X: rows } = linearData(11, 30, 6);
  const sampleWeight = rows.map((_, i) => 1 + (i % 3));
  const followers = datafitCases
    .filter(({ datafit }) => datafit.responses === undefined)
    .map(({ factory, datafit, draw }) => ({
      datafit,
      moves: movesOf[datafit.name] ?? movesOf[factory],
      target: draw(30, 4),
    }));
  const open: typeof followers = [
    [squaredError(), (factor: number) => factor ** 2] as const,
    [huber(), (factor: number) => factor ** 2] as const,
    [logCosh(), (factor: number) => factor ** 2] as const,
    [quantile({ tau: 0.5 }), Math.abs] as const,
  ].map(([datafit, loss]) => ({
    datafit,
    moves: scaled(loss),
    target: Float64Array.from(rows, (row, i) => row[0] - row[2] + Math.sin(5 * i)),
  }));

  for (const { datafit, moves, target } of [...followers, ...open]) {
    for (const { name, q, make } of penalized) {
      it(`follow what ${datafit.name} allows for a ${name}, at no more expense`, () => {
        const largest = new SmoothLasso({ datafit }).path(rows, target, { nLambdas: 1 }).lambdas[0];
        const lambdas = [0.3, 0.1, 0.03].map((share) => share * largest);
        for (const run of [{}, { sampleWeight }] satisfies PathOptions[]) {
          const options = { datafit, tol: 1e-9 };
          const own = make(options).path(rows, target, { lambdas, ...run });
          for (const { name: change, of, coef, loss, shift } of moves) {
            const factor = loss / Math.abs(coef) ** q;
            const other = make(options).path(rows, target.map(of), {
              lambdas: lambdas.map((lambda) => factor * lambda),
              ...run,
            });
            other.fits.forEach((fit, k) => {
              const before = own.fits[k];
              assert.equal(fit.status, "converged", change);
              if (q < 1) return; // which of several minima is found depends on the last digits of the responses
              const back = fit.coef.map((b) => b / coef);
              assertAllClose(`${change}, coefficients`, back, before.coef, 1e-5);
              const intercept = (fit.intercept - shift) / (shift === 0 ? coef : 1);
              assertClose(`${change}, intercept`, intercept, before.intercept, 1e-5);
            });
            assertAtMost(`${change}, iterations`, iterations(other), 50 + 10 * iterations(own));
          }
        }
      });
    }
  }
});
