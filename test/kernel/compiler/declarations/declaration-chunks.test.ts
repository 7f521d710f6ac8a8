import assert from "node:assert/strict";
import {
  consolidateChunks,
  joinDeclarations,
} from "../../../../kernel/compiler/declarations/declaration-chunks";

/** Long enough to be set apart, of names and types that are its own. */
const long = (name: string, type = "number"): string =>
  Array.from({ length: 12 }, (_, k) => `declare const ${name}${k}: ${type};\n`).join("");

describe("chunks of declarations", () => {
  it("set long ones apart, and put together what means the same in one file", () => {
    assert.deepEqual(consolidateChunks("declare const a: 1;\n"), {
      older: [],
      recent: "declare const a: 1;\n",
    });
    const first = consolidateChunks(long("a"));
    assert.deepEqual(first, { older: [long("a")], recent: "" });
    const second = consolidateChunks(joinDeclarations(first.older, long("b")));
    assert.deepEqual(second, { older: [`${long("a")}\n${long("b")}`], recent: "" });
  });

  it("keep those apart of which one declares what the other names", () => {
    for (const [older, newer] of [
      [long("a"), long("a")],
      [long("a", "typeof b3"), long("b")],
    ] as const) {
      assert.deepEqual(consolidateChunks(joinDeclarations([older], newer)).older, [older, newer]);
    }
  });

  it("stay of a size that is read at once", () => {
    const whole = Array.from({ length: 20 }, (_, k) => long(`v${k}_`)).reduce((all, each) => {
      const { older, recent } = consolidateChunks(joinDeclarations(consolidateChunks(all).older, each));
      return joinDeclarations(older, recent);
    }, "");
    const { older } = consolidateChunks(whole);
    assert.ok(older.length > 1 && older.every(({ length }) => length <= 6000), `${older.length}`);
    assert.equal(older.join("\n").match(/declare const/g)?.length, 240);
  });
});
