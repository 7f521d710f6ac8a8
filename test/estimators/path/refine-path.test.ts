import assert from "node:assert/strict";
import type { ProgressEvent } from "../../../src";
import { SmoothBridge, SmoothLasso, SparseLinearModel, type SparsePath } from "../../../src/estimators";
import { lbfgs } from "../../../src/optimizers";
import { hadamardProduct } from "../../../src/parametrizations";
import { groupMcp, lq, mcp } from "../../../src/penalties";
import { coordinateDescent } from "../../../src/solvers/classical";
import { abortedAfter } from "../../support/aborted-after";
import { assertAtMost } from "../../support/assert-close";
import { linearData } from "../../support/problems";

const { X, y } = linearData(5, 40, 80, 1.5);
const grid = { nLambdas: 8, lambdaMinRatio: 0.02 };

describe("a path of fits that are not convex and thoroughly searched", () => {
  const paths: readonly (readonly [string, () => SparsePath])[] = [
    ["mcp", () => new SparseLinearModel({ penalty: mcp(), search: "thorough" }).path(X, y, grid)],
    ["a bridge", () => new SmoothBridge({ q: 0.5, search: "thorough" }).path(X, y, grid)],
  ];
  for (const [name, run] of paths) {
    it(`of ${name} cannot be improved from a neighbouring fit on either side`, () => {
      const { fits } = run();
      const options =
        name === "mcp" ? { penalty: mcp() } : { parametrization: hadamardProduct({ depth: 4 }) };
      let swept = 0;
      fits.forEach((fit, k) => {
        swept += fit.starts.filter(({ start }) => start === "a neighbour on the path").length;
        for (const init of [fits[k - 1], fits[k + 1]]) {
          if (!init) continue;
          const model = new SparseLinearModel({
            ...options,
            init,
            lambda: fit.lambda,
            solver: coordinateDescent(),
          });
          const other = model.fit(X, y).certificate.objective;
          assertAtMost(`lambda ${fit.lambda}`, fit.certificate.objective, other * (1 + 1e-8));
        }
        const ends = fit.starts.map(({ objective }) => objective);
        assertAtMost("best of its ways", fit.certificate.objective, Math.min(...ends), 1e-12);
      });
      assertAtMost("at least one try a step", fits.length - 1, swept);
    });
  }

  const threes = Array.from({ length: 840 }, (_, j) => Math.floor(j / 3));
  // The two methods end in other minima at single lambdas, either one in the lower.
  for (const [name, penalty, method, most, slack] of [
    ["mcp", mcp(), coordinateDescent(), 1, 0.01],
    ["a bridge", lq({ q: 0.5 }), coordinateDescent(), 1, 1e-9],
    ["group mcp", groupMcp(threes), coordinateDescent(), 3, 0.01],
  ] as const) {
    it(`of ${name} goes one way a lambda by default, to no higher ends than ${method.name}`, () => {
      const { X: large, y: response } = linearData(5, 300, 840, 1.5);
      const options = { penalty, standardize: false };
      const { fits, lambdas } = new SparseLinearModel(options).path(large, response, grid);
      const other = new SparseLinearModel({ ...options, solver: method });
      const classical = other.path(large, response, { lambdas });
      assertAtMost("features at first", fits[0].support.length, most);
      assertAtMost("ten features at the end", 10, fits.at(-1)!.support.length);
      fits.forEach(({ starts, status, certificate: { objective } }, k) => {
        assert.deepEqual([starts, status], [[], "converged"]);
        assertAtMost("objective", objective, classical.fits[k].certificate.objective * (1 + slack));
      });
    });
  }

  it("tells in the summary of a fit how many ways there were and how far apart they ended", () => {
    const fit = new SmoothBridge({ q: 0.5, lambda: 0.1, search: "thorough" }).fit(X, y);
    const ends = fit.starts.map(({ objective }) => objective);
    const spread = Math.max(...ends) - Math.min(...ends);
    const [headline] = fit.summary().toString().split("\n");
    assert.ok(spread > 0);
    const [, told] = new RegExp(`, best of ${ends.length} starts, objectives within (.+)$`).exec(headline)!;
    assert.ok(told.length <= 6 && Math.abs(Number(told) / spread - 1) < 0.05, headline);
  });

  it("goes by a method that was asked for alone, one way a fit", () => {
    const model = new SparseLinearModel({
      parametrization: hadamardProduct({ depth: 4 }),
      solver: lbfgs(),
      tol: 1,
    });
    const { fits } = model.path(X, y, { lambdas: [0.5, 0.3] });
    assert.deepEqual(
      fits.map(({ starts }) => starts),
      [[], []],
    );
  });

  it("ends interrupted with the fits it has", () => {
    const signal = { aborted: false };
    const path = new SmoothBridge({ q: 0.5, search: "thorough" }).path(X, y, {
      ...grid,
      signal,
      onProgress() {
        signal.aborted = true;
      },
    });
    assertAtMost("fits", path.fits.length, 2);
    assert.equal(path.status, "interrupted");
  });

  it("is part of a path, which is interrupted where only its end was not reached", () => {
    const asked = abortedAfter(Infinity);
    new SmoothBridge({ q: 0.5, search: "thorough" }).path(X, y, { ...grid, signal: asked });
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent): void => void events.push(event);
    const signal = abortedAfter(asked.polls / 2);
    const bridge = new SmoothBridge({ q: 0.5, search: "thorough" }).path(X, y, {
      ...grid,
      signal,
      onProgress,
    });
    const lasso = new SmoothLasso().path(X, y, { ...grid, signal: { aborted: false } });
    assert.deepEqual(
      events
        .filter(({ done, total, interrupted }) => done === total || interrupted)
        .map(({ message }) => message),
      ["interrupted after 8 lambdas"],
    );
    assert.equal(bridge.fits.length, lasso.fits.length);
    assert.deepEqual([bridge.status, lasso.status], ["interrupted", "complete"]);
  });

  it("is interrupted where its very last try is cut", () => {
    const model = new SmoothBridge({ q: 0.5, search: "thorough" });
    const asked = abortedAfter(Infinity);
    model.path(X, y, { ...grid, signal: asked });
    for (const fewer of [2, 5, 15]) {
      const signal = abortedAfter(asked.polls - fewer);
      const { status } = model.path(X, y, { ...grid, signal });
      assert.equal(status, "interrupted", `${fewer} polls before the end`);
    }
  });
});
