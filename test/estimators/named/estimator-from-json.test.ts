import assert from "node:assert/strict";
import { logistic, multinomial, quantile, squaredError } from "../../../src/datafits";
import { estimatorFromJSON, SmoothGroupLasso, SmoothLasso, SparseLinearModel } from "../../../src/estimators";
import { lbfgs } from "../../../src/optimizers";
import { hadamardProduct } from "../../../src/parametrizations";
import { lq, mcp, nonNegative } from "../../../src/penalties";
import { surrogateDescent } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { unbalanced } from "../../../src/surrogate";
import { severalResponses } from "../../support/multi-response";
import { linearData } from "../../support/problems";

const { X, y } = linearData(4, 30, 5);

/** A solver as files have it. */

describe("an estimator in JSON", () => {
  it("keeps nested parts, infinite factors and what excludes features", () => {
    const start = unbalanced({ magnitude: 0.2 });
    for (const model of [
      new SparseLinearModel({
        penalty: nonNegative(lq({ q: 0.5 })),
        solver: coordinateDescent(),
        lambda: 0.1,
      }),
      new SmoothLasso({
        solver: surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs({ memory: 5 }), { init: start }),
      }),
      new SmoothLasso({ penaltyFactors: Float64Array.of(1, 0, Infinity, 2, 1), exclude: ["x4"], tol: 1e-9 }),
      new SmoothLasso({ datafit: quantile({ tau: 0.3 }), standardize: false, fitIntercept: false }),
      new SparseLinearModel({ penalty: mcp(), search: "thorough" }),
    ]) {
      const text = JSON.stringify(model);
      const again = estimatorFromJSON(text);
      assert.equal(again.constructor, model.constructor);
      assert.deepEqual(Object.keys(again.params), Object.keys(model.params));
      assert.equal(JSON.stringify(again), text);
      assert.deepEqual(
        again.withParams({ lambda: 0.05 }).fit(X, y),
        model.withParams({ lambda: 0.05 }).fit(X, y),
      );
    }
  });

  it("keeps the fit that it starts from", () => {
    const init = new SmoothLasso({ lambda: 0.3 }).fit(X, y);
    const model = new SmoothLasso({ lambda: 0.2, init });
    const again = estimatorFromJSON(model.toJSON());
    assert.deepEqual(again.params.init, init);
    assert.deepEqual(again.fit(X, y), model.fit(X, y));
  });

  it("keeps a loss of several responses, of a known or an open number, and the fit of several that it starts from", async () => {
    const { X: rows, Y, labels } = severalResponses(4);
    const datafit = squaredError({ nResponses: 3 });
    const init = new SmoothLasso({ lambda: 0.3, datafit }).fit(rows, Y);
    const tasks = new SmoothLasso({ lambda: 0.2, datafit, init });
    const classes = new SmoothGroupLasso({ groups: "rows", lambda: 0.1, datafit: multinomial() });
    for (const [model, target] of [
      [tasks, Y],
      [classes, labels],
      [classes.withParams({ datafit: multinomial({ nClasses: 3 }) }), labels],
    ] as const) {
      const again = estimatorFromJSON(JSON.stringify(model));
      assert.equal(JSON.stringify(again), JSON.stringify(model));
      assert.deepStrictEqual(again.fit(rows, target), model.fit(rows, target));
    }
    assert.deepEqual(estimatorFromJSON(tasks.toJSON()).params.init, init);
    assert.deepEqual(await tasks.fitAsync(rows, Y), tasks.fit(rows, Y));
  });

  it("keeps options that were left out or undefined as they were", () => {
    assert.deepEqual(new SmoothLasso({ lambda: undefined, tol: 1e-3 }).toJSON(), {
      format: "smooth-edges/estimator",
      version: 2,
      estimator: "SmoothLasso",
      params: { tol: 1e-3 },
    });
  });

  it("refuses parts of the caller's own, naming the option", () => {
    const rule = "must be made by a factory of this library, got";
    const own = { ...logistic(), name: "mine" };
    const bare = { solve: coordinateDescent().solve } as never;
    for (const [model, message] of [
      [new SmoothLasso({ datafit: own }), `datafit ${rule} "mine"`],
      [
        new SmoothLasso({ parametrization: { ...hadamardProduct({ depth: 2 }) } }),
        `parametrization ${rule} "hadamardProduct(2)"`,
      ],
      [new SmoothLasso({ solver: bare }), `solver ${rule} an object`],
    ] as const) {
      assert.throws(() => JSON.stringify(model), {
        name: "InputError",
        message: `SmoothLasso.toJSON: ${message}`,
      });
    }
  });

  it("is refused in one sentence where it was not written by this library", () => {
    const good = new SmoothLasso({ lambda: 0.1 }).toJSON();
    for (const [json, message] of [
      [
        { ...good, format: "smooth-edges/fit" },
        'format must be "smooth-edges/estimator", got "smooth-edges/fit"; fitFromJSON reads it',
      ],
      [{ ...good, version: 1 }, "version must be 2, got 1; write the file again from what it was made of"],
      [{ ...good, version: 3 }, "version must be at most 2, got 3; update smooth-edges to read it"],
      [{ ...good, params: 3 }, "params must be an object, got 3"],
      [
        { ...good, params: { solver: { $made: "exec", args: [] } } },
        'the factory of params.solver must be one of this library, got "exec"',
      ],
    ] as const) {
      assert.throws(() => estimatorFromJSON(json), {
        name: "InputError",
        message: `estimatorFromJSON: ${message}`,
      });
    }
    assert.throws(() => estimatorFromJSON({ ...good, estimator: "Lasso" }), {
      message: /^estimatorFromJSON: estimator must be "BestSubset" or .*"SvmLasso", got "Lasso"$/,
    });
    assert.throws(() => estimatorFromJSON({ ...good, params: { lambda: -1 } }), {
      message: "SmoothLasso: lambda must be a finite number >= 0, got -1",
    });
  });
});
