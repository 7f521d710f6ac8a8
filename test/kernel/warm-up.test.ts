import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type CellConverter, createCellConverter } from "../../kernel/cell-converter";
import { warmUp } from "../../kernel/warm-up";

/** A converter that is told apart by what `convert` does. */
function converterThat(convert: CellConverter["convert"]): CellConverter {
  return { convert } as CellConverter;
}

describe("warmUp", () => {
  it("compiles nothing while a cell runs, then all its cells one at a time, and comes to its end", async () => {
    let asked = 0;
    let compiled = 0;
    let longestTurn = 0;
    await new Promise<void>((done) => {
      let inTurn = 0;
      const converter = converterThat(() => {
        longestTurn = Math.max(longestTurn, ++inTurn);
        setImmediate(() => {
          inTurn = 0;
        });
        if (++compiled === 20) done();
        return { kind: "refused", diagnostics: [] };
      });
      warmUp(converter, () => {
        if (++asked < 5) assert.equal(compiled, 0);
        return asked >= 5;
      });
    });
    await sleep(100);
    assert.deepEqual({ compiled, longestTurn, asked }, { compiled: 20, longestTurn: 1, asked: 24 });
  });

  it("ends quietly at the first failure", async () => {
    let tried = 0;
    await new Promise<void>((done) => {
      const converter = converterThat(() => {
        tried++;
        done();
        throw new Error("no folder");
      });
      warmUp(converter, () => true);
    });
    await sleep(100);
    assert.equal(tried, 1);
  });

  it("leaves what cells declared as it was, and declares nothing", async () => {
    const converter = createCellConverter();
    const first = converter.convert("", "const answer = 42", 1);
    assert.equal(first.kind, "converted");
    await new Promise<void>((done) => {
      let compiled = 0;
      const counting = converterThat((...args) => {
        const result = converter.convert(...args);
        assert.equal(result.kind, "converted");
        if (++compiled === 20) done();
        return result;
      });
      warmUp(counting, () => true);
    });
    const { declarations } = first as { declarations: string };
    assert.equal(converter.convert(declarations, "answer.toFixed()", 2).kind, "converted");
    for (const name of ["numbers", "earlier"])
      assert.equal(converter.convert(declarations, name, 3).kind, "refused");
    converter.close();
  });
});
