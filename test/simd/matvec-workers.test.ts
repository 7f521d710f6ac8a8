import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { EventEmitter } from "node:events";
import { createRequire } from "node:module";
import { type Arena, arenaOf, plainArena } from "../../src/simd/arena";
import type { KernelExports } from "../../src/simd/kernel-exports";
import {
  currentWorkers,
  endWorkers,
  MatvecWorkers,
  Word,
  type WorkerData,
  withWorkers,
} from "../../src/simd/matvec-workers";
import { ROOT } from "../support/tracked-files";

/** The module itself, in which threads can be replaced. */
const workerThreads = createRequire(__filename)(
  "node:worker_threads",
) as typeof import("node:worker_threads") & { Worker: unknown };

const [n, p] = [3001, 230];
const [ROOM, NUMBERS] = [1 << 25, n * p];

interface Products {
  readonly arena: Arena;
  readonly columns: Float64Array;
  readonly v: Float64Array;
  readonly weights: Float64Array;
  readonly all: Int32Array;
  readonly some: Int32Array;
}

function productsIn(arena: Arena): Products {
  const columns = arena.float64(NUMBERS);
  const [v, weights] = [arena.float64(n), arena.float64(n)];
  const [all, some] = [arena.int32(p), arena.int32(p - 30)];
  columns.forEach((_, i) => {
    columns[i] = Math.sin(i * 1.7) * (1 + (i % 13));
  });
  v.forEach((_, i) => {
    [v[i], weights[i]] = [Math.cos(i), 0.5 + (i % 7)];
  });
  all.forEach((_, k) => {
    all[k] = p - 1 - k;
  });
  some.forEach((_, k) => {
    some[k] = (7 * k) % p;
  });
  return { arena, columns, v, weights, all, some };
}

/** Every product that is shared out, and one that is not: a tile of it would be taken for one of a single list. */
function computed({ arena, columns, v, weights, all, some }: Products): Float64Array[] {
  const { kernels } = arena;
  const dots = arena.float64(p);
  kernels.columnDots(columns, v, dots);
  const dotsAt = arena.float64(some.length + 3);
  kernels.columnDotsAt(columns, some, v, dotsAt);
  const [gram, weighted, block, nested] = [
    arena.float64(p * p),
    arena.float64(p * p),
    arena.float64(100 * some.length),
    arena.float64(50 * 200),
  ];
  kernels.gramBlock(columns, n, all, all, gram);
  kernels.gramBlock(columns, n, all, all, weighted, weights);
  kernels.gramBlock(columns, n, all.subarray(0, 100), some, block, weights);
  kernels.gramBlock(columns, n, all.subarray(0, 50), all.subarray(0, 200), nested, weights);
  return [dots, dotsAt, gram, weighted, block, nested].map((values) => Float64Array.from(values));
}

describe("a crew of threads", () => {
  before(function () {
    if (arenaOf(ROOM, true) !== plainArena) return;
    process.stdout.write("skipped: without WebAssembly kernels every call computes alone\n");
    this.skip();
  });

  const expected = computed(productsIn(plainArena));

  /** Does work, of each product of which this sees the kernels before the call computes any tile. */
  function watched<T>(see: (kernels: KernelExports, nTiles: number) => KernelExports, work: () => T): T {
    const { share } = MatvecWorkers.prototype;
    MatvecWorkers.prototype.share = function (memory, kernels, tiles): boolean {
      return share.call(this, memory, see(kernels, tiles.length), tiles);
    };
    try {
      return work();
    } finally {
      MatvecWorkers.prototype.share = share;
    }
  }

  /** The kernels, told before each call of one. */
  function told(kernels: KernelExports, tell: () => void): KernelExports {
    const tellBefore =
      (kernel: (...args: number[]) => unknown) =>
      (...args: number[]) => {
        tell();
        return kernel(...args);
      };
    const { columnDots, columnDotsAt, gramBlock } = kernels as unknown as Record<string, () => void>;
    return {
      ...kernels,
      columnDots: tellBefore(columnDots),
      columnDotsAt: tellBefore(columnDotsAt),
      gramBlock: tellBefore(gramBlock),
    };
  }

  it("computes products to the bits of one thread, whatever the number of threads, and in others too", () => {
    for (const workers of [2, 3, 9]) {
      let [nShared, nHere, nTiles] = [0, 0, 0];
      const count = (kernels: KernelExports, more: number): KernelExports => {
        nShared++;
        nTiles += more;
        return told(kernels, () => nHere++);
      };
      const compute = (): void => {
        const products = productsIn(arenaOf(ROOM, true));
        const end = performance.now() + 60_000;
        let turn = 0;
        for (; turn < 3 || nHere === nTiles; turn++) {
          assert.ok(performance.now() < end, "no other thread has taken a tile");
          assert.deepStrictEqual(computed(products), expected, `${workers} threads`);
        }
        assert.equal(nShared, 5 * turn);
      };
      watched(count, () => withWorkers(workers, compute));
    }
  });

  it("computes anew by itself what a lost thread has taken, and that memory's products from then on", async () => {
    const { Worker } = workerThreads;
    let words: Int32Array | undefined;
    class LostWorker extends EventEmitter {
      constructor(_file: string, { workerData }: { workerData: WorkerData }) {
        super();
        words = workerData.words;
      }
      unref(): void {}
      postMessage(): void {}
      async terminate(): Promise<void> {}
    }
    let nShared = 0;
    const loseOne = (kernels: KernelExports): KernelExports => {
      nShared++;
      let isTaken = false;
      return told(kernels, () => {
        if (isTaken) return;
        isTaken = true;
        Atomics.add(words!, Word.claim, 1);
        Atomics.store(words!, Word.failed, 1);
      });
    };
    await endWorkers();
    workerThreads.Worker = LostWorker as unknown as typeof Worker;
    try {
      for (let k = 0; k < 2; k++) {
        watched(loseOne, () =>
          withWorkers(4, () => {
            const products = productsIn(arenaOf(ROOM, true));
            assert.deepStrictEqual(computed(products), expected);
            assert.deepStrictEqual(computed(products), expected);
          }),
        );
      }
    } finally {
      workerThreads.Worker = Worker;
    }
    assert.equal(nShared, 2);
    withWorkers(2, () => assert.deepStrictEqual(computed(productsIn(arenaOf(ROOM, true))), expected));
  });

  it("keeps its threads for one design, and has others start at once in the place of those that were sent too many", async () => {
    const { Worker } = workerThreads;
    let nStarted = 0;
    class CountedWorker extends (Worker as typeof import("node:worker_threads").Worker) {
      constructor(...given: ConstructorParameters<typeof import("node:worker_threads").Worker>) {
        super(...given);
        nStarted++;
      }
    }
    const startedAfter = (work: () => Products): number => {
      withWorkers(2, () => assert.deepStrictEqual(computed(work()), expected));
      return nStarted;
    };
    await endWorkers();
    workerThreads.Worker = CountedWorker;
    try {
      const one = productsIn(arenaOf(ROOM, true));
      for (let k = 0; k < 6; k++)
        assert.equal(
          startedAfter(() => one),
          1,
        );
      const fresh = [1, 1, 2].map(() => startedAfter(() => productsIn(arenaOf(ROOM, true))));
      assert.deepStrictEqual(fresh, [1, 1, 2]);
    } finally {
      workerThreads.Worker = Worker;
    }
  });

  it("does without threads where none can be started", () => {
    const script = `
      const threads = require("node:worker_threads");
      threads.Worker = class { constructor() { throw new Error("no thread"); } };
      const { SmoothLasso } = require("./dist/src");
      const X = { data: Float64Array.from({ length: 60000 }, (_, i) => Math.sin(i * i)), nSamples: 3000, nFeatures: 20 };
      const y = Float64Array.from({ length: 3000 }, (_, i) => Math.cos(i * i));
      const fits = [1, 2].map((workers) => new SmoothLasso({ lambda: 0.01 }).fit(X, y, { workers }));
      require("node:assert").deepStrictEqual(fits[1].coef, fits[0].coef);
    `;
    const { status, stderr } = spawnSync(process.execPath, ["-e", script], { cwd: ROOT, encoding: "utf8" });
    assert.equal(status, 0, stderr);
  });

  it("keeps no process alive", () => {
    const script = `
      const { SmoothLasso } = require("./dist/src");
      const X = { data: Float64Array.from({ length: 60000 }, (_, i) => Math.sin(i * i)), nSamples: 3000, nFeatures: 20 };
      new SmoothLasso().path(X, Float64Array.from({ length: 3000 }, (_, i) => Math.cos(i * i)), { workers: 2 });
    `;
    const start = performance.now();
    const { status } = spawnSync(process.execPath, ["-e", script], { cwd: ROOT, timeout: 50_000 });
    assert.equal(status, 0);
    assert.ok(performance.now() - start < 50_000);
  });

  it("is there for work alone, and once for work within work", () => {
    assert.equal(currentWorkers(), undefined);
    withWorkers(2, () => {
      const outer = currentWorkers();
      assert.ok(outer);
      withWorkers(2, () => assert.equal(currentWorkers(), outer));
      withWorkers(1, () => assert.equal(currentWorkers(), outer));
      assert.equal(currentWorkers(), outer);
    });
    assert.equal(currentWorkers(), undefined);
    withWorkers(1, () => assert.equal(currentWorkers(), undefined));
    assert.throws(
      () =>
        withWorkers(2, () => {
          throw new RangeError("work");
        }),
      RangeError,
    );
    assert.equal(currentWorkers(), undefined);
  });
});
