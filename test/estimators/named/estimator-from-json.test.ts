import assert from "node:assert/strict";
import { huber, logistic, multinomial, quantile, squaredError } from "../../../src/datafits";
import { InputError } from "../../../src/errors";
import {
  estimatorFromJSON,
  SmoothElasticNet,
  type SmoothElasticNetOptions,
  SmoothGroupLasso,
  SmoothLasso,
  SparseLinearModel,
} from "../../../src/estimators";
import { libraryParts } from "../../../src/estimators/named/read-estimator";
import { pipeline, pipelineFromJSON } from "../../../src/frame/pipeline";
import { lbfgs } from "../../../src/optimizers";
import {
  groupHadamardPower,
  groupHadamardProduct,
  hadamardDifference,
  hadamardPower,
  hadamardProduct,
  lowRankProduct,
  nestedHadamard,
  signedPower,
} from "../../../src/parametrizations";
import { groupLpq, groupLq, lq, nonNegative, nuclear, schatten } from "../../../src/penalties";
import { unbalanced } from "../../../src/problem/initialization";
import { fromPlain, recipeOf, toPlain } from "../../../src/recipe";
import { alternatingRidge, multiStart, surrogateDescent } from "../../../src/solvers";
import { coordinateDescent, proximalGradient } from "../../../src/solvers/classical";
import { severalResponses } from "../../support/multi-response";
import { linearData } from "../../support/problems";

const { X, y } = linearData(4, 30, 5);

/** A solver as files have it. */
const CYCLES = { $made: "coordinateDescent", args: [] };

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

  it("is read where a file has a solver by its former name", () => {
    const solver = { $made: "inTurn", args: [CYCLES, CYCLES] };
    const read = estimatorFromJSON({ ...new SmoothLasso({ lambda: 0.1 }).toJSON(), params: { solver } });
    assert.match(
      JSON.stringify(read),
      /"solver":\{"\$made":"withFallback","args":\[\{"\$made":"coordinateDescent"/,
    );
  });

  it("is read where a file has as arguments what is an option today", () => {
    const groups = [0, 0, 1];
    const cycles = coordinateDescent();
    const former: readonly (readonly [string, readonly unknown[], object])[] = [
      ["lq", [0.5, { weights: [1, 2] }], lq({ q: 0.5, weights: [1, 2] })],
      ["groupLq", [groups, 0.5, {}], groupLq(groups, { q: 0.5 })],
      ["groupLpq", [groups, 1, 0.5, {}], groupLpq(groups, { p: 1, q: 0.5 })],
      ["nuclear", [3], nuclear({ nColumns: 3 })],
      ["schatten", [3, 0.5], schatten({ nColumns: 3, q: 0.5 })],
      ["multinomial", [3], multinomial({ nClasses: 3 })],
      ["multinomial", [], multinomial()],
      ["hadamardProduct", [3, { weights: [1, 2] }], hadamardProduct({ depth: 3, weights: [1, 2] })],
      ["hadamardDifference", [3, {}], hadamardDifference({ depth: 3 })],
      ["hadamardPower", [3, { sharing: "plain" }], hadamardPower({ depth: 3, sharing: "plain" })],
      ["signedPower", [3, {}], signedPower({ depth: 3 })],
      ["groupHadamardProduct", [groups, 3, {}], groupHadamardProduct(groups, { depth: 3 })],
      ["groupHadamardPower", [groups, 3, {}], groupHadamardPower(groups, { depth: 3 })],
      ["nestedHadamard", [groups, 2, 3, {}], nestedHadamard(groups, { elementwiseDepth: 2, depth: 3 })],
      ["lowRankProduct", [2, 1, 3, {}], lowRankProduct({ nColumns: 2, rank: 1, depth: 3 })],
      ["alternatingRidge", [3], alternatingRidge({ depth: 3 })],
      [
        "surrogateDescent",
        [
          { $made: "hadamardProduct", args: [{ depth: 2 }] },
          { $made: "lbfgs", args: [] },
          { start: { $made: "unbalanced", args: [{ magnitude: 0.2 }] } },
        ],
        surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs(), { init: unbalanced({ magnitude: 0.2 }) }),
      ],
      ["multiStart", [CYCLES, CYCLES], multiStart(cycles, { direct: cycles })],
      ["multiStart", [CYCLES, { $undefined: true }, CYCLES], multiStart(cycles, { last: cycles })],
      ["severalStarts", [CYCLES], multiStart(cycles)],
      ["blockDescent", [], cycles],
      ["fista", [], proximalGradient({ accelerated: true })],
      ["subgradientDescent", [{}], proximalGradient()],
    ];
    for (const [$made, args, value] of former) {
      const made = fromPlain("read", "value", { $made, args }, libraryParts()) as object;
      assert.deepEqual(recipeOf(made)?.factory, recipeOf(value)?.factory);
      assert.deepEqual(toPlain("send", "value", made), toPlain("send", "value", value));
    }
  });

  it("is refused where its version leaves open what lambda means, of an elastic net with a ridge part", () => {
    const read = (options: SmoothElasticNetOptions) => {
      const estimator = new SmoothElasticNet({ lambda: 0.1, ...options });
      assert.equal(JSON.stringify(estimatorFromJSON(JSON.stringify(estimator))), JSON.stringify(estimator));
      return estimatorFromJSON({ ...estimator.toJSON(), version: 1 });
    };
    for (const [options, loss] of [
      [{}, "squaredError"],
      [{ l1Ratio: 0 }, "squaredError"],
      [{ datafit: huber() }, "huber"],
    ] as const)
      assert.throws(
        () => read(options),
        new InputError(
          `estimatorFromJSON: version must be 2 for SmoothElasticNet with ${loss}, got 1; version 1 does not say whether its ridge part is divided by the deviation of the response, so make it again by new SmoothElasticNet(options)`,
        ),
      );
    for (const options of [{ l1Ratio: 1 }, { datafit: logistic() }])
      assert.deepEqual(read(options).params, { lambda: 0.1, ...options });
    assert.throws(() => {
      const { estimator, ...rest } = pipeline({ response: "y" }, new SmoothElasticNet()).toJSON();
      pipelineFromJSON({ ...rest, estimator: { ...estimator, version: 1 } });
    }, /version must be 2 for SmoothElasticNet/);
  });

  it("is refused in one sentence where it was not written by this library", () => {
    const good = new SmoothLasso({ lambda: 0.1 }).toJSON();
    for (const [json, message] of [
      [
        { ...good, format: "smooth-edges/fit" },
        'format must be "smooth-edges/estimator", got "smooth-edges/fit"; fitFromJSON reads it',
      ],
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
      message: /^estimatorFromJSON: estimator must be "MultiTaskLasso" or .*"SvmLasso", got "Lasso"$/,
    });
    assert.throws(() => estimatorFromJSON({ ...good, params: { lambda: -1 } }), {
      message: "SmoothLasso: lambda must be a finite number >= 0, got -1",
    });
  });
});
