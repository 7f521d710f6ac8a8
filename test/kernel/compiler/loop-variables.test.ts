import assert from "node:assert/strict";
import { useCellCompiler } from "../../support/cell-compiler";
import { resultText, tracebackOf } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

const VARIABLES =
  "let total = 0, n = 7, k = 0, text = ''; const xs = new Float64Array([0.5, 1.5, 2.25]); const rows = [0.1, 0.2, 0.3];";

/** Loops that run no other code, so that their numbers are local variables meanwhile. */
const ALONE: readonly string[] = [
  "for (let i = 0; i < n; i++) total += 0.1;",
  "for (let i = 0; i < 3; i++) for (const x of xs) { total += x * i; if (total > 5) break; }",
  "while (k < 5) { rows[k++] = k / 2; total -= k--; ++k; total *= 1.5; }",
  "do { total = total + Math.sqrt(k) ** 2; k += 1; } while (k < 4);",
  "outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; total += 0.5; } }",
  "for (let i = 0; i < rows.length; i++) { const x = rows[i]; total += x > 0.15 ? x : -x; text += total + ' '; }",
  "for (let a = 0, b = 1; k < 10; k++) { const c = a; a = b; b += c; total = b / 2; }",
  "if (n > 3) for (let i = 0; i < n; i++) { total ||= 0.5; total ??= 9; k -= total = total / 2 }",
  "for (const letter of 'abc') { total += 0.25; text = letter + text; }",
];

/** Loops that may run other code, which may read and assign the variables. */
const OTHERS: readonly string[] = [
  "const seen: number[] = []; const read = () => total; for (let i = 0; i < 3; i++) { total += 0.5; seen.push(read()) }; total += seen[1];",
  "const half = { get value() { return total / 2 } }; for (let i = 0; i < 3; i++) { total += 1; total += half.value }",
  "const part = { valueOf() { return total } } as any; for (let i = 0; i < 3; i++) { total += 0.5; total = total + part }",
  "const steps = { *[Symbol.iterator]() { for (let i = 0; i < 3; i++) { total += 0.25; yield i } } }; for (const step of steps) total += step;",
  "const hypot = Math.hypot; Math.hypot = () => total; for (let i = 0; i < 3; i++) { total += 0.5; k += Math.hypot(1) }; Math.hypot = hypot;",
  "for (var v = 0; v < 3; v++) { var w = v / 2; total += w } k = v;",
  "for ([total, k] of [[0.5, 1], [0.25, 2]]);",
  "const Math = { sqrt: (x: number) => total += x }; for (let i = 0; i < 3; i++) { total += 0.5; k += Math.sqrt(i) }",
];

describe("loops at the top level of a cell", function () {
  this.timeout(300_000);
  const { convert } = useCellCompiler();

  it("keep their numbers in local variables where they run no other code", () => {
    convert(VARIABLES);
    for (const loop of ALONE) assert.match(convert(loop).output, /held_1\.total = total_1/, loop);
  });

  it("keep none where other code could see them", () => {
    convert(VARIABLES);
    for (const loop of [...OTHERS, "for (let i = 0; i < 3; i++) { total += await total }"]) {
      assert.doesNotMatch(convert(loop).output, /held/, loop);
    }
    assert.doesNotMatch(convert("const f = () => { for (;;) total += 0.1 };").output, /held/);
  });

  describe("over real sockets", () => {
    let kernel: TestKernel;
    before(async () => {
      kernel = await TestKernel.start();
    });
    after(() => kernel.stop());
    const show = async (code: string): Promise<string | undefined> => {
      const exchange = await kernel.execute(code);
      assert.equal(exchange.reply.content.status, "ok", tracebackOf(exchange));
      return resultText(exchange);
    };

    for (const loop of [...ALONE, ...OTHERS]) {
      it(`give what a function gives: ${loop}`, async () => {
        const values = "[total, n, k, text, [...xs], rows]";
        const ofFunction = await show(`(() => { ${VARIABLES}\n${loop}\nreturn ${values} })()`);
        await show(VARIABLES);
        await show(`${loop}\nundefined`);
        assert.equal(await show(`const read = () => ${values}; read()`), ofFunction);
        await show("kernel.reset()");
      });
    }

    it("leave what they had assigned before they failed", async () => {
      await show("let total = 0; const read = () => total; let none: number[] = null;");
      const { reply } = await kernel.execute(
        "for (let i = 0; ; i++) { total += 0.5; if (i === 2) total += none[0] }",
      );
      assert.equal(reply.content.ename, "TypeError");
      assert.equal(await show("[total, read()]"), "[ 1.5, 1.5 ]");
    });

    it("leave what they had assigned before an interrupt, and it is not assigned again", async () => {
      await show("let done = 0, turns = 0; const seen = () => [done, turns];");
      const id = await kernel.sendCell("while (true) { done += 0.5; turns++ }");
      await kernel.until(() => kernel.of(id).some(({ type }) => type === "execute_input"));
      await new Promise((resolve) => setTimeout(resolve, 300));
      await kernel.request("control", "interrupt_request");
      await kernel.finish(id);
      const code = "turns > 1000 && Math.abs(done - turns / 2) <= 0.5 && seen()[0] === done";
      assert.equal(await show(code), "true");
      assert.equal(
        await show("done = 1; turns = 2; for (let i = 0; i < 2; i++) done += 0.5; seen()"),
        "[ 2, 2 ]",
      );
    });
  });
});
