import assert from "node:assert/strict";
import fc from "fast-check";
import { parseShard, suffixOf, tasksOf, WHOLE } from "../../../figures/runs/shard";
import { UsageError } from "../../../kernel/errors";

describe("the parts of a study", () => {
  it("have every task once, and sizes that differ by at most one", () => {
    fc.assert(
      fc.property(fc.nat(40), fc.integer({ min: 1, max: 9 }), (size, count) => {
        const tasks = Array.from({ length: size }, (_, k) => ({ id: String(k), parameters: { k } }));
        const parts = Array.from({ length: count }, (_, k) => tasksOf({ index: k + 1, count }, tasks));
        const ids = parts.flat().map(({ parameters }) => parameters.k);
        assert.deepEqual(
          ids.sort((a, b) => a - b),
          tasks.map((_, k) => k),
        );
        const sizes = parts.map(({ length }) => length);
        assert.ok(Math.max(...sizes) - Math.min(...sizes) <= 1);
      }),
    );
  });

  it("are written as one would say them, and name their journals", () => {
    assert.deepEqual(parseShard("2/8"), { index: 2, count: 8 });
    assert.equal(suffixOf(parseShard("2/8")), ".2-of-8");
    assert.equal(suffixOf(WHOLE), "");
  });

  for (const text of ["0/8", "9/8", "2", "2/", "a/b", "-1/8", "1.5/8"]) {
    it(`are refused where there is none such: ${text}`, () => {
      assert.throws(
        () => parseShard(text),
        new UsageError(`--shard must be i/n with i from 1 to n, such as 2/8, got ${text}`),
      );
    });
  }
});
