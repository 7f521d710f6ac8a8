import assert from "node:assert/strict";
import {
  cox,
  type Datafit,
  huber,
  logCosh,
  logistic,
  poisson,
  squaredError,
  squaredHinge,
} from "../../../src/datafits";
import { SmoothLasso, SparseLinearModel } from "../../../src/estimators";
import type { ScoredFit } from "../../../src/estimators/fit/fitter";
import { explainsEnough } from "../../../src/estimators/path/follow-path";
import { mcp } from "../../../src/penalties";
import { linearData } from "../../support/problems";

const { X, y } = linearData(3, 60, 5);

/** Whether a path of fits of these shares ends. */
function ends(
  shares: readonly number[],
  { datafit = squaredError(), nLambdas = 100, convex = true, status = "converged" } = {},
): boolean {
  const fits = shares.map((devianceRatio) => ({ devianceRatio, fit: { status } }) as unknown as ScoredFit);
  return explainsEnough(fits, nLambdas, datafit, convex);
}

/** Four shares, then the last two. */
const lastSteps = (before: number, last: number): number[] => [0, 0.1, 0.2, before, last];

describe("a path along the library's lambdas", () => {
  it("ends as glmnet's does where a step adds less than 1e-5 of a squared error's share", () => {
    for (const share of [0.5, 0.01]) {
      assert.equal(ends(lastSteps(share, share * (1 + 0.9e-5))), true);
      assert.equal(ends(lastSteps(share, share * (1 + 1.1e-5))), false);
    }
  });

  it("ends where a step adds less than 1e-5 of the whole to a loss of classes", () => {
    for (const datafit of [logistic(), squaredHinge()]) {
      assert.equal(ends(lastSteps(0.01, 0.01 + 0.9e-5), { datafit }), true);
      assert.equal(ends(lastSteps(0.01, 0.01 + 1.1e-5), { datafit }), false);
    }
  });

  it("ends where four steps add less than 1e-5 of the share of counts and of survival", () => {
    for (const datafit of [poisson(), cox()]) {
      assert.equal(ends([0, 0.5, 0.5, 0.5, 0.5, 0.5 + 0.4e-5], { datafit }), true);
      assert.equal(ends([0, 0.4, 0.5, 0.5, 0.5, 0.5], { datafit }), false);
    }
  });

  it("ends above 0.999 whatever the loss, and not before the fifth lambda unless fewer are asked for", () => {
    const losses: Datafit[] = [squaredError(), logistic(), poisson(), cox(), huber()];
    for (const datafit of losses) {
      assert.equal(ends([0, 0.3, 0.6, 0.9, 0.9991], { datafit }), true);
      assert.equal(ends([0, 0.3, 0.6, 0.9, 0.9989], { datafit }), false);
      assert.equal(ends([0, 0.3, 0.6, 0.9991], { datafit }), false);
      assert.equal(ends([0, 0.3, 0.6, 0.9991], { datafit, nLambdas: 4 }), true);
      assert.equal(ends([0.5], { datafit, nLambdas: 1 }), false);
    }
  });

  it("goes on from a plateau where the next step may add much, or the last fit did not end", () => {
    const plateau = lastSteps(0.5, 0.5);
    assert.equal(ends(plateau), true);
    assert.equal(ends(plateau, { convex: false }), false);
    for (const datafit of [huber(), logCosh()]) assert.equal(ends(plateau, { datafit }), false);
    assert.equal(ends(plateau, { status: "max-iter" }), false);
  });

  it("is the first part of the whole path, and whole along lambdas of one's own", () => {
    const model = new SmoothLasso();
    const path = model.path(X, y);
    const [first] = path.lambdas;
    const lambdas = Array.from({ length: 100 }, (_, k) => path.lambdas[k] ?? first * 1e-4 ** (k / 99));
    const whole = model.path(X, y, { lambdas });
    assert.equal(whole.fits.length, 100);
    const share = whole.devianceRatio;
    const end = share.findIndex((r, k) => k >= 4 && (r > 0.999 || r - share[k - 1] < 1e-5 * r));
    assert.ok(end > 20 && end < 90, `${end}`);
    assert.equal(path.fits.length, end + 1);
    assert.deepEqual(path.coefs, whole.coefs.slice(0, end + 1));
  });

  it("is not cut at the first plateau of MCP", () => {
    const path = new SparseLinearModel({ penalty: mcp() }).path(X, y, { nLambdas: 30 });
    const gains = path.devianceRatio.map((share, k) => (k === 0 ? 1 : share - path.devianceRatio[k - 1]));
    const plateau = gains.findIndex((gain, k) => k >= 4 && Math.abs(gain) < 1e-9);
    assert.ok(plateau > 0 && plateau < path.fits.length - 1, `${plateau} of ${path.fits.length}`);
    assert.ok(path.df[path.fits.length - 1] > path.df[plateau]);
  });

  it("tells of its end", () => {
    const messages: string[] = [];
    const path = new SmoothLasso().path(X, y, {
      onProgress: ({ done, total, message }) => {
        if (done === total) messages.push(message);
      },
    });
    assert.deepEqual(messages, [`explained after ${path.fits.length} lambdas`]);
  });
});
