import assert from "node:assert/strict";
import { type ProgressEvent, sparseMatrix } from "../../../src";
import { type Datafit, logistic, squaredError } from "../../../src/datafits";
import { SmoothBridge, SmoothGroupLasso, SmoothLasso, SparseLinearModel } from "../../../src/estimators";
import { gradientDescent, lbfgs } from "../../../src/optimizers";
import { hadamardProduct } from "../../../src/parametrizations";
import { mcp } from "../../../src/penalties";
import { surrogateDescent } from "../../../src/solvers";
import { coordinateDescent } from "../../../src/solvers/classical";
import { equalFactors } from "../../../src/surrogate";
import { linearData } from "../../support/problems";
import { warningsDuring } from "../../support/warnings";

const { X, y } = linearData(7, 40, 6);
const labels = y.map((value, i) => (value > 0 !== (i % 4 === 0) ? "yes" : "no"));
/** Never ends of its own accord. */
const endless = new SmoothLasso({
  lambda: 0.01,
  solver: gradientDescent({ step: 1e-6 }),
  maxIter: 1e9,
  tol: 1e-300,
});

describe("a fit in a worker thread", () => {
  it("is the fit made here, to the last bit, and predicts and is refitted here", async () => {
    const options = { lambda: 0.05, datafit: logistic(), penaltyFactors: [1, 0, Infinity, 2, 1, 1] };
    const model = new SmoothLasso(options);
    const run = { sampleWeight: y.map((_, i) => i % 3), offset: y.map((_, i) => i / 50) };
    const [fit, here] = [await model.fitAsync(X, labels, run), model.fit(X, labels, run)];
    assert.deepStrictEqual(fit, here);
    assert.deepEqual(
      fit.predictLabels(X, run.offset && { offset: run.offset }),
      here.predictLabels(X, { offset: run.offset }),
    );
    assert.deepEqual(fit.toJSON(), here.toJSON());
    assert.deepStrictEqual(fit.refit(), here.refit());
  });

  it("reads frames and sparse matrices, whose names it keeps", async () => {
    const entries = X.flatMap((row, i) => row.map((value, j) => ({ i, j, value })));
    const few = entries.filter((_, k) => k % 4 === 0);
    const sparse = sparseMatrix({
      rows: few.map(({ i }) => i),
      columns: few.map(({ j }) => j),
      values: few.map(({ value }) => value),
      nSamples: 40,
      nFeatures: 6,
    });
    const frame = { age: X.map((row) => row[0]), size: X.map((row) => row[1]) };
    const model = new SmoothLasso({ lambda: 0.1, solver: coordinateDescent(), exclude: [1] });
    const fits = await Promise.all([model.fitAsync(sparse, y), model.fitAsync(frame, { y })]);
    assert.deepStrictEqual(fits, [model.fit(sparse, y), model.fit(frame, { y })]);
  });

  it("tells of its progress and of its warnings where it was called", async () => {
    const events: ProgressEvent[] = [];
    const start = equalFactors(1); // locks signs, of which the thread warns
    const model = new SmoothLasso({
      lambda: 0.1,
      maxIter: 3,
      solver: surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs(), { init: start }),
    });
    const warnings = await warningsDuring(() =>
      model.fitAsync(X, y, { onProgress: (event) => void events.push(event) }),
    );
    const { message, ...units } = events.at(-1)!;
    assert.deepEqual(units, { task: "SmoothLasso.fitAsync", done: 3, total: 3 });
    assert.match(message, /^max-iter after 3 iterations, relative duality gap \S+$/);
    assert.equal(warnings.length, 2, warnings.join("\n"));
    assert.match(warnings[0], /^SignLockWarning: initialize: no first-order method can change the sign/);
    assert.match(warnings[1], /^ConvergenceWarning: SmoothLasso\.fitAsync: the fit at lambda 0\.1 did not/);
  });

  it("leaves this thread free, and ends with what it has when aborted from here", async () => {
    const controller = new AbortController();
    setTimeout(() => controller.abort(), 50);
    const fit = await endless.fitAsync(X, y, { signal: controller.signal });
    assert.equal(fit.status, "interrupted");
    assert.ok(fit.certificate.dualityGap! > 0);
    // A signal need not tell of itself, and may be given up before the start.
    const path = await endless.pathAsync(X, y, { lambdas: [0.2, 0.1], signal: { aborted: true } });
    assert.deepEqual(
      path.fits.map(({ status, lambda }) => [status, lambda]),
      [["interrupted", 0.2]],
    );
    assert.equal(path.status, "interrupted");
  });

  it("ends with the error of a listener", async () => {
    const onProgress = (): void => {
      throw new RangeError("enough");
    };
    await assert.rejects(endless.fitAsync(X, y, { onProgress }), { name: "RangeError", message: "enough" });
  });

  it("fails with the message and the class of the error in the thread", async () => {
    const model = new SmoothGroupLasso({ groups: [0, 0, 1], lambda: 0.1 });
    let here: unknown;
    try {
      model.fit(X, y);
    } catch (error) {
      here = error;
    }
    assert.ok(here instanceof Error);
    await assert.rejects(model.fitAsync(X, y), (error) => {
      assert.ok(error instanceof Error && error.constructor === here.constructor);
      assert.equal(error.message, here.message.replace(".fit:", ".fitAsync:"));
      return true;
    });
  });

  it("refuses as here what is wrong with options and data, by rejecting its promise", async () => {
    await assert.rejects(new SmoothLasso().fitAsync(X, y), {
      name: "InputError",
      message:
        "SmoothLasso.fitAsync: lambda must be given, got undefined; use path(X, y) to see a whole grid of them, crossValidate(X, y) to choose one",
    });
    await assert.rejects(new SmoothLasso().pathAsync(X, y.slice(1)), {
      message: "SmoothLasso.pathAsync: X has 40 rows but y has 39",
    });
    await assert.rejects(new SmoothLasso().crossValidateAsync(X, y, { workers: 0 }), {
      message: "SmoothLasso.crossValidateAsync: workers must be an integer >= 1, got 0",
    });
    await assert.rejects(new SmoothLasso().pathAsync(X, y, { lambdas: [] }), {
      message: "SmoothLasso.pathAsync: lambdas must be a list of at least one number, got an array of 0",
    });
  });

  it("refuses a part of the caller's own in a sentence that names the option", async () => {
    const own: Datafit = { ...squaredError(), name: "mine" };
    const rule = 'datafit must be made by a factory of this library, got "mine"';
    const model = new SmoothLasso({ lambda: 0.1, datafit: own });
    await assert.rejects(model.fitAsync(X, y), {
      name: "InputError",
      message: `SmoothLasso.fitAsync: ${rule}`,
    });
    await assert.rejects(model.pathAsync(X, y), { message: `SmoothLasso.pathAsync: ${rule}` });
    await assert.rejects(model.crossValidateAsync(X, y), {
      message: `SmoothLasso.crossValidateAsync: ${rule}`,
    });
    assert.throws(() => model.crossValidate(X, y, { workers: 2 }), {
      name: "InputError",
      message: `SmoothLasso.crossValidate: ${rule}`,
    });
    assert.equal(model.crossValidate(X, y, { folds: 3, nLambdas: 3 }).status, "complete");
  });
});

describe("a path in a worker thread", () => {
  it("is the path made here, to the last bit, and goes on here", async () => {
    const model = new SparseLinearModel({ parametrization: hadamardProduct({ depth: 2 }) });
    const options = { nLambdas: 8, lambdaMinRatio: 0.05 };
    const [path, here] = [await model.pathAsync(X, y, options), model.path(X, y, options)];
    assert.deepStrictEqual(path, here);
    const lambda = 0.9 * path.lambdas[3];
    assert.deepStrictEqual(path.at(lambda), here.at(lambda));
    assert.deepStrictEqual(path.relaxed(0.5), here.relaxed(0.5));
    assert.deepStrictEqual(path.best("bic"), here.best("bic"));
  });

  it("fits here at further lambdas as a path made here does, though no fit was made here before", async () => {
    const wide = linearData(3, 60, 40);
    const groups = Array.from({ length: 40 }, (_, j) => j >> 2);
    for (const model of [new SmoothLasso(), new SmoothGroupLasso({ groups })]) {
      const options = { nLambdas: 20 };
      const path = await model.pathAsync(wide.X, wide.y, options);
      const here = model.path(wide.X, wide.y, options);
      for (const lambda of [0.97 * path.lambdas[3], 0.97 * path.lambdas[8]]) {
        assert.deepStrictEqual(path.at(lambda), here.at(lambda), model.constructor.name);
      }
    }
  });

  it("of a penalty that is not convex tells where it is locally convex, and by which ways", async () => {
    const model = new SparseLinearModel({ penalty: mcp({ gamma: 1.5 }), search: "thorough" });
    const options = { nLambdas: 12, lambdaMinRatio: 0.01 };
    const data = linearData(5, 25, 12);
    const [path, here] = [
      await model.pathAsync(data.X, data.y, options),
      model.path(data.X, data.y, options),
    ];
    assert.deepStrictEqual(path, here);
    assert.ok(path.fits.some(({ starts }) => starts.length > 1));
    assert.equal(new Set(here.locallyConvex).size, 2);
    assert.deepEqual([path.locallyConvex, path.convexFrom], [here.locallyConvex, here.convexFrom]);
  });

  it("starts from a fit, and takes lambdas of any list", async () => {
    const init = new SmoothBridge({ lambda: 0.3, depth: 3 }).fit(X, y);
    const model = new SmoothBridge({ depth: 3, init });
    const lambdas = Float32Array.of(0.25, 0.5);
    assert.deepStrictEqual(await model.pathAsync(X, y, { lambdas }), model.path(X, y, { lambdas }));
  });
});
