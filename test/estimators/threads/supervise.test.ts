import assert from "node:assert/strict";
import { subscribe, unsubscribe } from "node:diagnostics_channel";
import { once } from "node:events";
import type { Worker } from "node:worker_threads";
import { SmoothLasso } from "../../../src/estimators";
import { validationPlan } from "../../../src/estimators/cross-validation/validation-plan";
import { modelOf } from "../../../src/estimators/estimator";
import type { FoldsJob } from "../../../src/estimators/threads/job";
import { endWaitingThreads } from "../../../src/estimators/threads/kept-threads";
import { sharedData } from "../../../src/estimators/threads/shared-data";
import { supervise } from "../../../src/estimators/threads/supervise";
import { subgradientDescent } from "../../../src/reference";
import { linearData } from "../../support/problems";

describe("a supervisor", () => {
  it("is told of a thread that is lost, and has the others stop then", async () => {
    const { X, y } = linearData(13, 40, 6);
    const model = modelOf(new SmoothLasso({ solver: subgradientDescent(), maxIter: 1e9, tol: 1e-300 }));
    const { data, folds, bySample, where } = validationPlan("test", model, X, y, { folds: 4 }, false);
    const job: FoldsJob = {
      kind: "folds",
      where,
      estimator: model.describe(where),
      data: sharedData(data),
      folds,
      bySample,
      lambdas: Float64Array.of(0.01),
      next: new Int32Array(new SharedArrayBuffer(4)),
    };
    await endWaitingThreads();
    const started: Worker[] = [];
    const add = (message: unknown): void => void started.push((message as { worker: Worker }).worker);
    subscribe("worker_threads", add);
    const spread = supervise({ kind: "spread", folds: job, threads: 2 }, {}) as Promise<unknown>;
    unsubscribe("worker_threads", add);
    assert.equal(started.length, 2);
    await Promise.all(started.map((worker) => once(worker, "online")));
    const lost = assert.rejects(spread, { name: "Error", message: "the worker thread has ended" });
    await started[1].terminate();
    await lost;
  });
});
