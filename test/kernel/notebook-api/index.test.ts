import assert from "node:assert/strict";
import { display } from "../../../kernel/notebook-api";
import { only, resultText, streamText } from "../../support/exchanges";
import { type Exchange, type Json, TestKernel } from "../../support/test-kernel";
import { untilGone } from "../../support/until-gone";

describe("the globals of a cell", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());
  const run = (code: string, more?: Json): Promise<Exchange> => kernel.execute(code, more);
  const lastShown = (exchange: Exchange): Record<string, string> =>
    (shown(exchange).at(-1) as { data: Record<string, string> }).data;
  const shown = ({ iopub }: Exchange): Json[] =>
    iopub.filter(({ type }) => type.endsWith("display_data")).map(({ content }) => content);

  it("are the exports of smooth-edges/kernel too, and can be redeclared", async () => {
    const exchange = await run(
      "import * as api from 'smooth-edges/kernel'; [typeof display, typeof clearOutput, typeof prompt, typeof input, typeof progress, typeof sh, typeof comm, typeof widget, Object.keys(api).every((name) => name in globalThis)].join()",
    );
    assert.equal(
      resultText(exchange),
      "'function,function,function,function,function,function,object,function,true'",
    );
    assert.equal(resultText(await run("const input = 3; input + 1")), "4");
    await run("const sh = 1;");
    assert.equal((await run("sh.toFixed()")).reply.content.status, "ok");
  });

  it("say outside a notebook that they need one", () => {
    assert.throws(
      () => display(1),
      /^KernelError: display: the caller must be a cell of a notebook, got a process without a kernel$/,
    );
  });

  describe("display", () => {
    it("shows under an id, before what is printed next, and its update replaces it", async () => {
      const exchange = await run(
        "const d = display([1], { id: 'mine' }); console.log('then'); d.update('2'); d",
      );
      assert.deepEqual(
        exchange.iopub.slice(2, -1).map(({ type }) => type),
        ["display_data", "stream", "update_display_data"],
      );
      assert.deepEqual(
        shown(exchange).map(({ data, transient }) => [(data as Json)["text/plain"], transient]),
        [
          ["[ 1 ]", { display_id: "mine" }],
          ["2", { display_id: "mine" }],
        ],
      );
    });

    it("of a value that gives its bundle later ends with the cell, or fails it", async () => {
      const later = (how: string): string =>
        `display({ [Symbol.for('Jupyter.display')]: async () => { await new Promise((resolve) => setTimeout(resolve, 20)); ${how} } });`;
      const exchange = await run(later("return { 'text/plain': 'late' };"));
      assert.deepEqual(shown(exchange)[0]?.data, { "text/plain": "late" });
      assert.equal((await run(later("throw new RangeError('never');"))).reply.content.evalue, "never");
    });
  });

  describe("input", () => {
    it("asks while other code goes on, one question after the other, and can hide what is typed", async () => {
      const asked: Json[] = [];
      for (const answer of ["Ann", "pass", "\x04"]) {
        kernel.onInput((content) => {
          asked.push(content);
          return answer;
        });
      }
      const exchange = await run(
        "import { input as ask } from 'smooth-edges/kernel'; let ticks = 0; const t = setInterval(() => ticks++, 1); const answers = await Promise.all([ask('Name? '), ask('Key? ', { password: true }), ask()]); await new Promise((resolve) => setTimeout(resolve, 5)); clearInterval(t); [...answers, ticks > 0]",
      );
      assert.equal(resultText(exchange), "[ 'Ann', 'pass', null, true ]");
      assert.deepEqual(asked, [
        { prompt: "Name? ", password: false },
        { prompt: "Key? ", password: true },
        { prompt: "", password: false },
      ]);
    });

    it("is interrupted, and the late answer is not taken for that to the next question", async () => {
      let waiting = false;
      kernel.onInput(() => {
        waiting = true;
        return undefined;
      });
      const id = await kernel.sendCell("await ask('never answered')");
      await kernel.until(() => waiting);
      await kernel.request("control", "interrupt_request");
      assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
      kernel.onInput(() => "new");
      assert.equal(resultText(await run("await ask('again')")), "'new'");
    });

    it("is refused where the front end does not allow it", async () => {
      const { reply } = await run("await ask('x')", { allow_stdin: false });
      assert.equal(
        reply.content.evalue,
        "input: the front end must allow input, got a request that does not (allow_stdin)",
      );
    });
  });

  describe("progress", () => {
    it("passes elements on and shows how many were taken of how many", async () => {
      const exchange = await run(
        "const taken: number[] = []; for (const x of progress(new Set([3, 4]), { label: 'a<b' })) taken.push(x); taken",
      );
      assert.equal(resultText(exchange), "[ 3, 4 ]");
      const last = lastShown(exchange);
      assert.match(String(last["text/plain"]), /^a<b {2}100 % █{20} 2 of 2, .*\/s, 0\.0 s$/);
      assert.match(String(last["text/html"]), /^<div>a&lt;b .*width: 200px; background-color: #1a7f37/);
    });

    it("takes asynchronous iterables, without a total too", async () => {
      const exchange = await run(
        "for await (const x of progress((async function* () { yield 1; yield 2; yield 3; })())) {}",
      );
      const [first] = shown(exchange) as { data?: Json }[];
      assert.match(first?.data?.["text/plain"] as string, /^0, 0\.0 s$/);
      assert.match(lastShown(exchange)["text/plain"] as string, /^100 % █{20} 3 of 3, /);
    });

    it("stays where a loop was left, and sends few messages", async () => {
      const exchange = await run(
        "for (const k of progress(Array.from({ length: 100_000 }, (_, k) => k))) if (k === 50_000) break;",
      );
      assert.match(lastShown(exchange)["text/plain"] as string, /^50 % .* 50000 of 100000, .*, stopped$/);
      assert.ok(shown(exchange).length < 50);
    });

    it("says that it was interrupted, also where no code of the loop runs any more", async () => {
      for (const wait of ["while (true) {}", "await new Promise(() => {})"]) {
        const id = await kernel.sendCell(`for (const k of progress([1, 2], { label: "w" })) { ${wait} }`);
        await kernel.until(() => kernel.of(id).some(({ type }) => type === "display_data"));
        await kernel.request("control", "interrupt_request");
        const exchange = await kernel.finish(id);
        assert.match(
          lastShown(exchange)["text/plain"] as string,
          /^w {3}0 % {22}0 of 2, 0\.\d s, interrupted$/,
        );
      }
      assert.deepEqual(shown(await run("1")), []);
    });

    it("is marked as progress, which notebooks that are run do not keep", async () => {
      const [first] = shown(await run("for (const k of progress([1])) {}")) as { transient?: Json }[];
      assert.equal(first?.transient?.progress, true);
    });
  });

  describe("sh", () => {
    before(() => run("import { sh as run } from 'smooth-edges/kernel';"));

    it("shows what a command prints while it runs, and returns it", async () => {
      const id = await kernel.sendCell(
        "const out = await run`echo one; sleep 0.3; echo two >&2`; out.stdout",
      );
      await kernel.until(() => streamText({ iopub: kernel.of(id) }) === "one\n");
      assert.equal(kernel.isIdle(id), false);
      const exchange = await kernel.finish(id);
      assert.equal(resultText(exchange), String.raw`'one\n'`);
      assert.equal(streamText(exchange, "stderr"), "two\n");
    });

    it("quotes values, each element of an array by itself", async () => {
      const exchange = await run(
        `const words = ['a b', "c'd", '$HOME']; (await run\`printf '%s|' \${words} \${'x;y'} plain\`).stdout`,
      );
      assert.equal(resultText(exchange), `"a b|c'd|$HOME|x;y|plain|"`);
    });

    it("shows nothing twice as the last expression", async () => {
      assert.equal(only(await run("await run`true`"), "execute_result"), undefined);
    });

    it("fails as the command does", async () => {
      const { reply } = await run("await run`exit 3`");
      assert.equal(
        reply.content.evalue,
        'sh: the command must exit with code 0, got exit code 3 from "exit 3"',
      );
    });

    it("is interrupted with its command", async () => {
      const id = await kernel.sendCell("await run`echo $$; exec sleep 60`");
      await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
      const pid = Number(streamText({ iopub: kernel.of(id) }));
      await kernel.request("control", "interrupt_request");
      assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
      await untilGone(pid);
    });
  });
});
