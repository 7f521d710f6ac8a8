import assert from "node:assert/strict";
import { huber, logCosh, quantile } from "../../src/datafits";
import { SmoothLasso, type SparsePath } from "../../src/estimators";
import { assertAllClose } from "../support/assert-close";
import { linearData } from "../support/problems";

const { X, y } = linearData(3, 30, 6);
const lambdas = [1, 0.3, 0.1, 0.03];
const n = 30;

const sum = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0);

/** Each value less the first: what data alone contribute cancels. */
const fromFirst = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value - values[0]);

describe("information criteria of robust losses", () => {
  it("do not depend on the unit of the response", () => {
    for (const datafitOf of [
      (k: number) => huber({ delta: 0.5 * k }),
      (k: number) => logCosh({ delta: 0.5 * k }),
      (k: number) => quantile({ tau: 0.3, smoothing: 0.1 * k }),
    ]) {
      const pathIn = (unit: number): SparsePath => {
        const rule = datafitOf(unit);
        const power = rule.name.startsWith("quantile") ? 1 : unit; // the slope of the loss, with which lambda goes
        const grid = [0.3, 0.1, 0.03, 0.01].map((lambda) => lambda * power);
        const inUnits = y.map((value) => value * unit);
        return new SmoothLasso({ datafit: rule, tol: 1e-10 }).path(X, inUnits, { lambdas: grid });
      };
      const path = pathIn(1);
      assert.ok(new Set(path.df).size > 2);
      for (const unit of [0.01, 100]) {
        for (const criterion of ["aic", "bic", "ebic"] as const) {
          const [given, other] = [fromFirst(path[criterion]), fromFirst(pathIn(unit)[criterion])];
          assertAllClose(`${criterion} in units of ${unit}`, other, given, 1e-4);
        }
      }
    }
  });

  it("of Huber's loss are those of a squared error where no residual is large, of Laplace's distribution where all are", () => {
    const squares = new SmoothLasso({ tol: 1e-12 }).path(X, y, { lambdas });
    const wide = new SmoothLasso({ datafit: huber({ delta: 100 }), tol: 1e-12 }).path(X, y, { lambdas });
    assertAllClose("bic", fromFirst(wide.bic), fromFirst(squares.bic), 1e-6);
    const delta = 1e-4;
    const path = new SmoothLasso({ datafit: huber({ delta }) }).path(X, y, { lambdas: [7e-5, 4e-5, 3e-6] });
    const expected = path.fits.map((fit) => {
      const eta = fit.decisionFunction(X);
      const size = sum(y.map((value, i) => Math.abs(value - eta[i]))) / n;
      return 2 * n * Math.log(size) + 2 * (fit.support.length + 1);
    });
    assert.ok(path.df[2] > path.df[0], `${path.df}`);
    assertAllClose("aic", fromFirst(path.aic), fromFirst(expected), 1e-2);
  });
});
