import assert from "node:assert/strict";
import { SmoothLasso } from "../../../src/estimators";
import { validationPlan } from "../../../src/estimators/cross-validation/validation-plan";
import { runnerOf } from "../../../src/estimators/named/estimator";
import { SupervisedJob } from "../../../src/estimators/threads/folds-in-threads";
import type { SpreadJob } from "../../../src/estimators/threads/messages";
import { sharedData } from "../../../src/estimators/threads/shared-data";
import { gradientDescent } from "../../../src/optimizers";
import { linearData } from "../../support/problems";
import { startedThreads } from "../../support/started-threads";

const { X, y } = linearData(17, 30, 5);

/** Folds that never end by themselves. */
function endless(): SpreadJob {
  const lasso = new SmoothLasso({ solver: gradientDescent({ step: 1e-6 }), maxIter: 1e9, tol: 1e-300 });
  const runner = runnerOf(lasso);
  const { where, data, folds, bySample } = validationPlan("test", runner, X, y, { folds: 3 }, false);
  const next = new Int32Array(new SharedArrayBuffer(4));
  const lambdas = Float64Array.of(0.01);
  const estimator = runner.describe(where);
  const task = { where, estimator, data: sharedData(data), folds, bySample, lambdas, next };
  return { kind: "spread", threads: 1, job: { kind: "folds", ...task } };
}

describe("a job of the supervisor", () => {
  const { wait } = Atomics;
  const started = startedThreads();

  beforeEach(() => {
    // Looks follow each other ten times as fast.
    Atomics.wait = ((words: Int32Array, at: number, value: number, time = 0) =>
      wait(words, at, value, time / 10)) as typeof wait;
  });
  afterEach(() => {
    Atomics.wait = wait;
  });

  it("fails where the supervisor is lost, and the next one has another", () => {
    const job = new SupervisedJob(endless(), {});
    const [supervisor] = started;
    void supervisor.terminate();
    assert.throws(() => job.wait(), {
      name: "Error",
      message:
        "the thread that looks after the worker threads is lost; call again, with workers: 1 if that is lost too",
    });
    job.end();
    const options = { folds: 3, nLambdas: 3 };
    assert.deepStrictEqual(
      new SmoothLasso().crossValidate(X, y, { ...options, workers: 2 }),
      new SmoothLasso().crossValidate(X, y, options),
    );
    assert.equal(started.length, 2);
  });

  it("is waited for as long as the supervisor answers", () => {
    let looks = 0;
    const signal = {
      get aborted(): boolean {
        return ++looks > 1700;
      },
    };
    const job = new SupervisedJob(endless(), { signal });
    assert.deepEqual(job.wait(), [{ results: [undefined, undefined, undefined], failed: undefined }]);
    job.end();
  });
});
