import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { stripVTControlCharacters } from "node:util";
import { useCellCompiler } from "../../support/cell-compiler";
import { CLOSURE_SEQUENCES } from "../../support/closure-sequences";
import { resultText, streamText, tracebackOf } from "../../support/exchanges";
import { LATER_SEQUENCES } from "../../support/later-sequences";
import { DECLARATION_SEQUENCES, type ScopeSequence } from "../../support/scope-sequences";
import { type Exchange, type Received, TestKernel } from "../../support/test-kernel";

const SCOPE_SEQUENCES = [...DECLARATION_SEQUENCES, ...CLOSURE_SEQUENCES, ...LATER_SEQUENCES];

function isOutcome({ type }: Received): boolean {
  return type === "execute_result" || type === "error";
}

/** Runs cells one after the other; the last one's result, or its error. */
async function lastOf(kernel: TestKernel, cells: readonly string[]): Promise<string | undefined> {
  let last: Exchange | undefined;
  for (const cell of cells) {
    last = await kernel.execute(cell);
    if (last.reply.content.status !== "ok") return `${cell}\n${tracebackOf(last)}`;
  }
  return last && resultText(last);
}

describe("the scope that all cells share", function () {
  this.timeout(300_000);

  describe("over real sockets", () => {
    let kernel: TestKernel;
    before(async () => {
      kernel = await TestKernel.start();
    });
    after(() => kernel.stop());
    afterEach(() => kernel.execute("kernel.reset()"));

    for (const { title, cells, shows } of SCOPE_SEQUENCES) {
      it(title, async () => {
        assert.equal(await lastOf(kernel, cells), shows);
      });
    }

    it("does not give what a cell failed to initialize", async () => {
      const failed = await kernel.execute(
        "const area = () => width * 2;\nif (area.length === 0) throw new Error('on the way');\nconst width = 3;",
      );
      assert.equal(failed.reply.content.evalue, "on the way");
      const early = await kernel.execute("area()");
      assert.equal(early.reply.content.ename, "ReferenceError");
      assert.equal(early.reply.content.evalue, "Cannot access 'width' before initialization");
      assert.equal(await lastOf(kernel, ["const width = 3;", "area()"]), "6");
    });

    it("loses no assignment to what is not there yet, nor to what a reset has forgotten", async () => {
      const early = await kernel.execute(
        "const set = () => { height = 3 }; (globalThis as any).set = set; set(); let height = 1;",
      );
      assert.equal(early.reply.content.evalue, "Cannot access 'height' before initialization");
      assert.equal(await lastOf(kernel, ["var height: number; set(); height"]), "3");
      await kernel.execute("kernel.reset()");
      const late = await kernel.execute("(globalThis as any).set()");
      assert.equal(late.reply.content.evalue, "height is not defined");
    });

    it("lets an older function assign to a name that was imported since", async () => {
      const cells = [
        "let sep = 'a'; const set = () => { sep = 'b' };",
        "import { sep } from 'node:path';",
        "const before = sep; set(); [before, sep]",
      ];
      assert.equal(await lastOf(kernel, cells), "[ '/', 'b' ]");
    });

    it("tells of variables as the cell names them", async () => {
      await kernel.execute("let notCallable: any = 5;");
      const messages: unknown[] = [];
      for (const cell of ["notCallable()", "new notCallable()", "[...notCallable]", "notCallable`x`"]) {
        const failed = await kernel.execute(cell);
        assert.doesNotMatch(tracebackOf(failed), /__variables__/);
        messages.push(failed.reply.content.evalue);
      }
      assert.match(messages.join("\n"), /^notCallable is not a function\nnotCallable is not a constructor\n/);
    });

    it("keeps types of a cell that failed half way where they were", async () => {
      await kernel.execute(
        "interface Point { x: number } const first: Point = { x: 1 }; namespace Unit { export const m = 1 }",
      );
      const { reply } = await kernel.execute(
        "interface Point { y: string } if (first) throw new Error('half'); namespace Unit { export const m = 'm' }",
      );
      assert.equal(reply.content.evalue, "half");
      assert.equal(await lastOf(kernel, ["const n: number = first.x + Unit.m; n"]), "2");
    });

    it("completes no name that only the compiler gave to an older type", async () => {
      await kernel.execute("class Model { old = 1 } const first = new Model();");
      await kernel.execute("class Model { fresh = 1 }");
      const { reply } = await kernel.request("shell", "complete_request", { code: "Mod", cursor_pos: 3 });
      assert.ok((reply.content.matches as string[]).includes("Model"));
      assert.ok(!(reply.content.matches as string[]).includes("Model_1"));
    });

    it("keeps what a cell assigned before it failed or was interrupted", async () => {
      await kernel.execute("let done = 0; const seen = () => done;");
      const id = await kernel.sendCell("while (true) done++;");
      await kernel.until(() => kernel.of(id).some(({ type }) => type === "execute_input"));
      await new Promise((resolve) => setTimeout(resolve, 200));
      await kernel.request("control", "interrupt_request");
      await kernel.finish(id);
      assert.equal(await lastOf(kernel, ["done > 1000 && seen() === done"]), "true");
    });

    it("gives older functions an error for what a reset has forgotten", async () => {
      await kernel.execute("let gone = 1; (globalThis as any).old = () => gone;");
      await kernel.execute("kernel.reset()");
      const { reply } = await kernel.execute("(globalThis as any).old()");
      assert.equal(reply.content.evalue, "gone is not defined");
    });

    it("hints once at a name that no cell has declared, and fails where the function needs it", async () => {
      const hinted = await kernel.execute("const use = () => [soon, soon, typeof other];");
      assert.equal(hinted.reply.content.status, "ok");
      const hints = streamText(hinted, "stderr").match(/Cannot find name '\w+'/g);
      assert.deepEqual(hints, ["Cannot find name 'soon'"]);
      const { reply } = await kernel.execute("use()");
      assert.deepEqual(
        [reply.content.ename, reply.content.evalue],
        ["ReferenceError", "soon is not defined"],
      );
      assert.equal(await lastOf(kernel, ["let soon = 1;", "use()"]), "[ 1, 1, 'undefined' ]");
    });

    it("refuses an unknown name where the code runs at once", async () => {
      const cells = [
        "unknown1",
        "class A extends unknown1 {}",
        "class A { static x = unknown1; [unknown1]() {} }",
      ];
      for (const cell of [...cells, "const f = (x: Unknown1) => x;", "if (true) { unknown1 = 1 }"]) {
        const { reply } = await kernel.execute(cell);
        assert.equal(reply.content.ename, "TypeScriptError", cell);
      }
    });

    it("leaves a function the global where the cell that declares its name fails before, or a reset forgets it", async () => {
      const global = "const copy = () => structuredClone({ a: 1 }); (globalThis as any).copy = copy;";
      await kernel.execute(global);
      const { reply } = await kernel.execute(
        "if (copy) throw new Error('half'); const structuredClone = () => 'mine';",
      );
      assert.equal(reply.content.evalue, "half");
      assert.equal(await lastOf(kernel, ["copy()"]), "{ a: 1 }");
      assert.equal(await lastOf(kernel, ["const structuredClone = () => 'mine';", "copy()"]), "'mine'");
      await kernel.execute("kernel.reset()");
      assert.equal(await lastOf(kernel, ["(globalThis as any).copy()"]), "{ a: 1 }");
    });

    it("follows what an imported module assigns to a name that it exports", async () => {
      const cells = [
        "import { writeFileSync } from 'node:fs';\nwriteFileSync('counter.mjs', 'export let count = 0; export function up() { count++ }');",
        "import { count, up } from './counter.mjs'; const read = () => count;",
        "up(); up(); [count, read()]",
      ];
      assert.equal(await lastOf(kernel, cells), "[ 2, 2 ]");
    });

    it("keeps the var of a loop that failed", async () => {
      const failed = await kernel.execute("for (var k = 0; ; k++) if (k === 3) throw new Error('at three');");
      assert.equal(failed.reply.content.evalue, "at three");
      assert.equal(await lastOf(kernel, ["k"]), "3");
    });

    it("completes and explains although an imported name cannot be read", async () => {
      const cells = [
        "import { mkdirSync, writeFileSync } from 'node:fs';\nmkdirSync('node_modules/failing', { recursive: true });\nwriteFileSync('node_modules/failing/index.js', 'exports.ok = 1; Object.defineProperty(exports, \"bad\", { enumerable: true, get() { throw new Error(\"late\") } });');",
        "import { ok, bad } from 'failing'; ok",
      ];
      assert.equal(await lastOf(kernel, cells), "1");
      const content = { code: "bad.x", cursor_pos: 5 };
      const { reply } = await kernel.request("shell", "complete_request", content);
      assert.equal(reply.content.status, "ok");
    });

    it("stays quick with hundreds of variables", async () => {
      const many = Array.from({ length: 400 }, (_, at) => `let v${at} = ${at};`);
      await kernel.execute(many.join("\n"));
      const fast = "(globalThis as any).__cell__.variables";
      // V8's own word for whether properties lie in fixed places, under its flag for natives.
      const shown = await lastOf(kernel, [
        "import v8 from 'node:v8'; import vm from 'node:vm';\nv8.setFlagsFromString('--allow-natives-syntax');",
        "let sum = 0; for (let i = 0; i < 1000; i++) sum += v399;",
        `vm.runInThisContext('(x) => %HasFastProperties(x)')(${fast})`,
      ]);
      assert.equal(shown, "true");
    });
  });

  describe("in Deno's kernel, for comparison", () => {
    const deno = process.env.DENO ?? "deno";
    before(function () {
      const found = spawnSync(deno, ["--version"], { encoding: "utf8" });
      if (found.status === 0) return;
      process.stdout.write(`skipped: ${deno} cannot be run (the variable DENO may name another one)\n`);
      this.skip();
    });

    const alike: ScopeSequence[] = SCOPE_SEQUENCES.filter(({ differsInDeno }) => !differsInDeno);
    for (const { title, cells, shows } of alike) {
      it(title, async () => {
        const argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"];
        const kernel = await TestKernel.launch({ argv });
        try {
          // What Deno publishes before the front end has subscribed is lost.
          await kernel.send("control", "kernel_info_request");
          await kernel.until(() => kernel.replies.length > 0);
          await new Promise((resolve) => setTimeout(resolve, 500));
          const ids = cells.map((cell) => kernel.sendCell(cell));
          const last = await ids.at(-1);
          // Deno may tell of a result after it said that it is idle.
          const result = (): Received | undefined => kernel.of(String(last)).find(isOutcome);
          await kernel.until(() => result() !== undefined);
          const data = result()?.content.data as Record<string, string> | undefined;
          assert.equal(plain(data?.["text/plain"]), shows);
        } finally {
          await kernel.stop();
        }
      });
    }
  });
});

describe("the compiled text of a cell", function () {
  this.timeout(300_000);
  const { convert } = useCellCompiler();

  it("assigns to the var of a loop without reporting each time", () => {
    const { output } = convert("for (var i = 0; i < 3; i++) { var square = i * i }");
    assert.match(output, /for \(__variables__\.i = 0;/);
    assert.match(output, /__variables__\.square = /);
  });

  it("reads and writes variables of earlier cells, also in shorthand properties", () => {
    convert("let a = 1; let b = 2;");
    const { output } = convert(
      "const o = { a, b }; [a, b] = [b, a]; ({ a } = { a: 3 }); const f = (a: number) => ({ a });",
    );
    assert.match(output, /\{ a: __variables__\.a, b: __variables__\.b \}/);
    assert.match(output, /\[__variables__\.a, __variables__\.b\] = \[__variables__\.b, __variables__\.a\]/);
    assert.match(output, /\(\{ a: __variables__\.a \} = \{ a: 3 \}\)/);
    assert.match(output, /\(a\) => \(\{ a \}\)/);
  });

  it("reads properties whose types an earlier cell declared as properties, not as its variables", () => {
    convert(
      "const rows = [{ task: 1, result: { rmse: 2 } }]; enum Colour { Red } const maybe: { deep?: { end: number } } = {};",
    );
    const { output } = convert(
      "const q = rows.map(({ result }) => result.rmse); const c = Colour.Red; const d = maybe?.deep?.end; const e = rows[0].result.rmse;",
    );
    assert.match(output, /__variables__\.rows\.map\(\(\{ result \}\) => result\.rmse\)/);
    assert.match(output, /__variables__\.Colour\.Red/);
    assert.match(output, /__variables__\.maybe\?\.deep\?\.end/);
    assert.match(output, /__variables__\.rows\[0\]\.result\.rmse/);
  });
});

/** Deno's results with the quotes of ours. */
function plain(text: string | undefined): string | undefined {
  return text && stripVTControlCharacters(text).replaceAll('"', "'");
}
