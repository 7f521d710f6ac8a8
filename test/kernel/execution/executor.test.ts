import assert from "node:assert/strict";
import { only, resultText, streamText } from "../../support/exchanges";
import { type Exchange, type Json, TestKernel } from "../../support/test-kernel";

/** Types of the messages on iopub between the two states. */
function types({ iopub }: Exchange): string[] {
  return iopub.slice(1, -1).map(({ type }) => type);
}

function data(exchange: Exchange, type = "execute_result"): Json {
  return only(exchange, type)?.content.data as Json;
}

describe("a cell over real sockets", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());
  const run = (code: string, more?: Json): Promise<Exchange> => kernel.execute(code, more);

  describe("results", () => {
    it("are execute_result messages with the count of the cell, before idle", async () => {
      const exchange = await run("const n: number = 20; n + 1");
      assert.deepEqual(types(exchange), ["execute_input", "execute_result"]);
      assert.equal(resultText(exchange), "21");
      assert.equal(
        only(exchange, "execute_result")?.content.execution_count,
        exchange.reply.content.execution_count,
      );
      assert.equal(exchange.iopub.at(-1)?.content.execution_state, "idle");
    });

    it("are missing for statements and undefined, and there for null", async () => {
      assert.equal(resultText(await run("const nothing = 1;")), undefined);
      assert.equal(resultText(await run("undefined")), undefined);
      assert.equal(resultText(await run("null")), "null");
    });

    it("carry the whole bundle that a value gives itself, also later", async () => {
      const shown =
        "{ [Symbol.for('Jupyter.display')]: async () => ({ 'text/html': '<b>x</b>', 'application/json': { a: 1 } }) }";
      assert.deepEqual(data(await run(`(${shown})`)), {
        "text/html": "<b>x</b>",
        "application/json": { a: 1 },
      });
    });

    it("are short for huge and circular values", async () => {
      const huge = resultText(await run("new Array(1_000_000).fill(0)")) as string;
      assert.match(huge, /999900 more items/);
      assert.match(resultText(await run("const c: any = {}; c.me = c; c")) as string, /\[Circular \*1\]/);
    });

    it("have no terminal colours, and keep Unicode", async () => {
      assert.equal(resultText(await run("({ a: 1, b: 'ü😀' })")), "{ a: 1, b: 'ü😀' }");
    });
  });

  it("shows a promise as its last expression as it is, and does not wait for it", async () => {
    assert.equal(resultText(await run("new Promise(() => {})")), "Promise { <pending> }");
    assert.equal(resultText(await run("await Promise.resolve(7)")), "7");
  });

  describe("output", () => {
    it("comes in order, from the console, the streams and displays", async () => {
      const exchange = await run(
        "import { display } from 'tslab';\nconsole.log('a'); console.error('b'); process.stdout.write('c\\n'); display.html('<i>d</i>'); console.log('e');",
      );
      const seen = exchange.iopub.flatMap(({ type, content }) => {
        if (type === "stream") return [content.text];
        return type === "display_data" ? [(content.data as Json)["text/html"]] : [];
      });
      assert.deepEqual(seen, ["a\n", "b\n", "c\n", "<i>d</i>", "e\n"]);
    });

    it("includes what children print to inherited streams", async () => {
      const exchange = await run(
        "import { execSync, spawnSync } from 'node:child_process';\nexecSync('echo one', { stdio: 'inherit' }); spawnSync('echo', ['two'], { stdio: 'inherit' }); execSync('echo bad >&2', { stdio: 'inherit' });",
      );
      assert.equal(streamText(exchange), "one\ntwo\n");
      assert.equal(streamText(exchange, "stderr"), "bad\n");
    });

    it("of children has no limit where they inherit the stream", async () => {
      const many = `-e "process.stdout.write('x'.repeat(3_000_000))"`;
      const exchange = await run(
        `import { execSync } from 'node:child_process';\nexecSync(process.execPath + ${JSON.stringify(` ${many}`)}, { stdio: 'inherit' });`,
      );
      assert.equal(exchange.reply.content.status, "ok");
      assert.equal(streamText(exchange).length, 3_000_000);
    });

    it("loses none of 10,000 lines and does not make 10,000 messages of them", async () => {
      const exchange = await run("for (let i = 0; i < 10_000; i++) console.log(i)");
      const lines = streamText(exchange).trimEnd().split("\n");
      assert.equal(lines.length, 10_000);
      assert.equal(lines.at(-1), "9999");
      assert.ok(exchange.iopub.length < 1000, `${exchange.iopub.length} messages`);
    });

    it("passes in one piece larger than what may be under way", async () => {
      const exchange = await run("console.log('x'.repeat(70_000_000))");
      assert.equal(streamText(exchange).length, 70_000_001);
      assert.equal(resultText(await run("1")), "1");
    });

    it("is seen while the cell still runs", async () => {
      const id = await kernel.sendCell(
        "console.log('first'); const end = Date.now() + 1500; while (Date.now() < end);",
      );
      await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
      assert.equal(kernel.isIdle(id), false);
      await kernel.finish(id);
    });

    it("replaces what one display showed", async () => {
      const exchange = await run(
        "import { newDisplay } from 'tslab'; const d = newDisplay(); d.text('1'); d.text('2');",
      );
      assert.deepEqual(types(exchange), ["execute_input", "display_data", "update_display_data"]);
      const ids = exchange.iopub.slice(2, 4).map(({ content }) => (content.transient as Json).display_id);
      assert.equal(ids[0], ids[1]);
      assert.equal(typeof ids[0], "string");
    });

    it("can be shown, replaced and cleared through smooth-edges/kernel", async () => {
      const exchange = await run(
        "import { clearOutput, display } from 'smooth-edges/kernel';\nconst shown = await display('0 %'); await shown.update('100 %'); clearOutput({ wait: true }); await display({ a: 1 })",
      );
      assert.deepEqual(types(exchange), [
        "execute_input",
        "display_data",
        "update_display_data",
        "clear_output",
        "display_data",
      ]);
      assert.deepEqual(data(exchange, "update_display_data"), { "text/plain": "100 %" });
      assert.deepEqual(only(exchange, "clear_output")?.content, { wait: true });
    });

    it("holds no lone surrogates", async () => {
      assert.equal(streamText(await run("console.log('a\\ud800b')")), "a\ufffdb\n");
    });
  });

  describe("the language", () => {
    it("has awaits, loops over them and dynamic imports at the top", async () => {
      assert.equal(
        streamText(
          await run(
            "for await (const x of [Promise.resolve(1), 2]) console.log(x); for await (const y of (async function* () { yield 3; })()) console.log(y);",
          ),
        ),
        "1\n2\n3\n",
      );
      assert.equal(resultText(await run("const os = await import('node:os'); typeof os.cpus")), "'function'");
    });

    it("refuses wrong types from earlier cells", async () => {
      await run("const answer = 42;");
      assert.equal((await run("const text: string = answer;")).reply.content.ename, "TypeScriptError");
    });
  });

  describe("requests", () => {
    it("evaluate user expressions after the cell", async () => {
      const { content } = (
        await run("const base = 2;", {
          user_expressions: {
            good: "base + 1",
            bad: "nope",
            unsaid: "({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': { big: 1n } }) })",
          },
        })
      ).reply;
      const { good, bad, unsaid } = content.user_expressions as Record<string, Json>;
      assert.deepEqual(good, { status: "ok", data: { "text/plain": "3" }, metadata: {} });
      assert.equal(bad?.status, "error");
      assert.equal(bad?.ename, "TypeScriptError");
      assert.equal(unsaid?.ename, "TypeError");
    });

    it("complete from earlier cells, with positions in code points", async () => {
      await run("const word = 'a';");
      const { content } = (
        await kernel.request("shell", "complete_request", {
          code: "const 😀 = 1; word.toUpp",
          cursor_pos: 23,
        })
      ).reply;
      assert.equal((content.matches as string[])[0], "toUpperCase");
      assert.deepEqual([content.cursor_start, content.cursor_end], [18, 23]);
    });

    it("complete columns of a data frame among the arguments of a call", async () => {
      await run(
        "const people = [{ age: 1, height: 2 }]; function of(rows: object[], x: string) { return x; }",
      );
      const { content } = (
        await kernel.request("shell", "complete_request", { code: 'of(people, "he', cursor_pos: 14 })
      ).reply;
      assert.deepEqual([content.matches, content.cursor_start, content.cursor_end], [["height"], 12, 14]);
    });

    it("inspect with documentation, and say when there is nothing", async () => {
      const inspect = async (code: string, detail_level = 0): Promise<Json> =>
        (await kernel.request("shell", "inspect_request", { code, cursor_pos: 2, detail_level })).reply
          .content;
      assert.match(((await inspect("word")).data as Json)["text/plain"] as string, /const word: "a"/);
      const declaration = ((await inspect("parseInt", 1)).data as Json)["text/plain"] as string;
      assert.ok(
        declaration.endsWith("\n\ndeclare function parseInt(string: string, radix?: number): number;"),
      );
      assert.doesNotMatch(
        ((await inspect("parseInt")).data as Json)["text/plain"] as string,
        /declare function/,
      );
      assert.deepEqual(await inspect("unheardOf"), { status: "ok", found: false, data: {}, metadata: {} });
    });

    it("tell whether code is complete", async () => {
      const { content } = (await kernel.request("shell", "is_complete_request", { code: "for (;;) {" }))
        .reply;
      assert.deepEqual(content, { status: "incomplete", indent: "  " });
    });

    it("ask for input and get it, or an error where it is not allowed", async () => {
      let asked: unknown;
      kernel.onInput((content) => {
        asked = content.prompt;
        return "Ann";
      });
      assert.equal(resultText(await run("prompt('Name? ')")), "'Ann'");
      assert.equal(asked, "Name? ");
      kernel.onInput(() => "\x04");
      assert.equal(resultText(await run("prompt('More? ')")), "null");
      assert.match(
        String((await run("prompt('x')", { allow_stdin: false })).reply.content.evalue),
        /^prompt: the front end must allow/,
      );
    });

    it("100 at once are all answered, in order", async () => {
      const ids: string[] = [];
      for (let i = 0; i < 100; i++) ids.push(await kernel.sendCell(`${i}`));
      const results = [];
      for (const id of ids) results.push(resultText(await kernel.finish(id)));
      assert.deepEqual(
        results,
        ids.map((_, at) => String(at)),
      );
    });

    it("of 22 malformed kinds change nothing", async () => {
      const good = kernel.frames("kernel_info_request", {});
      const mangled = good.flatMap((_, at) => [
        good.slice(0, at),
        good.with(at, Buffer.from("")),
        good.with(at, Buffer.from([0xff, 0xfe, 0])),
        good.with(at, Buffer.from("[1, 2]")),
      ]);
      for (const channel of ["shell", "control"] as const) {
        for (const frames of mangled.filter(({ length }) => length > 0)) await kernel[channel].send(frames);
      }
      assert.equal((await kernel.request("control", "kernel_info_request")).reply.content.status, "ok");
      assert.equal(resultText(await run("2")), "2");
    });
  });
});
