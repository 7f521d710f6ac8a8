import assert from "node:assert/strict";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { SmoothLasso } from "../../../src/estimators";
import { foldsInTurn } from "../../../src/estimators/cross-validation/fit-folds";
import { validationPlan } from "../../../src/estimators/cross-validation/validation-plan";
import { runnerOf } from "../../../src/estimators/named/estimator";
import type { FoldsJob, ValueOf } from "../../../src/estimators/threads/messages";
import { sharedData } from "../../../src/estimators/threads/shared-data";
import { supervise } from "../../../src/estimators/threads/supervise";
import { gradientDescent } from "../../../src/optimizers";
import { linearData } from "../../support/problems";
import { startedThreads } from "../../support/started-threads";

const { X, y } = linearData(13, 40, 6);

/** The folds of a model, and what fits them here. */
function foldsOf(lasso: SmoothLasso, lambdas: Float64Array) {
  const runner = runnerOf(lasso);
  const plan = validationPlan("test", runner, X, y, { folds: 6 }, false);
  const { where, folds, bySample, data } = plan;
  const next = new Int32Array(new SharedArrayBuffer(4));
  const estimator = runner.describe(where);
  const job: FoldsJob = {
    kind: "folds",
    where,
    estimator,
    data: sharedData(data),
    folds,
    bySample,
    lambdas,
    next,
  };
  return { job, here: () => foldsInTurn(runner, { ...plan, lambdas }, {}) };
}

describe("a supervisor", () => {
  const started = startedThreads();

  it("has threads take one fold after the other, each once, with the numbers that they have here", async () => {
    const { job, here } = foldsOf(new SmoothLasso(), Float64Array.of(0.5, 0.2, 0.1));
    const spread = supervise({ kind: "spread", job, threads: 2 }, {});
    const taken = (await spread) as ValueOf["spread"];
    assert.equal(taken.length, 2);
    const found = here().map((_, f) => taken.flatMap(({ results }) => results[f] ?? []));
    assert.deepStrictEqual(
      found,
      here().map((fold) => [fold]),
    );
  });

  it("takes the threads of a job that is over for the next, though they are only starting", async () => {
    const { job } = foldsOf(new SmoothLasso(), Float64Array.of(0.5));
    job.next[0] = 6; // all folds are taken
    const calls = Array.from({ length: 4 }, () => supervise({ kind: "spread", job, threads: 2 }, {}));
    await Promise.all(calls);
    assert.equal(started.length, 2);
    const aborted = { signal: { aborted: true } };
    assert.deepEqual(await supervise({ kind: "spread", job, threads: 2 }, aborted), []);
  });

  it("is told of a thread that is lost, and has the others stop then", async () => {
    const endless = { solver: gradientDescent({ step: 1e-6 }), maxIter: 1e9, tol: 1e-300 };
    const { job } = foldsOf(new SmoothLasso(endless), Float64Array.of(0.01));
    const spread = supervise({ kind: "spread", job, threads: 2 }, {}) as Promise<unknown>;
    await setImmediate();
    assert.equal(started.length, 2);
    await Promise.all(started.map((worker) => once(worker, "online")));
    const lost = assert.rejects(spread, {
      name: "Error",
      message: "worker threads: a thread must stay until its job is done, got exit code 1; call again",
    });
    await started[1].terminate();
    await lost;
  });
});
