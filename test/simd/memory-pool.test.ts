/** Memories that are taken again, by what the arenas of one piece of work leave to those of the next. */
import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { runInNewContext } from "node:vm";
import { arenaOf, plainArena } from "../../src/simd/arena";
import { kernelBackend } from "../../src/simd/kernel-module";
import { currentPool, MemoryPool } from "../../src/simd/web-assembly";

const ENOUGH = 1 << 20;

/** The memory of an array of sevens. */
function sevens(bytes: number): ArrayBufferLike {
  const array = arenaOf(bytes).float64(1000);
  assert.ok(array.every((entry) => entry === 0));
  return array.fill(7).buffer;
}

describe("a pool of memories", () => {
  beforeEach(function () {
    if (kernelBackend() === "typescript") {
      process.stdout.write("skipped: without WebAssembly there is no memory to take again\n");
      this.skip();
    }
  });

  it("gives those of one piece of work to the next, once each, as zeros", () => {
    const pool = new MemoryPool();
    const [first, second] = pool.run(() => [sevens(ENOUGH), sevens(ENOUGH)]);
    assert.notEqual(first, second);
    const again = pool.run(() => [sevens(ENOUGH), sevens(0.9 * ENOUGH), sevens(ENOUGH)]);
    assert.notEqual(again[0], again[1]);
    assert.ok(again.slice(0, 2).every((buffer) => buffer === first || buffer === second));
    assert.ok(again[2] !== first && again[2] !== second);
  });

  it("is no longer in use where a piece of work was ended from outside", async () => {
    const pool = new MemoryPool();
    const action = (): void => {
      pool.run(() => {
        for (;;);
      });
    };
    assert.throws(() => runInNewContext("action()", { action }, { timeout: 50 }), /timed out/);
    assert.equal(currentPool(), pool);
    await sleep(5);
    assert.equal(currentPool(), undefined);
  });

  it("gives none that is too small or much too large, and lets go what a piece does not need", () => {
    const pool = new MemoryPool();
    const large = pool.run(() => sevens(2 * ENOUGH));
    assert.notEqual(
      pool.run(() => sevens(ENOUGH)),
      large,
    );
    assert.notEqual(
      pool.run(() => sevens(2 * ENOUGH)),
      large,
    );
  });

  it("makes them with room for a little more, as a fold needs that has one row more", () => {
    const pool = new MemoryPool();
    const first = pool.run(() => sevens(ENOUGH));
    assert.equal(
      pool.run(() => sevens(1.1 * ENOUGH)),
      first,
    );
  });

  it("keeps at most one and a half times the first beside it, whatever a piece makes and outgrows", () => {
    const pool = new MemoryPool();
    const piece = (): ArrayBufferLike[] => [
      sevens(4 * ENOUGH),
      ...Array.from({ length: 20 }, () => sevens(ENOUGH)),
    ];
    const before = new Set(pool.run(piece));
    const again = pool.run(piece).filter((buffer) => before.has(buffer));
    assert.ok(again.length > 3);
    const beside = again.slice(1).reduce((sum, { byteLength }) => sum + byteLength, 0);
    assert.ok(beside <= 1.5 * again[0].byteLength);
  });

  it("keeps the largest of what is too much, as that which a piece outgrew comes before it", () => {
    const pool = new MemoryPool();
    const piece = (): ArrayBufferLike[] => [4, 1, 2, 3.5].map((share) => sevens(share * ENOUGH));
    const before = new Set(pool.run(piece));
    assert.deepEqual(
      pool.run(piece).map((buffer) => before.has(buffer)),
      [true, false, true, true],
    );
  });

  it("serves the work that it runs alone, also after an error", () => {
    const pool = new MemoryPool();
    const inner = pool.run(() => sevens(ENOUGH));
    assert.throws(() =>
      pool.run(() => {
        throw new Error("no more");
      }),
    );
    assert.notEqual(sevens(ENOUGH), inner);
    assert.notEqual(arenaOf(ENOUGH), plainArena);
  });
});
