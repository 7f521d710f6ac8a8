import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { createCellConverter } from "../../../kernel/compiler/cell-converter";
import type { CellConverter } from "../../../kernel/compiler/types";
import { type WarmUp, warmUp } from "../../../kernel/execution/session";
import { SharedState } from "../../../kernel/transport/thread-port";
import { resultText } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

/** A converter that is told apart by what `convert` does. */
function converterThat(convert: CellConverter["convert"]): CellConverter {
  const complete: CellConverter["complete"] = () => ({ start: 0, end: 0, matches: [] });
  return { convert, complete } as CellConverter;
}

describe("warmUp", () => {
  it("compiles all its cells one at a time, out of an interrupt's reach, and comes to its end", async () => {
    const shared = new SharedState();
    let compiled = 0;
    let longestTurn = 0;
    const seen = new Set<string>();
    await new Promise<void>((done) => {
      let withFallback = 0;
      const converter = converterThat(() => {
        seen.add(`uninterruptible within: ${shared.uninterruptible}`);
        longestTurn = Math.max(longestTurn, ++withFallback);
        setImmediate(() => {
          withFallback = 0;
          seen.add(`uninterruptible between: ${shared.uninterruptible}`);
        });
        if (++compiled === 20) done();
        return { kind: "refused", diagnostics: [] };
      });
      warmUp(converter, shared);
    });
    await sleep(100);
    assert.deepEqual({ compiled, longestTurn }, { compiled: 20, longestTurn: 1 });
    assert.deepEqual([...seen], ["uninterruptible within: true", "uninterruptible between: false"]);
  });

  it("ends quietly at the first failure, and can be interrupted then", async () => {
    const shared = new SharedState();
    let tried = 0;
    await new Promise<void>((done) => {
      const converter = converterThat(() => {
        tried++;
        done();
        throw new Error("no folder");
      });
      warmUp(converter, shared);
    });
    await sleep(100);
    assert.deepEqual([tried, shared.uninterruptible], [1, false]);
  });

  it("compiles nothing while a cell runs, before its first step or after some, and the rest when that has ended", async () => {
    for (const some of [0, 3]) {
      let compiled = 0;
      const warming = await new Promise<WarmUp>((done) => {
        const converter = converterThat(() => {
          if (++compiled === some) setImmediate(done, made);
          return { kind: "refused", diagnostics: [] };
        });
        const made = warmUp(converter, new SharedState());
        if (some === 0) done(made);
      });
      warming.pause();
      await sleep(300);
      assert.equal(compiled, some);
      warming.resume();
      while (compiled < 20) await sleep(20);
      await sleep(100);
      assert.equal(compiled, 20);
    }
  });

  it("leaves what cells declared as it was, and declares nothing", async () => {
    const converter = createCellConverter();
    const first = converter.convert("", "const answer = 42", 1);
    assert.equal(first.kind, "converted");
    const kinds: string[] = [];
    await new Promise<void>((done) => {
      const counting = converterThat((...args) => {
        const result = converter.convert(...args);
        if (kinds.push(result.kind) === 20) done();
        return result;
      });
      warmUp(counting, new SharedState());
    });
    assert.deepEqual(kinds, new Array(20).fill("converted"));
    const { declarations } = first as { declarations: string };
    assert.equal(converter.convert(declarations, "answer.toFixed()", 2).kind, "converted");
    for (const name of ["numbers", "earlier"])
      assert.equal(converter.convert(declarations, name, 3).kind, "refused");
    converter.close();
  });

  describe("in a kernel", () => {
    let kernel: TestKernel;
    beforeEach(async () => {
      kernel = await TestKernel.start();
    });
    afterEach(() => kernel.stop());

    it("pauses for the first cell, which may await for long", async () => {
      const timers = `import { createHook } from "node:async_hooks";
        const made = [];
        createHook({ init: (_, type) => made.push(type) }).enable();
        await new Promise((resolve) => setTimeout(resolve, 600));
        made.filter((type) => type === "Timeout").length`;
      assert.equal(resultText(await kernel.execute(timers)), "1");
    });

    it("lets completions through and outlives interrupts while no cell has come", async () => {
      for (let k = 0; k < 8; k++) {
        const asked = { code: "Math.hyp", cursor_pos: 8 };
        const { reply } = await kernel.request("shell", "complete_request", asked);
        assert.deepEqual(reply.content.matches, ["hypot"]);
        assert.equal((await kernel.request("control", "interrupt_request")).reply.content.status, "ok");
        await sleep(25);
      }
      assert.equal(resultText(await kernel.execute("1 + 1")), "2");
    });
  });
});
