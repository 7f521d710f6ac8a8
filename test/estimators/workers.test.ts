/** Fits and paths whose products several threads compute. */
import assert from "node:assert/strict";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import {
  type AnyEstimator,
  denseMatrix,
  InputError,
  logistic,
  multinomial,
  poisson,
  SmoothBridge,
  SmoothGroupLasso,
  SmoothLasso,
  SparseLinearModel,
  scad,
} from "../../src";
import type { ProgressEvent } from "../../src/display/progress";
import type { Job, JobMessage } from "../../src/estimators/threads/messages";
import { runJob } from "../../src/estimators/threads/run-job";
import { kernelBackend } from "../../src/simd/kernel-module";
import { currentWorkers } from "../../src/simd/matvec-workers";
import { sharedOut } from "../support/shared-out";

const [n, p] = [2600, 240];
const values = Float64Array.from(
  { length: n * p },
  (_, i) => Math.sin(i * 1.37) + Math.cos(0.011 * i * (i % 7)),
);
const X = { data: values, nSamples: n, nFeatures: p };
const y = Array.from({ length: n }, (_, i) => values[i * p] - 0.7 * values[i * p + 5] + Math.sin(3.1 * i));
const groups = Array.from({ length: p }, (_, j) => j >> 2);

const cases: Readonly<Record<string, readonly [AnyEstimator, readonly unknown[]]>> = {
  lasso: [new SmoothLasso(), y],
  "lasso of columns as they are": [new SmoothLasso({ standardize: false, fitIntercept: false }), y],
  bridge: [new SmoothBridge({ q: 0.5 }), y],
  "group lasso": [new SmoothGroupLasso({ groups }), y],
  SCAD: [new SparseLinearModel({ penalty: scad() }), y],
  "logistic lasso": [new SmoothLasso({ datafit: logistic() }), y.map((value) => (value > 0 ? 1 : 0))],
  "Poisson lasso": [new SmoothLasso({ datafit: poisson() }), y.map((value) => Math.floor(Math.abs(value)))],
  "multinomial lasso": [
    new SmoothLasso({ datafit: multinomial() }) as unknown as AnyEstimator,
    y.map((value) => (value < -1 ? "low" : value > 1 ? "high" : "middle")),
  ],
};

const canShare = kernelBackend() === "wasm";

describe("workers of a fit and a path", () => {
  const grid = { nLambdas: 5, lambdaMinRatio: 0.2 };

  for (const [title, [model, target]] of Object.entries(cases)) {
    it(`give the same numbers to the last bit: ${title}`, () => {
      const expected = model.path(X, target as number[], grid);
      let path: unknown;
      const count = sharedOut(() => {
        path = model.path(X, target as number[], { ...grid, workers: 2 });
      });
      assert.deepStrictEqual(path, expected);
      assert.equal(count > 0, canShare);
    });
  }

  it("share out products with a dense matrix in memory that threads share, and with no other", () => {
    const model = new SmoothLasso({ lambda: 0.05 });
    const expected = model.fit(X, y);
    for (const shared of [false, true]) {
      const matrix = denseMatrix({ nSamples: n, nFeatures: p, shared }, (entries) => {
        for (let i = 0; i < n; i++) for (let j = 0; j < p; j++) entries[i + j * n] = values[i * p + j];
      });
      assert.equal(
        sharedOut(() => assert.deepStrictEqual(model.fit(matrix, y), expected)),
        0,
      );
      const count = sharedOut(() => assert.deepStrictEqual(model.fit(matrix, y, { workers: 2 }), expected));
      assert.equal(count > 0, shared && canShare);
      const options = { folds: 3, ...grid };
      const cv = model.crossValidate(matrix, y, options);
      assert.equal(
        sharedOut(() =>
          assert.deepStrictEqual(model.crossValidate(matrix, y, { ...options, workers: 2 }), cv),
        ),
        0,
      );
    }
  });

  it("work in another thread too", async () => {
    const model = new SmoothLasso({ lambda: 0.05 });
    const { postMessage } = Worker.prototype;
    const jobs: Job[] = [];
    Worker.prototype.postMessage = function (...message): void {
      const { job } = message[0] as Partial<JobMessage>;
      if (job) jobs.push(job);
      postMessage.apply(this, message);
    };
    try {
      assert.deepStrictEqual(await model.fitAsync(X, y, { workers: 2 }), model.fit(X, y));
      assert.deepStrictEqual(await model.pathAsync(X, y, { ...grid, workers: 2 }), model.path(X, y, grid));
    } finally {
      Worker.prototype.postMessage = postMessage;
    }
    assert.deepEqual(
      jobs.map(({ kind }) => kind),
      ["fit", "path"],
    );
    // What that thread was sent is done again by this one, where it is seen what is shared out.
    for (const job of jobs) assert.equal(sharedOut(() => runJob(job, {})) > 0, canShare, job.kind);
  });

  it("stop once a signal is aborted, and serve the next call", () => {
    const model = new SmoothLasso();
    const signal = { aborted: false };
    const onProgress = ({ done }: ProgressEvent): void => {
      signal.aborted = done >= 1;
    };
    const whole = model.path(X, y, grid);
    const part = model.path(X, y, { ...grid, workers: 2, signal, onProgress });
    assert.equal(part.status, "interrupted");
    assert.deepStrictEqual(part.coefs, whole.coefs.slice(0, part.coefs.length));
    assert.equal(currentWorkers(), undefined);
    assert.deepStrictEqual(model.path(X, y, { ...grid, workers: 2 }), whole);
  });

  it("are over with a call that is ended from outside", async () => {
    const endless = (): void => {
      const onProgress = (): void => {
        for (;;);
      };
      new SmoothLasso().path(X, y, { ...grid, workers: 2, onProgress });
    };
    assert.throws(() => runInNewContext("endless()", { endless }, { timeout: 1500 }), /timed out/);
    await new Promise((resolve) => setImmediate(() => setImmediate(resolve)));
    assert.equal(currentWorkers(), undefined);
  });

  it("must be an integer of at least 1", () => {
    for (const workers of [0, 1.5, "2"] as number[]) {
      assert.throws(
        () => new SmoothLasso({ lambda: 1 }).fit(X, y, { workers }),
        (error) =>
          error instanceof InputError &&
          /^SmoothLasso\.fit: workers must be an integer >= 1, got /.test(error.message),
      );
      assert.throws(() => new SmoothLasso().path(X, y, { workers }), InputError);
    }
  });
});
