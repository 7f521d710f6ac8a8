import assert from "node:assert/strict";
import { createCellConverter } from "../../../kernel/compiler/cell-converter";
import type { ConvertedCell } from "../../../kernel/compiler/types";
import { useCellCompiler } from "../../support/cell-compiler";
import { resultText, tracebackOf } from "../../support/exchanges";
import { TestKernel } from "../../support/test-kernel";

const VARIABLES =
  "let total = 0, n = 7, k = 0, text = ''; const xs = new Float64Array([0.5, 1.5, 2.25]); const rows = [0.1, 0.2, 0.3]; " +
  "const square = (x: number) => x * x; class Point { constructor(public x: number, public y: number) {} get half() { return this.x / 2 } } " +
  "const points: { x: number; y: number; half: number }[] = [new Point(0.5, 2), new Point(1.5, 4), new Point(0, 1)];";

/** Loops during which no other code can reach the variables, so that their numbers are local variables meanwhile. */
const UNREACHED: readonly string[] = [
  "for (let i = 0; i < n; i++) total += 0.1;",
  "for (let i = 0; i < 3; i++) for (const x of xs) { total += x * i; if (total > 5) break; }",
  "while (k < 5) { rows[k++] = k / 2; total -= k--; ++k; total *= 1.5; }",
  "do { total = total + Math.sqrt(k) ** 2; k += 1; } while (k < 4);",
  "outer: for (let i = 0; i < 3; i++) { for (let j = 0; j < 3; j++) { if (j === 1) continue outer; total += 0.5; } }",
  "for (let i = 0; i < rows.length; i++) { const x = rows[i]; total += x > 0.15 ? x : -x; text += total + ' '; }",
  "for (let a = 0, b = 1; k < 10; k++) { const c = a; a = b; b += c; total = b / 2; }",
  "if (n > 3) for (let i = 0; i < n; i++) { total ||= 0.5; total ??= 9; k -= total = total / 2 }",
  "for (const letter of 'abc') { total += 0.25; text = letter + text; }",
  "for (let i = 0; i < n; i++) total += square(i) / 4;",
  "for (const { x, y } of points) { total += x * y; k -= x }",
  "for (const point of points) { total += point.half; point.x = total }",
  "for (const [i, { x }] of points.entries()) total += i * x;",
  "for (const x of points.map((point) => point.half)) total += Math.max(...rows, x);",
  "for (var v = 0; v < 3; v++) { var w = v / 2; total += w } k = v;",
  "for (let i = 0; i < 5; i++) { try { if (i === 3) throw new Error('three'); total += 0.5 } catch { total -= 2 } finally { k++ } }",
  "outer: for (const point of points) { for (let i = 0; ; i++) { if (square(i) > 9) continue outer; total += i / 2; k = i } }",
  "for (let i = 0; i < 3; i++) { total += 0.5; points.push(...[{ total, k }].map(({ total: x, k: y }) => ({ x, y, half: 0 }))) } k = points[3].x;",
  "for (let i = 0; i < 3; i++) { switch (i) { case 1: total += 0.25; break; default: total *= 3; total -= 0.5 } text += String(total) }",
  "for (const key in points[0]) { total += key.length / 2; k ^= key.length }",
  "for (let i = 0; i < 3; i++) { const part = (() => { let sum = 5; sum += i; return sum })(); total += part / 2 }",
  "for (let i = 0; i < 3; i++) { total = (k = square(i) / 8) + (total ||= 0.5); text = String([total, k]) }",
  "for (let i = 0; i < 3; i++) { const step = k++ + --k + square(k--); total += step / 3 }",
];

/** Loops that may run other code, which may read and assign the total. */
const OTHERS: readonly string[] = [
  "const seen: number[] = []; const read = () => total; for (let i = 0; i < 3; i++) { total += 0.5; seen.push(read()) }; total += seen[1];",
  "const half = { get value() { return total / 2 } }; for (let i = 0; i < 3; i++) { total += 1; total += half.value }",
  "const part = { valueOf() { return total } } as any; for (let i = 0; i < 3; i++) { total += 0.5; total = total + part }",
  "const steps = { *[Symbol.iterator]() { for (let i = 0; i < 3; i++) { total += 0.25; yield i } } }; for (const step of steps) total += step;",
  "const hypot = Math.hypot; Math.hypot = () => total; for (let i = 0; i < 3; i++) { total += 0.5; k += Math.hypot(1) }; Math.hypot = hypot;",
  "for ([total, k] of [[0.5, 1], [0.25, 2]]);",
  "for (total of rows) total += square(total);",
  "for (let i = 0; i < 3; i++) { (total) += 0.5; total += square(total) }",
  "for (let i = 0; i < 3; i++) { (total as number)++; total! -= square(2) }",
  "for (let i = 0; i < 3; i++) { ({ total } = { total: total + 0.5 }); total += square(i) }",
  "const Math = { sqrt: (x: number) => total += x }; for (let i = 0; i < 3; i++) { total += 0.5; k += Math.sqrt(i) }",
  "for (let i = 0; i < 3; i++) { total += 0.5; rows.forEach((x) => { total += x }) }",
  "for (let i = 0; i < 3; i++) { total += 0.5; total += later() } function later() { return total / 2 }",
  "class Sum { part = total; static all = 1 } for (let i = 0; i < 3; i++) { total += 0.5; total += new Sum().part }",
  "const sum = ({ to } = { to: total }) => ({ total }).total + to; for (let i = 0; i < 3; i++) { total += 0.5; total += sum() }",
  "const copy = () => ({ total }); for (let i = 0; i < 3; i++) { total += 0.5; total += Object.values(copy())[0] }",
  "const take = (x: number) => ([total] = [x + 1]); for (let i = 0; i < 3; i++) { total += 0.5; take(total) }",
  "for (let i = 0; i < 3; i++) { const part = (() => { let total = 5; total += i; return total })(); total += part / 2 }",
  "const proxy = new Proxy({} as any, { get: () => (total += 2) }); for (let i = 0; i < 3; i++) { total += 0.5; k += proxy.any }",
];

/** Loops during which other code reaches the total by the names of the scope, which a function has not, and the totals. */
const BY_SCOPE: readonly (readonly [loop: string, total: number])[] = [
  ["const add = () => { exports.total += 1 }; for (let i = 0; i < 3; i++) { total += 0.5; add() }", 4.5],
  [
    "const all = exports; for (let i = 0; i < 3; i++) { total += 0.5; Reflect.set(all, 'total', total + 1) }",
    4.5,
  ],
  ["const add = () => eval('exports.total += 1'); for (let i = 0; i < 3; i++) { total += 0.5; add() }", 4.5],
  [
    "// @ts-nocheck\nconst add = () => { arguments[0].total += 1 }; for (let i = 0; i < 3; i++) { total += 0.5; add() }",
    4.5,
  ],
];

describe("loops at the top level of a cell", function () {
  this.timeout(300_000);
  const { convert } = useCellCompiler();

  it("keep their numbers in local variables where no other code can see them", () => {
    convert(VARIABLES);
    for (const loop of UNREACHED) assert.match(convert(loop).output, /held_1\.total = total_1/, loop);
  });

  it("keep none where other code could see them", () => {
    const others = [...OTHERS, "for (let i = 0; i < 3; i++) { total += await total }"];
    for (const loop of [...others, ...BY_SCOPE.map(([each]) => each)]) {
      // What a function names stays in its reach for all later cells.
      const fresh = createCellConverter();
      const first = fresh.convert("", VARIABLES, 7) as ConvertedCell;
      const { output } = fresh.convert(first.declarations, loop, 7) as ConvertedCell;
      fresh.close();
      assert.doesNotMatch(output, /held_1\.total/, loop);
    }
    assert.doesNotMatch(convert("const f = () => { for (;;) total += 0.1 };").output, /held/);
  });

  it("keep none that a function of an earlier cell names, before or after it was declared", () => {
    const cells = [
      "const early = () => above + 1;",
      "let above = 0, below = 0, none = 0;",
      "const late = () => (below = 1);",
      "let below = 0;",
      "for (let i = 0; i < 3; i++) { above += early(); below += late(); none += late() }",
    ];
    const outputs = cells.map((cell) => convert(cell).output);
    assert.match(outputs[4] as string, /held_1\.none = none_1/);
    assert.doesNotMatch(outputs[4] as string, /held_1\.(?:above|below)/);
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

    const values = "[total, n, k, text, [...xs], rows, points]";
    for (const loop of UNREACHED) {
      it(`give what a function gives where no function names them: ${loop}`, async () => {
        const ofFunction = await show(`(() => { ${VARIABLES}\n${loop}\nreturn ${values} })()`);
        await show(VARIABLES);
        await show(`${loop}\nundefined`);
        assert.equal(await show(values), ofFunction);
        await show("kernel.reset()");
      });
    }

    it("are seen by functions that a script outside of the cells has for a declared variable", async () => {
      await show("globalThis.eval('var outside = 0.5; function double() { outside *= 2 }')");
      await show("declare let outside: number; declare function double(): void;");
      await show("for (let i = 0; i < 3; i++) { outside += 1; double() }");
      assert.equal(await show("outside"), "18");
    });

    for (const loop of [...UNREACHED, ...OTHERS]) {
      it(`give what a function gives: ${loop}`, async () => {
        const ofFunction = await show(`(() => { ${VARIABLES}\n${loop}\nreturn ${values} })()`);
        await show(VARIABLES);
        await show(`${loop}\nundefined`);
        assert.equal(await show(`const read = () => ${values}; read()`), ofFunction);
        await show("kernel.reset()");
      });
    }

    it("leave what they had assigned before a function that they call failed", async () => {
      await show(
        "let part = 0; const fail = (turn: number) => { if (turn === 3) throw new TypeError('three') };",
      );
      const { reply } = await kernel.execute("for (let i = 0; ; i++) { part += 0.5; fail(i) }");
      assert.equal(reply.content.ename, "TypeError");
      assert.equal(await show("part"), "2");
    });

    it("leave what they had assigned before they failed", async () => {
      await show("let sum = 0; let none: number[] = null;");
      const { reply } = await kernel.execute(
        "for (let i = 0; ; i++) { sum += 0.5; if (i === 2) sum += none[0] }",
      );
      assert.equal(reply.content.ename, "TypeError");
      assert.equal(await show("sum"), "1.5");
    });

    it("leave what they had assigned before an interrupt, and it is not assigned again", async () => {
      await show("let done = 0, turns = 0;");
      const id = await kernel.sendCell("while (true) { done += 0.5; turns++ }");
      await kernel.until(() => kernel.of(id).some(({ type }) => type === "execute_input"));
      await new Promise((resolve) => setTimeout(resolve, 300));
      await kernel.request("control", "interrupt_request");
      await kernel.finish(id);
      const code = "turns > 1000 && Math.abs(done - turns / 2) <= 0.5";
      assert.equal(await show(code), "true");
      assert.equal(
        await show("done = 1; turns = 2; for (let i = 0; i < 2; i++) done += 0.5; [done, turns]"),
        "[ 2, 2 ]",
      );
    });

    // From here on no variable is out of the reach of functions.
    for (const [loop, total] of BY_SCOPE) {
      it(`let other code reach the variables: ${loop}`, async () => {
        await show("let total = 0;");
        await show(`${loop}\nundefined`);
        assert.equal(await show("total"), String(total));
      });
    }
  });
});
