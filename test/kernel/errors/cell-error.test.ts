import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { only, resultText, streamText, tracebackOf } from "../../support/exchanges";
import { type Exchange, type Json, TestKernel } from "../../support/test-kernel";

describe("an error in a cell, over real sockets", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());
  const run = (code: string, more?: Json): Promise<Exchange> => kernel.execute(code, more);

  it("come as error message and reply with the cell's own line", async () => {
    const exchange = await run("const fine = 1;\n\nthrow new RangeError('too far');");
    const { content } = exchange.reply;
    const label = `Cell [${String(content.execution_count)}]`;
    assert.deepEqual([content.status, content.ename, content.evalue], ["error", "RangeError", "too far"]);
    assert.deepEqual(only(exchange, "error")?.content, {
      ename: "RangeError",
      evalue: "too far",
      traceback: content.traceback,
    });
    assert.equal(
      tracebackOf(exchange),
      [
        "RangeError: too far",
        `${label}, line 3, column 7`,
        "  1 | const fine = 1;",
        "  2 | ",
        "> 3 | throw new RangeError('too far');",
        "    |       ^",
      ].join("\n"),
    );
  });

  it("point at the function's cell and at the caller's, without frames of the kernel", async () => {
    const defined = await run(
      "interface Gone { x: number }\nfunction fail(): never {\n  throw new Error('inside');\n}",
    );
    const called = await run("1;\nfail();");
    const [first, second] = [defined, called].map(
      ({ reply }) => `Cell [${String(reply.content.execution_count)}]`,
    );
    const traceback = tracebackOf(called);
    assert.match(traceback, new RegExp(`^${literally(`${first}, line 3, column 9`)}$`, "m"));
    assert.ok(
      traceback.endsWith(`    at fail (${first}, line 3, column 9)\n    at ${second}, line 2, column 1`),
      traceback,
    );
  });

  it("show the line of a module of one's own in which they were thrown", async () => {
    const folder = mkdtempSync(join(tmpdir(), "smooth-edges-error-"));
    const path = join(folder, "checks.ts");
    writeFileSync(
      path,
      "interface Gone { x: number }\nexport function refuse(): never {\n  throw new Error('no');\n}",
    );
    const exchange = await run(`import { refuse } from ${JSON.stringify(path)};\n[1].map(() => refuse());`);
    rmSync(folder, { recursive: true });
    const label = `Cell [${String(exchange.reply.content.execution_count)}]`;
    assert.equal(
      tracebackOf(exchange),
      [
        "Error: no",
        `${label}, line 2, column 15`,
        `  1 | import { refuse } from ${JSON.stringify(path)};`,
        "> 2 | [1].map(() => refuse());",
        "    |               ^",
        `${path}, line 3, column 9`,
        "  1 | interface Gone { x: number }",
        "  2 | export function refuse(): never {",
        "> 3 |   throw new Error('no');",
        "    |         ^",
        "  4 | }",
        `    at refuse (${path}:3:9)`,
        `    at ${label}, line 2, column 15`,
        `    at ${label}, line 2, column 5`,
      ].join("\n"),
    );
  });

  it("show no line of the library in which they were thrown", async () => {
    const refused = await run(
      "import { SmoothLasso } from 'smooth-edges';\nnew SmoothLasso({ lambda: -1 });",
    );
    const lines = tracebackOf(refused).split("\n");
    assert.equal(lines[0], "InputError: SmoothLasso: lambda must be a finite number >= 0, got -1");
    assert.deepEqual(
      lines.filter((line) => line.startsWith("> ")),
      ["> 2 | new SmoothLasso({ lambda: -1 });"],
    );
  });

  it("of the compiler name the module they are in, and show its line", async () => {
    writeFileSync(join(kernel.folder, "half.ts"), "export const done = 1;\nexport const half = ;\n");
    const refused = await run('import { half } from "./half";');
    assert.equal(refused.reply.content.evalue, "Expression expected. (TS1109), line 2 of half.ts");
    assert.equal(
      tracebackOf(refused),
      [
        "SyntaxError: Expression expected. (TS1109)",
        "half.ts, line 2, column 21",
        "  1 | export const done = 1;",
        "> 2 | export const half = ;",
        "    |                     ^",
        "  3 | ",
      ].join("\n"),
    );
  });

  it("leave out the kernel's own frames where one of its functions throws", async () => {
    const exchange = await run("1;\nkernel.typeChecking = 'never' as any;");
    assert.equal(exchange.reply.content.ename, "CellError");
    const traceback = tracebackOf(exchange);
    assert.match(traceback, /^> 2 \| kernel\.typeChecking = /m);
    assert.doesNotMatch(traceback, /[\\/]dist[\\/]kernel[\\/]/);
  });

  it("keep the line after an await, in functions of libraries too", async () => {
    const exchange = await run(
      "import { readFile } from 'node:fs/promises';\n1;\nawait readFile('/no/such/file');",
    );
    assert.equal(exchange.reply.content.ename, "Error");
    assert.match(tracebackOf(exchange), /^> 3 \| await readFile\('\/no\/such\/file'\);$/m);
  });

  it("name the cell that fails where an earlier one met the same error", async () => {
    await run("import { readFile } from 'node:fs/promises'; const lost = readFile('none'); await lost");
    const again = await run("1;\nawait lost");
    const label = `Cell [${String(again.reply.content.execution_count)}]`;
    assert.ok(tracebackOf(again).includes(`\n${label}, line 2, column 1\n`), tracebackOf(again));
  });

  it("name values that are no errors", async () => {
    for (const [thrown, evalue] of [
      ["'plain'", "plain"],
      ["{ a: 1 }", "{ a: 1 }"],
      ["null", "null"],
      ["undefined", "undefined"],
    ]) {
      const { content } = (await run(`throw ${thrown}`)).reply;
      assert.deepEqual([content.status, content.ename, content.evalue], ["error", "UncaughtValue", evalue]);
    }
  });

  it("are told of values that throw in turn when they are read", async () => {
    for (const [thrown, ename] of [
      ["Object.assign(new Error('x'), { name: Symbol('odd') })", "Symbol(odd)"],
      ["Object.assign(new Error('x'), { name: () => 1 })", "() => 1"],
      ["Object.assign(new Error('x'), { message: { toString() { throw 1; } } })", "UncaughtValue"],
      ["Object.defineProperty(new Error('x'), 'name', { get() { throw 1; } })", "UncaughtValue"],
      ["{ message: 'x', get stack() { throw 1; } }", "UncaughtValue"],
      [
        "new Proxy({}, { has() { throw 1; }, get() { throw 1; }, getPrototypeOf() { throw 1; } })",
        "UncaughtValue",
      ],
      ["(() => { const r = Proxy.revocable({}, {}); r.revoke(); return r.proxy; })()", "UncaughtValue"],
    ]) {
      const { content } = (await run(`throw ${thrown}`)).reply;
      assert.deepEqual([content.status, content.ename], ["error", ename], thrown);
      const stray = await run(`void Promise.reject(${thrown}); await new Promise((r) => setTimeout(r, 5));`);
      assert.match(streamText(stray, "stderr"), /^[^\n]+: /, thrown);
    }
  });

  it("head the stack of an object that is none as Node does", async () => {
    const head = async (object: string): Promise<unknown> =>
      resultText(
        await run(`const o: any = ${object}; Error.captureStackTrace(o); o.stack.split("\\n", 1)[0]`),
      );
    assert.equal(await head("{}"), "'Error'");
    assert.equal(await head("{ name: 'A', message: 'b' }"), "'A: b'");
  });

  it("of types name line, column and the offending line, and nothing of the cell runs", async () => {
    const exchange = await run("console.log('ran');\nconst s: string = 5;");
    assert.equal(exchange.reply.content.ename, "TypeScriptError");
    assert.equal(
      exchange.reply.content.evalue,
      "Type 'number' is not assignable to type 'string'. (TS2322), line 2",
    );
    assert.match(
      tracebackOf(exchange),
      /, line 2, column 7\n {2}1 \| console.log\('ran'\);\n> 2 \| const s: string = 5;\n {4}\| {7}\^$/,
    );
    assert.equal(streamText(exchange), "");
  });

  it("of syntax are told apart from those of types", async () => {
    const { content } = (await run("const = 5")).reply;
    assert.equal(content.ename, "SyntaxError");
    assert.equal((await run("'still here'")).reply.content.status, "ok");
  });

  it("of unfinished cells point at the end of the last line", async () => {
    for (const [code, column] of [
      ["const z = ", 10],
      ["function f() {", 15],
      ["1;\n\nfunction f() {\n", 15],
      ["let g = (1 +", 13],
      ["[1, 2", 6],
    ] as const) {
      const lines = code.trimEnd().split("\n");
      const traceback = tracebackOf(await run(code));
      const marked = `> ${lines.length} | ${code.split("\n")[lines.length - 1]}\n    | ${" ".repeat(column - 1)}^`;
      assert.ok(traceback.includes(`, line ${lines.length}, column ${column}\n`), traceback);
      assert.ok(traceback.includes(marked), traceback);
    }
  });

  it("leave what was assigned before, with its type, and what was there before", async () => {
    await run("let kept = 'old'; let size = 1;");
    await run(
      "const model = { steps: 3 }; let size = String(failing()); function failing(): number { throw new Error('x'); }",
    );
    assert.equal(resultText(await run("model.steps")), "3");
    assert.equal(resultText(await run("kept + size.toFixed(1)")), "'old1.0'");
  });

  it("list the errors of an AggregateError, each with its place and causes", async () => {
    const code =
      "const c = new Error('c');\nthrow new AggregateError([new TypeError('a'), new Error('b', { cause: c }), 7], 'all')";
    assert.match(
      tracebackOf(await run(code)),
      /^AggregateError: all\n.*\nError 1 of 3: TypeError: a \(Cell \[\d+\], line 2, column 27\)\nError 2 of 3: Error: b \(.*\)\nCaused by Error: c \(Cell \[\d+\], line 1, column 11\)\nError 3 of 3: UncaughtValue: 7$/s,
    );
  });

  it("call variables as the user does, and leave the user's own text alone", async () => {
    await run("let five: any = 5; let things = { main: five } as any;");
    for (const [code, evalue] of [
      ["five()", "five is not a function"],
      ["new five()", "five is not a constructor"],
      ["for (const x of five) {}", "five is not iterable"],
      ["things.main()", "things.main is not a function"],
      ["throw new Error('exports.five is missing')", "exports.five is missing"],
      ["throw new TypeError('(0 , exports.five) is what I say')", "(0 , exports.five) is what I say"],
    ] as const)
      assert.equal((await run(code)).reply.content.evalue, evalue, code);
  });

  it("are coloured in the traceback, and plain in name and message", async () => {
    const { content } = (await run("throw new RangeError('x')")).reply;
    assert.deepEqual([content.ename, content.evalue], ["RangeError", "x"]);
    assert.equal((content.traceback as string[])[0], "\u001b[31mRangeError\u001b[39m: x");
  });

  it("in timers and unhandled rejections are told and end nothing", async () => {
    const exchange = await run(
      "setTimeout(() => { throw new Error('late'); }, 5); void Promise.reject(new Error('unhandled')); await new Promise((resolve) => setTimeout(resolve, 60));",
    );
    assert.equal(exchange.reply.content.status, "ok");
    assert.match(streamText(exchange, "stderr"), /^Error: unhandled\nCell \[\d+\], line 1/);
    assert.match(streamText(exchange, "stderr"), /^Error: late$/m);
  });

  it("in rejections that nothing handles are told before their cell ends", async () => {
    for (let round = 0; round < 5; round++) {
      const exchange = await run("Promise.reject(new Error('later')); 5");
      assert.match(streamText(exchange, "stderr"), /Error: later/);
    }
  });

  it("are what process.exit gives, and the kernel lives", async () => {
    const { content } = (await run("process.exit(3)")).reply;
    assert.equal(
      content.evalue,
      "process.exit: a cell must not end the kernel, got exit code 3; shut the kernel down instead",
    );
    assert.equal(resultText(await run("1")), "1");
  });

  it("name causes down to the first, with their places, and count repeated frames", async () => {
    const causes = tracebackOf(
      await run(
        "const c = new RangeError('c');\nthrow new Error('a', { cause: new TypeError('b', { cause: c }) })",
      ),
    );
    assert.match(
      causes,
      /^Caused by TypeError: b \(Cell \[\d+\], line 2, column 31\)\nCaused by RangeError: c \(Cell \[\d+\], line 1, column 11\)$/m,
    );
    const circle = "const d: Error & { cause?: unknown } = new Error('d'); d.cause = d; throw d";
    assert.doesNotMatch(tracebackOf(await run(circle)), /Caused by/);
    const deep = tracebackOf(
      await run(
        "const dig = (n: number): number => { if (n === 0) throw new Error('deep'); return dig(n - 1); };\ndig(20)",
      ),
    );
    assert.match(deep, /\(20 times\)/);
    assert.match(deep, /, line 2, column 1$/);
  });
});

function literally(text: string): string {
  return text.replace(/[[\]]/g, "\\$&");
}
