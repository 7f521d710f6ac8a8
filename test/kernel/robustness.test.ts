import assert from "node:assert/strict";
import { readFileSync, rmSync } from "node:fs";
import { connect } from "node:net";
import { dirname } from "node:path";
import fc from "fast-check";
import { Dealer, Subscriber } from "zeromq";
import { only, resultText, streamText } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";

/** What front ends send, but what ends the kernel. */
const TYPES = [
  "execute_request",
  "complete_request",
  "inspect_request",
  "is_complete_request",
  "history_request",
  "comm_info_request",
  "comm_open",
  "comm_msg",
  "comm_close",
  "kernel_info_request",
  "interrupt_request",
  "debug_request",
  "input_reply",
  "no_request",
];
const FIELDS = ["code", "cursor_pos", "comm_id", "data", "target_name", "hist_access_type", "n", "session"];
FIELDS.push("pattern", "command", "arguments", "value", "user_expressions", "silent", "store_history");

describe("a kernel that is asked for too much, or for nonsense", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start({ env: { SMOOTH_EDGES_OUTPUT_LIMIT: "5000" } });
  });
  after(() => kernel.stop());
  const isAlive = async (): Promise<void> => assert.equal(resultText(await kernel.execute("1 + 1")), "2");

  it("aborts 300 cells that wait behind one that fails", async () => {
    const ids = [await kernel.sendCell("await new Promise((resolve) => setTimeout(resolve, 300)); throw 1")];
    for (let k = 0; k < 300; k++) ids.push(await kernel.sendCell("'ran'"));
    const replies = [];
    for (const id of ids) replies.push((await kernel.finish(id)).reply.content.status);
    assert.deepEqual(replies, ["error", ...Array.from({ length: 300 }, () => "aborted")]);
    await isAlive();
  });

  it("shows what a cell prints up to a limit, and keeps the rest in a file", async () => {
    const exchange = await kernel.execute("for (let k = 0; k < 3000; k++) console.log(k)");
    const shown = streamText(exchange);
    assert.equal(shown.length, 5000);
    const notice = streamText(exchange, "stderr");
    const file =
      /^\noutput: a cell must print at most 5000 characters here, got more; the rest is in (.*)\n$/.exec(
        notice,
      )?.[1];
    const all = Array.from({ length: 3000 }, (_, k) => `${k}\n`).join("");
    assert.equal(shown + readFileSync(file as string, "utf8"), all);
    rmSync(dirname(file as string), { recursive: true });
    assert.equal(streamText(await kernel.execute("console.log('again')")), "again\n");
  });

  it("waits with what it shows for a reader that is late", async () => {
    const reader = new Subscriber({ receiveHighWaterMark: 10, linger: 0 });
    reader.subscribe("display_data");
    reader.connect(kernel.iopub.lastEndpoint as string);
    await kernel.until(() => kernel.published.some(({ content }) => content.subscription === "display_data"));
    assert.match(String((await reader.receive())[6]), /subscription/);
    const id = await kernel.sendCell(
      "for (let k = 0; k < 3000; k++) display({ [Symbol.for('Jupyter.display')]: () => ({ 'text/plain': String(k).padEnd(50_000) }) })",
    );
    await new Promise((resolve) => setTimeout(resolve, 1500));
    assert.equal(kernel.isIdle(id), false);
    for (let k = 0; k < 3000; k++) {
      const frames = await reader.receive();
      assert.match(String(frames[6]), new RegExp(`"text/plain":"${k} `));
    }
    assert.equal((await kernel.finish(id)).reply.content.status, "ok");
    reader.close();
  });

  it("survives messages of every kind with any content", async () => {
    const content = fc.dictionary(fc.constantFrom(...FIELDS), fc.jsonValue({ maxDepth: 2 }), { maxKeys: 6 });
    const messages = fc.sample(fc.tuple(fc.constantFrom(...TYPES), content, fc.boolean()), {
      seed: 9,
      numRuns: 150,
    });
    for (const [type, fields, onControl] of messages) {
      await kernel[onControl ? "control" : "shell"].send(kernel.frames(type, fields));
      if (type === "input_reply") await kernel.stdin.send(kernel.frames(type, fields));
    }
    // Cells that wait behind a failed one are aborted, so the first answer may be that.
    await kernel.execute("0");
    await isAlive();
  });

  it("stops a loop in a timer while code uses AsyncLocalStorage", async () => {
    const id = await kernel.sendCell(
      "import { AsyncLocalStorage } from 'node:async_hooks'; const store = new AsyncLocalStorage(); store.run(1, () => setTimeout(() => { console.log('on'); while (true) {} }, 5)); await new Promise(() => {});",
    );
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
    await kernel.request("control", "interrupt_request");
    assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
    assert.equal(resultText(await kernel.execute("store.run(2, () => store.getStore())")), "2");
  });

  it("answers a second client itself, and lets the first one see what that does", async () => {
    const second = new Dealer({ linger: 0 });
    second.connect(kernel.shell.lastEndpoint as string);
    await second.send(kernel.frames("execute_request", { code: "'of the second'" }, "second-client"));
    const frames = await second.receive();
    assert.match(frames.map(String).join(), /"status":"ok"/);
    second.close();
    await kernel.until(() => kernel.isIdle("second-client"));
    assert.ok(kernel.of("second-client").some(({ type }) => type === "execute_result"));
    assert.ok(!kernel.replies.some(({ parent }) => parent.msg_id === "second-client"));
  });

  it("listens at the address that it was given, and at no other", async () => {
    const port = Number(/:(\d+)$/.exec(kernel.shell.lastEndpoint as string)?.[1]);
    const reaches = (host: string): Promise<boolean> =>
      new Promise((resolve) => {
        const socket = connect({ host, port }, () => resolve(true));
        socket.once("error", () => resolve(false));
        socket.unref();
      });
    assert.deepEqual([await reaches("127.0.0.1"), await reaches("127.0.0.2")], [true, false]);
  });

  it("says before its memory is full that it will end, and how it gets more", async () => {
    const other = await TestKernel.start({ env: { NODE_OPTIONS: "--max-old-space-size=200" } });
    await other.execute("1");
    const id = await other.sendCell(
      "const kept: any[] = []; for (;;) kept.push({ a: kept.length, b: [1, 2, 3] })",
    );
    await other.exited;
    assert.match(
      streamText({ iopub: other.of(id) }, "stderr"),
      /^memory: JavaScript's heap must stay below 200 MB, got \d+ MB, and where it is full the kernel ends; free what is not needed, or set --max-old-space-size in NODE_OPTIONS to the megabytes that it may have\n$/,
    );
    await other.stop();
  });

  it("answers name?, ?name and name?? by the documentation", async () => {
    await kernel.execute(
      "/** Doubles a number. */\nfunction twice(x: number): number {\n  return 2 * x;\n}\n/** In metres. */\nconst größe = 5;",
    );
    for (const [code, shown] of [
      ["größe?", /^const größe: 5\n\nIn metres\./],
      ["twice?", /^function twice\(x: number\): number\n\nDoubles a number\.$/],
      ["?twice", /Doubles a number\.$/],
      ["twice??", /return 2 \* x|: number/],
      ["parseInt?", /^function parseInt\(string: string, radix\?: number/],
    ] as const) {
      const { reply } = await kernel.request("shell", "is_complete_request", { code });
      assert.equal(reply.content.status, "complete");
      const display = only(await kernel.execute(code), "display_data");
      assert.ok(display, code);
      assert.match((display.content.data as Record<string, string>)["text/plain"] as string, shown);
    }
    const unknown = await kernel.execute("nobody?");
    assert.match(String(unknown.reply.content.evalue), /^help: the name must be one that .*, got "nobody"$/);
  });

  it("speaks over sockets of the file system", async function () {
    if (process.platform === "win32") {
      process.stdout.write("skipped: ZeroMQ has no sockets of the file system on Windows\n");
      this.skip();
    }
    const other = await TestKernel.start({ transport: "ipc" });
    assert.equal((await other.request("control", "kernel_info_request")).reply.content.status, "ok");
    await other.stop();
  });
});
