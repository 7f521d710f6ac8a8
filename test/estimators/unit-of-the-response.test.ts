/** Losses with a kink in the unit of the response, which is left to them. */
import assert from "node:assert/strict";
import { type Datafit, huber, logCosh, quantile } from "../../src/datafits";
import { responseScale } from "../../src/datafits/robust-loss";
import { fitFromJSON, QuantileLasso, SmoothLasso, type SparseLinearFit } from "../../src/estimators";
import { surrogateObjective } from "../../src/estimators/named/surrogate-objective";
import { hadamardProduct } from "../../src/parametrizations";
import { assertAllClose, assertAtMost, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

const { X, y } = linearData(5, 60, 6);
const offset = X.map((row) => 2 * row[3] - 1);
const sampleWeight = y.map((_, i) => 1 + (i % 3));
const units = [1e-6, 1e-3, 1e6, -1];
const times = (values: ArrayLike<number>, unit: number): number[] => Array.from(values, (v) => v * unit);

/** By how much `lambda` is larger in other units: the slope of a quantile loss has none, those of Huber's and of log-cosh are in that of `y`. */
const open: readonly (readonly [Datafit, (unit: number) => number])[] = [
  [quantile(), () => 1],
  [huber(), Math.abs],
  [logCosh(), Math.abs],
];

describe("the unit of a response", () => {
  for (const [datafit, lambdaFactor] of open) {
    it(`is that of coefficients with ${datafit.name}, whatever it is`, () => {
      const options = { datafit, tol: 1e-10 };
      const path = new SmoothLasso(options).path(X, y, {
        nLambdas: 6,
        lambdaMinRatio: 0.03,
        offset,
        sampleWeight,
      });
      assert.ok(path.df[0] === 0 && path.df[5] > 3);
      for (const unit of units) {
        const other = new SmoothLasso(options).path(X, times(y, unit), {
          lambdas: times(path.lambdas, lambdaFactor(unit)),
          offset: times(offset, unit),
          sampleWeight,
        });
        path.fits.forEach((fit, k) => {
          const { coef, intercept, status } = other.fits[k];
          assert.equal(status, "converged");
          assertAllClose(`${unit}, lambda ${k}`, times(coef, 1 / unit), fit.coef, 1e-4);
          assertClose(`intercept ${unit}, lambda ${k}`, intercept / unit, fit.intercept, 1e-4);
        });
        assertAllClose("ebic", fromFirst(other.ebic), fromFirst(path.ebic), 1e-3);
      }
    });

    it(`is taken of the response less its offset with ${datafit.name}, and not of copies of rows`, () => {
      const model = new SmoothLasso({ datafit, lambda: 0.02, tol: 1e-12 });
      const fit = model.fit(X, y, { offset, sampleWeight });
      const rest = y.map((value, i) => value - offset[i]);
      const same = model.fit(X, rest, { sampleWeight });
      assertAllClose("offset", fit.coef, same.coef, 1e-8);
      const copies = (values: readonly unknown[]) =>
        values.flatMap((value, i) => new Array<never>(sampleWeight[i]).fill(value as never));
      assertAllClose("copies", model.fit(copies(X), copies(rest)).coef, same.coef, 1e-8);
    });

    it(`is kept by a fit with ${datafit.name}, where it is read from a file and refitted`, () => {
      const fit = new SmoothLasso({ datafit, lambda: 0.02 }).fit(X, times(y, 1e6));
      const { $made: factory, args } = (fit.toJSON() as unknown as { datafit: Made }).datafit;
      assert.equal(factory, datafit.name.split("(")[0]);
      const width = args[0].smoothing ?? args[0].delta!;
      assert.ok(width > 1e4, `${width}`);
      const again = fitFromJSON(JSON.parse(JSON.stringify(fit.toJSON()))) as SparseLinearFit;
      assert.equal(again.score(X, times(y, 1e6)), fit.score(X, times(y, 1e6)));
      assertAllClose("refit", times(fit.refit().coef, 1e-6), refitInUnits(datafit), 1e-4);
    });

    it(`is that of a surrogate with ${datafit.name}`, () => {
      const valueIn = (unit: number): number => {
        const factor = lambdaFactor(unit);
        const objective = surrogateObjective(X, times(y, unit), {
          ...{ datafit, parametrization: hadamardProduct({ depth: 2 }), lambda: 0.1 * factor },
        });
        const x = objective.startingPoint().map((_, k) => Math.sqrt(Math.abs(unit)) * Math.cos(k));
        return objective.valueAndGradient(x, new Float64Array(x.length)) / (factor * Math.abs(unit));
      };
      assertClose("value", valueIn(1e6), valueIn(1), 1e-12);
    });
  }

  it("has folds of a cross-validation choose the same lambda", () => {
    for (const [datafit, lambdaFactor] of open) {
      const chosenIn = (unit: number): number => {
        const options = { nLambdas: 8, lambdaMinRatio: 0.01, folds: 5, seed: 1 };
        const cv = new SmoothLasso({ datafit, tol: 1e-9 }).crossValidate(X, times(y, unit), options);
        return cv.lambdaMin / lambdaFactor(unit);
      };
      const own = chosenIn(1);
      for (const unit of [1e-3, 1e6]) assertClose(datafit.name, chosenIn(unit) / own, 1, 1e-9);
    }
  });

  it("leaves the quantile regression of a linear program, but for a quarter of the window", () => {
    const lambda = 0.03;
    for (const tau of [0.5, 0.9]) {
      for (const unit of units) {
        const inUnits = times(y, unit);
        const exact = new QuantileLasso({ tau, lambda, standardize: false }).fit(X, inUnits);
        const model = new SmoothLasso({ datafit: quantile({ tau }), lambda, standardize: false });
        const fit = model.fit(X, inUnits);
        const eta = fit.predict(X);
        let objective = lambda * fit.coef.reduce((sum, b) => sum + Math.abs(b), 0);
        inUnits.forEach((value, i) => {
          const r = value - eta[i];
          objective += Math.max(tau * r, (tau - 1) * r) / y.length;
        });
        const quarter = (0.1 * responseScale(Float64Array.from(inUnits))) / 4;
        assertAtMost("objective", objective, 1.00001 * exact.certificate.objective + quarter);
      }
    }
  });

  it("is none of a constant response, whose fit is the null model", () => {
    for (const [datafit] of open) {
      const fit = new SmoothLasso({ datafit, lambda: 0.1 }).fit(
        X,
        y.map(() => 7),
      );
      assert.equal(fit.status, "converged");
      assertAllClose("coefficients", fit.coef, new Float64Array(6), 0);
      assertClose("intercept", fit.intercept, 7, 1e-8);
    }
  });
});

interface Made {
  readonly $made: string;
  readonly args: readonly { readonly smoothing?: number; readonly delta?: number }[];
}

/** Each value less the first: what data alone contribute cancels. */
const fromFirst = (values: ArrayLike<number>): number[] => Array.from(values, (value) => value - values[0]);

function refitInUnits(datafit: Datafit): Float64Array {
  return new SmoothLasso({ datafit, lambda: datafit.name.startsWith("quantile") ? 0.02 : 0.02e-6 })
    .fit(X, y)
    .refit().coef;
}
