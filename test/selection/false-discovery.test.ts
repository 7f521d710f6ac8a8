import assert from "node:assert/strict";
import {
  huber,
  lq,
  nonNegative,
  poisson,
  SmoothBridge,
  SmoothElasticNet,
  SmoothGroupLasso,
  SmoothLasso,
  SparseLinearModel,
} from "../../src";
import { normalTail } from "../../src/random/distributions";
import { seededRandom } from "../../src/random/random";
import { marginalFalseDiscovery } from "../../src/selection";
import { hadamardProduct } from "../../src/surrogate";
import { assertAtMost, assertClose } from "../support/assert-close";
import { linearData } from "../support/problems";

const { X, y } = linearData(12, 50, 8);
const average = (values: readonly number[]): number => values.reduce((a, b) => a + b) / values.length;
const column = (j: number): number[] => X.map((row) => row[j]);

describe("the marginal false discovery rate", () => {
  it("expects as many features as a response that nothing explains lets in", () => {
    const random = seededRandom(3);
    const [n, p, repeats] = [60, 150, 12];
    let selected = 0;
    let expected = 0;
    for (let repeat = 0; repeat < repeats; repeat++) {
      const data = Float64Array.from({ length: n * p }, () => random.normal());
      const noise = Float64Array.from({ length: n }, () => random.normal());
      const design = { data, nSamples: n, nFeatures: p };
      const found = marginalFalseDiscovery(new SmoothLasso(), design, noise, { lambdas: [0.26] });
      // What is expected is limited by what is selected; the formula is not.
      const [fit] = found.path.fits;
      const residual = fit.predict(design).map((value, i) => noise[i] - value);
      const rss = residual.reduce((sum, r) => sum + r * r, 0);
      expected += 2 * p * normalTail((Math.sqrt(n) * 0.26) / Math.sqrt(rss / (n - 1 - fit.support.length)));
      selected += found.selected[0];
      assertAtMost("the rate", found.rates[0], 1);
    }
    // About 6 of 150 each, so 72 in all with a standard deviation of 9.
    assert.ok(Math.abs(selected - expected) < 27, `selected ${selected}, expected ${expected}`);
    assert.ok(selected > 36, `${selected}`);
  });

  it("takes unscaled columns, penalty factors and one sign into account", () => {
    const lambda = 0.3;
    const penaltyFactors = [0, 1, 2, 1, 1, 1, 1, Infinity];
    const estimator = new SmoothElasticNet({
      standardize: false,
      nonNegative: true,
      penaltyFactors,
      l1Ratio: 0.7,
    });
    const found = marginalFalseDiscovery(estimator, X, y, { lambdas: [lambda] });
    const [fit] = found.path.fits;
    const predicted = fit.predict(X);
    const sigma = Math.sqrt(
      y.reduce((sum, value, i) => sum + (value - predicted[i]) ** 2, 0) / (50 - 1 - fit.support.length),
    );
    let sum = 0;
    for (let j = 1; j < 7; j++) {
      const center = average(column(j));
      const deviation = Math.sqrt(average(column(j).map((x) => (x - center) ** 2)));
      sum += normalTail((Math.sqrt(50) * lambda * 0.7 * penaltyFactors[j]) / (sigma * deviation));
    }
    assert.equal(fit.support[0], 0);
    assert.equal(found.selected[0], fit.support.length - 1);
    assertClose("expected", found.expected[0], Math.min(sum, found.selected[0]), 1e-12);
    assert.ok(sum < found.selected[0], "the limit must not hide the sum");
  });

  it("counts the directions that bounds leave to a coefficient", () => {
    const expectedWith = (bounds: readonly (readonly [number, number])[]): number => {
      const found = marginalFalseDiscovery(new SmoothLasso({ bounds }), X, y, { lambdas: [0.2] });
      assert.ok(found.expected[0] < found.selected[0], "the limit must not hide the sum");
      const [fit] = found.path.fits;
      const rss = fit.predict(X).reduce((sum, value, i) => sum + (y[i] - value) ** 2, 0);
      // Standardized columns have all the same chance in each direction.
      return (
        found.expected[0] / normalTail((Math.sqrt(50) * 0.2) / Math.sqrt(rss / (49 - fit.support.length)))
      );
    };
    const free = X[0].map(() => [-9, Infinity] as const);
    assertClose("no direction lost", expectedWith(free), 16, 1e-12);
    assertClose("one lost", expectedWith([...free.slice(0, 7), [0, 1]]), 15, 1e-12);
    assertClose("three lost", expectedWith([...free.slice(0, 6), [-1, 0], [0, 0]]), 13, 1e-12);
  });

  it("weighs rows by the curvature of the loss, with its offset and without an intercept", () => {
    const lambda = 0.2;
    const counts = y.map((value) => Math.max(0, Math.round(value + 1)));
    const offset = y.map((_, i) => (i % 3) / 4);
    const estimator = new SmoothLasso({ datafit: poisson(), fitIntercept: false });
    const found = marginalFalseDiscovery(estimator, X, counts, { lambdas: [lambda], offset });
    const [fit] = found.path.fits;
    const rates = X.map((row, i) => Math.exp(row.reduce((sum, x, j) => sum + x * fit.coef[j], offset[i])));
    let sum = 0;
    for (let j = 0; j < 8; j++) {
      const center = average(column(j));
      const deviation = Math.sqrt(average(column(j).map((x) => (x - center) ** 2)));
      const variance = average(rates.map((rate, i) => rate * (X[i][j] / deviation) ** 2));
      sum += 2 * normalTail((Math.sqrt(50) * lambda) / Math.sqrt(variance));
    }
    assertClose("expected", found.expected[0], Math.min(sum, found.selected[0]), 1e-12);
    assert.ok(sum < found.selected[0], "the limit must not hide the sum");
  });

  it("knows no rate where no degrees of freedom are left", () => {
    const wide = linearData(2, 12, 30);
    const found = marginalFalseDiscovery(new SmoothLasso({ tol: 1e-13 }), wide.X, wide.y, {
      lambdas: [0.5, 1e-4],
    });
    assert.equal(found.selected[1], 11);
    assert.ok(Number.isNaN(found.rates[1]) && found.rates[0] <= 1);
  });

  it("finds the smallest lambda at a rate, and shows the path", () => {
    const found = marginalFalseDiscovery(new SmoothLasso(), X, y, { nLambdas: 40 });
    const fit = found.fitAtRate(0.1);
    const k = found.path.fits.indexOf(fit);
    assert.ok(found.rates[k] <= 0.1 && found.rates.slice(k + 1).every((rate) => rate > 0.1));
    assert.deepEqual([...fit.support], [0, 1, 2]);
    assert.match(
      String(found),
      /^SmoothLasso, marginal false discoveries along \d+ lambdas\n +lambda +selected /,
    );
  });

  it("tells how the path goes, and judges the part that was fitted when interrupted", () => {
    const signal = { aborted: false };
    const tasks = new Set<string>();
    const found = marginalFalseDiscovery(new SmoothLasso(), X, y, {
      signal,
      onProgress({ task }) {
        tasks.add(task);
        signal.aborted = true;
      },
    });
    assert.deepEqual([...tasks], ["SmoothLasso.path"]);
    assert.deepEqual([found.lambdas.length, found.rates.length], [1, 1]);
  });

  it("refuses penalties, losses and options that it is not made for, in one sentence", () => {
    assert.throws(() => marginalFalseDiscovery(SmoothLasso as never, X, y), {
      name: "InputError",
      message:
        "marginalFalseDiscovery: estimator must be one such as new SmoothLasso(), got a function SmoothLasso; make one by new",
    });
    const refuses = (action: () => void, message: string): void => {
      assert.throws(action, { name: "InputError", message });
    };
    const slope =
      "one whose penalty has a finite slope at zero in every coordinate: l1, elasticNet, scad or mcp";
    const where = "marginalFalseDiscovery: ";
    refuses(
      () => marginalFalseDiscovery(new SmoothBridge({ q: 0.5 }), X, y),
      `${where}estimator must be ${slope}, got a SmoothBridge`,
    );
    refuses(
      () => marginalFalseDiscovery(new SmoothGroupLasso({ groups: [0, 0, 1, 1, 2, 2, 3, 3] }), X, y),
      `${where}estimator must be ${slope}, got a SmoothGroupLasso`,
    );
    refuses(
      () =>
        marginalFalseDiscovery(
          new SparseLinearModel({ parametrization: hadamardProduct({ depth: 3 }) }),
          X,
          y,
        ),
      `${where}estimator must be ${slope}, got "lq(0.6667)"`,
    );
    refuses(
      () => marginalFalseDiscovery(new SparseLinearModel({ penalty: nonNegative(lq({ q: 0.95 })) }), X, y),
      `${where}estimator must be ${slope}, got "nonNegative(lq(0.95))"`,
    );
    refuses(
      () => marginalFalseDiscovery(new SmoothLasso({ datafit: huber() }), X, y),
      `${where}datafit must be one of squaredError, logistic, poisson, cox, got "huber"`,
    );
    refuses(
      () => marginalFalseDiscovery(new SmoothLasso(), X, y, { sampleWeight: y } as object),
      `${where}every option must be one of lambdas, nLambdas, lambdaMinRatio, offset, onProgress, signal, got "sampleWeight"`,
    );
    refuses(
      () => marginalFalseDiscovery(new SmoothLasso({ adaptive: true }), X, y),
      `${where}adaptive must be false, since its weights depend on the response, got true`,
    );
    const found = marginalFalseDiscovery(new SmoothLasso(), X, y, { lambdas: [0.5] });
    refuses(
      () => found.fitAtRate(2),
      "MarginalFalseDiscovery.fitAtRate: rate must be a number from 0 to 1, got 2",
    );
  });
});
