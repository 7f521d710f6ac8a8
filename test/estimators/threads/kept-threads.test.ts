import assert from "node:assert/strict";
import { once } from "node:events";
import { setImmediate } from "node:timers/promises";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { Worker } from "node:worker_threads";
import { denseMatrix } from "../../../src/design/sources/dense-matrix";
import { SmoothGroupLasso, SmoothLasso } from "../../../src/estimators";
import { sendJob, takeThread } from "../../../src/estimators/threads/kept-threads";
import type { JobMessage } from "../../../src/estimators/threads/messages";
import { gradientDescent } from "../../../src/optimizers";
import { linearData } from "../../support/problems";
import { startedThreads } from "../../support/started-threads";

const { X, y } = linearData(11, 30, 5);
const lasso = new SmoothLasso({ lambda: 0.1 });
const endless = new SmoothLasso({
  lambda: 0.01,
  solver: gradientDescent({ step: 1e-6 }),
  maxIter: 1e9,
  tol: 1e-300,
});

describe("threads that are kept", () => {
  const started = startedThreads();

  it("do one job after the other, and as many side by side as there are jobs", async () => {
    for (let k = 0; k < 3; k++) await lasso.fitAsync(X, y);
    assert.equal(started.length, 1);
    for (let k = 0; k < 2; k++) {
      const stop = new AbortController();
      const sideBySide = [0, 1, 2].map(() => endless.fitAsync(X, y, { signal: stop.signal }));
      stop.abort();
      await Promise.all(sideBySide);
    }
    assert.equal(started.length, 3);
  });

  it("spread the folds of all calls, looked after by one", () => {
    const here = lasso.crossValidate(X, y, { folds: 3, nLambdas: 4 });
    const counts = [0, 1, 2].map(() => {
      assert.deepStrictEqual(lasso.crossValidate(X, y, { folds: 3, nLambdas: 4, workers: 3 }), here);
      return started.length;
    });
    // None, where the one that looks after them still has something to end of tests before.
    assert.ok(counts[0] <= 1, `${counts[0]}`);
    assert.deepEqual(
      counts,
      counts.map(() => counts[0]),
    );
  });

  it("are not asked for folds where a signal was aborted on the path of all rows", () => {
    const stop = new AbortController();
    const jobs: string[] = [];
    const { postMessage } = Worker.prototype;
    Worker.prototype.postMessage = function (message: JobMessage, ports) {
      jobs.push(message.job.kind);
      postMessage.call(this, message, ports);
    };
    const run = { folds: 3, workers: 2, nLambdas: 4, signal: stop.signal, onProgress: () => stop.abort() };
    try {
      assert.equal(lasso.crossValidate(X, y, run).status, "interrupted");
    } finally {
      Worker.prototype.postMessage = postMessage;
    }
    assert.deepEqual(jobs, ["ready"]);
  });

  it("have no job that could not be sent, and do the next one", async () => {
    await lasso.fitAsync(X, y);
    const thread = takeThread();
    const unsendable = { kind: "ready", threads: (() => 1) as never } as const;
    assert.throws(() => sendJob(thread, unsendable, {}), { name: "DataCloneError" });
    await lasso.fitAsync(X, y);
    assert.equal(started.length, 1);
  });

  it("do the next job after one that failed or was interrupted, but not after one that goes on", async () => {
    await assert.rejects(new SmoothGroupLasso({ groups: [0, 1], lambda: 0.1 }).fitAsync(X, y));
    const { status } = await endless.fitAsync(X, y, { signal: AbortSignal.timeout(50) });
    assert.equal(status, "interrupted");
    await lasso.fitAsync(X, y);
    assert.equal(started.length, 1);
    const exit = once(started[0], "exit");
    const onProgress = (): void => {
      throw new RangeError("enough");
    };
    await assert.rejects(endless.fitAsync(X, y, { onProgress }), { message: "enough" });
    await exit;
    await lasso.fitAsync(X, y);
    assert.equal(started.length, 2);
  });

  it("hold nothing of a job that is done, as those that wait for long would of all jobs", async () => {
    setFlagsFromString("--expose-gc");
    const collect = runInNewContext("gc") as () => void;
    const listeners: WeakRef<object>[] = [];
    for (let k = 0; k < 3; k++) {
      const onProgress = (): void => {};
      listeners.push(new WeakRef(onProgress));
      await lasso.fitAsync(X, y, { onProgress });
    }
    await setImmediate();
    collect();
    assert.deepEqual(
      listeners.slice(0, 2).map((listener) => listener.deref()),
      [undefined, undefined],
    );
    assert.equal(started.length, 1);
  });

  it("are replaced where one is lost, which fails its job", async () => {
    const lost = endless.fitAsync(X, y);
    await once(started[0], "online");
    await Promise.all([
      assert.rejects(lost, {
        name: "Error",
        message: "worker threads: a thread must stay until its job is done, got exit code 1; call again",
      }),
      started[0].terminate(),
    ]);
    assert.deepStrictEqual(await lasso.fitAsync(X, y), lasso.fit(X, y));
    assert.equal(started.length, 2);
  });

  it("end soon where they hold much", async () => {
    const n = 4200; // 141 MB
    const large = denseMatrix({ nSamples: n, nFeatures: n }, (values) => {
      for (let i = 0; i < values.length; i++) values[i] = (i * 7919) % 10007;
    });
    const target = Array.from({ length: n }, (_, i) => i % 5);
    await new SmoothLasso({ lambda: 1e6 }).fitAsync(large, target);
    await once(started[0], "exit");
  });
});
