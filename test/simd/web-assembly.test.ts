import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { allocateMemory, heldBytes, webAssembly } from "../../src/simd/web-assembly";

const PAGE = 65536;

describe("a memory of WebAssembly", () => {
  before(function () {
    if (webAssembly) return;
    process.stdout.write("skipped: there is no WebAssembly\n");
    this.skip();
  });

  it("has the pages that are asked for, shared between threads or not", () => {
    for (const isShared of [false, true]) {
      const { buffer } = allocateMemory(3, isShared)!;
      assert.equal(buffer.byteLength, 3 * PAGE);
      assert.equal((buffer as object) instanceof SharedArrayBuffer, isShared);
    }
  });

  it("counts among the bytes that are held", () => {
    const before = heldBytes();
    const { buffer } = allocateMemory(5, false)!;
    assert.equal(heldBytes() - before, buffer.byteLength);
  });

  it("that is refused is asked for again only after ten times as long as that took, a smaller one at once", async () => {
    const face = webAssembly as { Memory: unknown };
    const { Memory } = face;
    const asked: number[] = [];
    const took = 30;
    face.Memory = class {
      constructor({ initial }: { initial: number }) {
        asked.push(initial);
        const end = performance.now() + took;
        while (performance.now() < end);
        throw new RangeError("could not allocate memory");
      }
    };
    const start = performance.now();
    try {
      for (const pages of [8, 8, 9, 3, 3, 8]) assert.equal(allocateMemory(pages, false), undefined);
    } finally {
      face.Memory = Memory;
    }
    assert.deepEqual(asked, [8, 3]);
    assert.equal(allocateMemory(2, false)?.buffer.byteLength, 2 * PAGE);
    while (!allocateMemory(8, false)) {
      assert.ok(performance.now() < start + 60_000, "it is never asked for again");
      await sleep(10);
    }
    assert.ok(performance.now() > start + took + 10 * took);
  });
});
