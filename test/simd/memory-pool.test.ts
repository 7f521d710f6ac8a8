/** Memories that are taken again, by what the arenas of one piece of work leave to those of the next. */
import assert from "node:assert/strict";
import { arenaOf, plainArena } from "../../src/simd/arena";
import { kernelBackend } from "../../src/simd/kernel-module";
import { MemoryPool } from "../../src/simd/memory-pool";

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
    assert.deepEqual(new Set(again.slice(0, 2)), new Set([first, second]));
    assert.ok(again[2] !== first && again[2] !== second);
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
