import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { setTimeout } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { cox } from "../../../src/datafits";
import type { ProgressEvent } from "../../../src/display/progress";
import { type CrossValidationOptions, SmoothBridge, SmoothLasso } from "../../../src/estimators";
import { validationPlan } from "../../../src/estimators/cross-validation/validation-plan";
import { runnerOf } from "../../../src/estimators/named/estimator";
import { foldsInThreads, SupervisedJob } from "../../../src/estimators/threads/folds-in-threads";
import type { FoldsJob } from "../../../src/estimators/threads/messages";
import { sharedData } from "../../../src/estimators/threads/shared-data";
import { gradientDescent } from "../../../src/optimizers";
import { linearData } from "../../support/problems";
import { ROOT } from "../../support/tracked-files";

const { X, y } = linearData(9, 30, 8);
const lasso = new SmoothLasso();

/** Runs `action` with a clock so fast that every event of its progress is told. */
function withoutThrottle<T>(action: () => T): T {
  const { now } = performance;
  let time = 0;
  performance.now = () => {
    time += 1000;
    return time;
  };
  try {
    return action();
  } finally {
    performance.now = now;
  }
}

describe("folds in worker threads", () => {
  it("give the same numbers to the last bit, however many threads there are", () => {
    const options = { folds: 5, nLambdas: 6, keep: true, sampleWeight: y.map((_, i) => 1 + (i % 2)) };
    const here = lasso.crossValidate(X, y, options);
    for (const workers of [1, 2, 3]) {
      const spread = lasso.crossValidate(X, y, { ...options, workers });
      assert.deepStrictEqual(spread, here, `${workers} threads`);
      assert.deepEqual(spread.toRecords(), here.toRecords());
    }
  });

  it("compare depths as in one thread, and take part in work that is in a thread itself", async () => {
    const bridge = new SmoothBridge({ q: 1 });
    const options = { folds: 3, nLambdas: 2, grid: { depth: [2, 3] } };
    const here = bridge.crossValidate(X, y, options);
    assert.deepStrictEqual(bridge.crossValidate(X, y, { ...options, workers: 2 }), here);
    const there = await bridge.crossValidateAsync(X, y, { ...options, workers: 2 });
    assert.deepStrictEqual(there, here);
    assert.deepStrictEqual(there.best.refit(), here.best.refit());
    assert.deepStrictEqual(there.members[1].path.at(0.1), here.members[1].path.at(0.1));
  });

  it("tell of their progress as of one work, ever further, and once of its end", () => {
    const events: ProgressEvent[] = [];
    const onProgress = (event: ProgressEvent): void => void events.push(event);
    lasso.crossValidate(X, y, { folds: 4, nLambdas: 6, lambdaMinRatio: 0.1, workers: 2, onProgress });
    const last = events.at(-1)!;
    assert.deepEqual([last.task, last.done, last.total], ["SmoothLasso.crossValidate", 30, 30]);
    assert.match(last.message, /^fold [1-4] of 4, lambda \S+, \d features$/);
    for (const [k, { done }] of events.entries()) assert.ok(k === 0 || done > events[k - 1].done);
  });

  it("keep the folds that were done when aborted, as in one thread", () => {
    const wide = linearData(3, 60, 200);
    const options = { folds: 20, nLambdas: 12, lambdaMinRatio: 0.02 };
    const model = new SmoothLasso({ tol: 1e-10 });
    const whole = model.crossValidate(wide.X, wide.y, options);
    const signal = { aborted: false };
    const onProgress = ({ message }: ProgressEvent): void => {
      if (message.startsWith("fold 2")) signal.aborted = true;
    };
    const part = withoutThrottle(() =>
      model.crossValidate(wide.X, wide.y, { ...options, workers: 2, signal, onProgress }),
    );
    assert.equal(part.status, "interrupted");
    assert.ok(part.folds.length < 20);
    assert.deepEqual(part.path.coefs, whole.path.coefs);
    assert.deepEqual(
      part.foldScores,
      part.folds.map((id) => whole.foldScores[id]),
    );
    const never = { aborted: true };
    const stopped = (workers: number): object =>
      model.crossValidate(wide.X, wide.y, { ...options, workers, signal: never });
    assert.deepStrictEqual(stopped(2), stopped(1));
  });

  it("fail with the error of the first fold that fails, in class and message, and of a listener", () => {
    const times = y.map((_, i) => (i < 12 ? 1 + i : -1 - i));
    const foldId = y.map((_, i) => (i < 12 ? 1 : i % 2 ? 0 : 2));
    const model = new SmoothLasso({ datafit: cox() });
    const errorOf = (options: CrossValidationOptions): unknown => {
      try {
        model.crossValidate(X, times, { foldId, nLambdas: 3, ...options });
      } catch (error) {
        return error;
      }
      return undefined;
    };
    const [here, there] = [errorOf({}), errorOf({ workers: 2 })];
    assert.ok(here instanceof Error && there instanceof Error);
    assert.match(here.message, /^SmoothLasso\.crossValidate, without fold 1: y must have at least one event/);
    assert.deepEqual([there.constructor, there.message], [here.constructor, here.message]);
    const onProgress = ({ message }: ProgressEvent): void => {
      if (message.startsWith("fold")) throw new RangeError("enough");
    };
    const listened = { folds: 3, nLambdas: 6, workers: 2, onProgress };
    assert.throws(() => withoutThrottle(() => lasso.crossValidate(X, y, listened)), {
      name: "RangeError",
      message: "enough",
    });
  });

  it("hold up no others where the call was ended from outside, without its `finally`", async () => {
    const foldsOf = (estimator: SmoothLasso) => {
      const runner = runnerOf(estimator);
      const plan = validationPlan("test", runner, X, y, { folds: 3, workers: 2 }, false);
      return { runner, plan, fit: foldsInThreads(plan) };
    };
    const lambdas = Float64Array.of(0.01);
    const endless = foldsOf(
      new SmoothLasso({ solver: gradientDescent({ step: 1e-6 }), maxIter: 1e9, tol: 1e-300 }),
    );
    const action = (): unknown => endless.fit(endless.runner, lambdas, {});
    assert.throws(() => runInNewContext("action()", { action }, { timeout: 500 }), {
      code: "ERR_SCRIPT_EXECUTION_TIMEOUT",
    });
    const { runner, plan } = foldsOf(lasso);
    const { where, folds, bySample } = plan;
    const next = new Int32Array(new SharedArrayBuffer(4));
    const job: FoldsJob = {
      kind: "folds",
      where,
      estimator: runner.describe(where),
      data: sharedData(plan.data),
      folds,
      lambdas,
      bySample,
      next,
    };
    const others = new SupervisedJob({ kind: "spread", job, threads: 1 }, {});
    const patience = performance.now() + 20_000;
    while (Atomics.load(next, 0) < 3 && performance.now() < patience) await setTimeout(20);
    others.end();
    assert.ok(next[0] >= 3, `${next[0]} folds were taken`);
  });

  it("refuse a number of threads that is none", () => {
    for (const workers of [0, 1.5, Number.NaN, "2" as never]) {
      assert.throws(() => lasso.crossValidate(X, y, { workers }), {
        name: "InputError",
        message: `SmoothLasso.crossValidate: workers must be an integer >= 1, got ${workers === ("2" as never) ? '"2"' : workers}`,
      });
    }
  });
});

describe("worker threads", () => {
  const start = `
    const X = Array.from({ length: 20 }, (_, i) => [Math.sin(i), Math.cos(3 * i)]);
    const y = X.map(([a, b], i) => a - b + Math.sin(7 * i));
    const lasso = new SmoothLasso({ lambda: 0.1 });
    const options = { folds: 3, nLambdas: 3, workers: 2 };`;
  const program = `${start}
    lasso.crossValidate(X, y, options);
    Promise.all([lasso.fitAsync(X, y), lasso.crossValidateAsync(X, y, options)]).then(([fit, cv]) =>
      console.log(fit.status, cv.status));`;

  for (const [kind, head, flags] of [
    ["CommonJS", 'const { SmoothLasso } = require("smooth-edges");', []],
    ["ES", 'import { SmoothLasso } from "smooth-edges";', ["--input-type=module"]],
  ] as const) {
    it(`are found from ${kind} modules, whatever they preload, and keep no process alive`, () => {
      const { stdout, stderr, status } = spawnSync(
        process.execPath,
        [...flags, "--require", "node:crypto", "-e", head + program],
        { cwd: ROOT, encoding: "utf8", timeout: 30_000 },
      );
      assert.deepEqual([stdout, stderr, status], ["converged complete\n", "", 0]);
    });
  }

  it("are not started for a cross-validation that is aborted before", () => {
    const code = `const { SmoothLasso } = require("smooth-edges");
      let started = 0;
      require("node:diagnostics_channel").subscribe("worker_threads", () => void started++);${start}
      lasso.crossValidate(X, y, { ...options, signal: { aborted: true } });
      const before = started;
      lasso.crossValidate(X, y, options);
      console.log(before, started);`;
    const { stdout, stderr } = spawnSync(process.execPath, ["-e", code], { cwd: ROOT, encoding: "utf8" });
    assert.deepEqual([stdout, stderr], ["0 1\n", ""]);
  });

  it("load nothing that fits do not need, and the one that looks after them much less", () => {
    const loadedWith = (name: string): string[] => {
      const file = `./dist/src/estimators/threads/${name}.js`;
      const code = `require(${JSON.stringify(file)}); console.log(JSON.stringify(Object.keys(require.cache)))`;
      return JSON.parse(spawnSync(process.execPath, ["-e", code], { cwd: ROOT, encoding: "utf8" }).stdout);
    };
    const loaded = loadedWith("run-job");
    const packages = loaded.flatMap((path) => /node_modules\/([^/]+)/.exec(path)?.[1] ?? []);
    assert.deepEqual([...new Set(packages)], ["pure-rand"]);
    assert.doesNotMatch(loaded.join("\n"), /src\/(plot|nn|data|theory)\//);
    const folders = loadedWith("supervise").map((path) => /src\/(.*)\/[^/]*$/.exec(path)?.[1]);
    assert.deepEqual([...new Set(folders.filter(Boolean))].sort(), ["estimators/threads", "platform"]);
  });
});
