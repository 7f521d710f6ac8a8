import assert from "node:assert/strict";
import { InputError, InternalError } from "../../src/errors";
import { arenaOf, bytesOf, plainArena } from "../../src/simd/arena";
import { kernelBackend } from "../../src/simd/kernel-module";
import { canCompileKernels } from "../support/kernel-arenas";

const ENOUGH = 1 << 20;
const isForced = process.env.SMOOTH_EDGES_KERNELS === "typescript";

describe("the backend of the kernels", () => {
  it("is WebAssembly wherever the build can make it, and TypeScript where that is asked for", function () {
    if (!canCompileKernels) {
      process.stdout.write("skipped: the compiler of the kernels is not installed\n");
      return this.skip();
    }
    assert.equal(kernelBackend(), isForced ? "typescript" : "wasm");
  });
});

describe("an arena", () => {
  it("stays with plain arrays where a memory would not pay or cannot be had", () => {
    assert.equal(arenaOf(1000), plainArena);
    assert.equal(arenaOf(2 ** 32), plainArena);
    assert.equal(arenaOf(Number.POSITIVE_INFINITY), plainArena);
  });

  it("gives arrays of zeros that do not overlap, of 16-byte alignment", () => {
    const arena = arenaOf(ENOUGH);
    const [a, b, c] = [arena.float64(3), arena.int32(3), arena.float64(0)];
    const d = arena.float64(2);
    a.fill(1);
    d.fill(2);
    assert.deepEqual([...a, ...b, ...c, ...d], [1, 1, 1, 0, 0, 0, 2, 2]);
    if (arena !== plainArena) for (const view of [a, b, c, d]) assert.equal(view.byteOffset % 16, 0);
    assert.equal(bytesOf(3) + bytesOf(3, 4) + bytesOf(0), 48);
  });

  it("holds its own arrays, and refuses those of others and what does not fit", function () {
    const [arena, other] = [arenaOf(ENOUGH), arenaOf(ENOUGH)];
    if (arena === plainArena) {
      process.stdout.write("skipped: without WebAssembly kernels every array is its own\n");
      return this.skip();
    }
    const own = arena.float64(4);
    const foreign = other.float64(4);
    assert.ok(arena.holds(own) && !arena.holds(foreign) && !arena.holds(new Float64Array(4)));
    assert.throws(
      () => arena.kernels.dot(own, foreign),
      new InternalError("kernels: an array must lie in the arena of its kernels"),
    );
    assert.throws(
      () => arena.kernels.dot(own, own.subarray(1)),
      new InternalError("kernels: an array must have 4 entries, got 3"),
    );
    assert.throws(
      () => arena.float64(ENOUGH),
      new InternalError(`arena: arrays must fit into 1114112 bytes, got ${16384 + 32 + 8 * ENOUGH}`),
    );
  });

  it("says in a sentence that there is no memory for so much", () => {
    const length = 2 ** 50;
    assert.throws(
      () => arenaOf(bytesOf(length)).float64(length),
      new InputError(`smooth-edges: an array must fit into memory, got one of ${length} numbers`),
    );
  });

  it("can be made two thousand times in a row", () => {
    for (let k = 0; k < 2000; k++) assert.equal(arenaOf(ENOUGH).float64(8)[7], 0);
  });
});
