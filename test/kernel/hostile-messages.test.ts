/** Messages that are signed as they should be, and made to end the thread that reads them. */
import assert from "node:assert/strict";
import { hasHeartbeat, resultText } from "../support/exchanges";
import { TestKernel } from "../support/test-kernel";

const DEEP = 150_000;
const nested = (depth: number): string => "[".repeat(depth) + "]".repeat(depth);

describe("a kernel that gets hostile messages", function () {
  this.timeout(120_000);
  let kernel: TestKernel;
  let count = 0;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());

  /** The frames of a message with a content that no `JSON.stringify` writes. */
  const raw = (type: string, content: string, id = `raw-${++count}`): Buffer[] => {
    const header = { msg_id: id, msg_type: type, session: kernel.session, username: "t", version: "5.4" };
    return kernel.signed([JSON.stringify(header), "{}", "{}", content]);
  };

  /** A cell, a completion, an interrupt and every channel still work. */
  const works = async (): Promise<void> => {
    assert.equal(resultText(await kernel.execute("const list = [1, 2].map((x) => 2 * x); list[1]")), "4");
    const completion = { code: "list.leng", cursor_pos: 9 };
    const { reply } = await kernel.request("shell", "complete_request", completion);
    assert.deepEqual(reply.content.matches, ["length"]);
    const id = await kernel.sendCell("console.log('on'); while (true) {}");
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
    await kernel.request("control", "interrupt_request");
    assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
    kernel.onInput(() => "typed");
    assert.equal(resultText(await kernel.execute("prompt('?')")), "'typed'");
    assert.ok(await hasHeartbeat(kernel));
  };

  it(`goes on after messages nested ${DEEP} deep in each part, on each channel`, async () => {
    for (const channel of ["shell", "control", "stdin"] as const) {
      for (const type of [
        "execute_request",
        "debug_request",
        "comm_open",
        "input_reply",
        "interrupt_request",
      ]) {
        await kernel[channel].send(raw(type, `{"code":"1","command":"evaluate","data":${nested(DEEP)}}`));
        const header = JSON.stringify({ msg_id: "deep", msg_type: type });
        const deep = `{"x":${nested(DEEP)}}`;
        const deepHeader = header.replace("}", `,"x":${nested(DEEP)}}`);
        for (const texts of [
          [deepHeader, "{}", "{}", "{}"],
          [header, deep, "{}", "{}"],
          [header, "{}", deep, "{}"],
        ])
          await kernel[channel].send(kernel.signed(texts));
      }
    }
    await works();
  });

  it("tells a request that is nested too deep what it may be", async () => {
    const id = "too-deep";
    await kernel.shell.send(raw("execute_request", `{"code":"1","data":${nested(DEEP)}}`, id));
    const { reply, iopub } = await kernel.finish(id);
    assert.equal(reply.content.status, "error");
    assert.match(
      String(reply.content.evalue),
      /^kernel: a message must have at most 1000 arrays and objects inside each other, got more; [^.]*$/,
    );
    assert.deepEqual(
      iopub.map(({ type, content }) => content.execution_state ?? type),
      ["busy", "error", "idle"],
    );
    await works();
  });

  it("hands on what is nested less deep", async () => {
    await kernel.execute(
      "let depth = 0; comm.onTarget('deep', (_comm, data) => { let at: any = data.x; while (at) { depth++; at = at[0]; } });",
    );
    await kernel.shell.send(
      raw("comm_open", `{"comm_id":"d","target_name":"deep","data":{"x":${nested(900)}}}`, "less-deep"),
    );
    await kernel.until(() => kernel.isIdle("less-deep"));
    assert.equal(resultText(await kernel.execute("depth")), "900");
  });

  it("goes on after code nested as deep, which no compiler reads", async () => {
    const code = `${"(".repeat(DEEP)}1${")".repeat(DEEP)}`;
    const replies = [await kernel.execute(code)];
    for (const type of ["complete_request", "inspect_request", "is_complete_request"])
      replies.push(await kernel.request("shell", type, { code, cursor_pos: 10 }));
    for (const { reply } of replies)
      assert.match(
        String(reply.content.evalue),
        /^compiler: the code must be some that TypeScript can compile, .*; write it differently$/,
      );
    await works();
  });

  it("goes on after a burst of requests to the debugger, odd ones among them", async () => {
    const commands = ["debugInfo", "inspectVariables", "evaluate", "attach", "stackTrace", "dumpCell"];
    commands.push("setBreakpoints", "scopes", "variables", "continue", "disconnect", "unknown");
    const ids: string[] = [];
    for (let seq = 0; seq < 480; seq++) {
      const odd = [null, 7, "x", [null], { path: { path: 1 } }][seq % 5];
      const args = {
        expression: "1",
        breakpoints: odd,
        source: odd,
        variablesReference: { toString: 1 },
        frameId: odd,
      };
      const command = commands[seq % commands.length];
      ids.push(
        await kernel.send("control", "debug_request", { seq, type: "request", command, arguments: args }),
      );
      await kernel.control.send(
        raw("debug_request", `{"seq":${nested(999)},"command":{"x":1},"arguments":7}`),
      );
    }
    for (const id of ids) assert.equal((await kernel.finish(id)).reply.content.type, "response");
    await kernel.request("control", "debug_request", { seq: 1, type: "request", command: "disconnect" });
    await works();
  });

  it("goes on after a header whose fields are no text", async () => {
    const odd = { toString: 1, valueOf: 1 };
    const header = {
      msg_id: "odd",
      msg_type: "execute_request",
      session: odd,
      username: odd,
      date: odd,
      version: odd,
    };
    await kernel.shell.send(kernel.signed([JSON.stringify(header), "{}", "{}", '{"code":"6 * 7"}']));
    assert.equal(resultText(await kernel.finish("odd")), "42");
    await works();
  });

  it("answers a search of the history by a pattern that regular expressions take for ever for", async () => {
    await kernel.execute(`// ${"a".repeat(100)}`);
    const pattern = `${"*a".repeat(40)}*b`;
    const search = { hist_access_type: "search", pattern, output: false, raw: true };
    const { reply } = await kernel.request("control", "history_request", search);
    assert.deepEqual(reply.content.history, []);
  });

  it("has what no message can carry fail in the cell that sends it", async () => {
    const fails = async (code: string, message: RegExp): Promise<void> =>
      assert.match(String((await kernel.execute(`// @ts-nocheck\n${code}`)).reply.content.evalue), message);
    await fails("comm.open('t', {}, { metadata: { x: 1n } })", /BigInt/);
    await fails(
      "comm.open('t', {}, { buffers: ['x'] })",
      /^comm: buffers must be an array of typed arrays, got /,
    );
    await fails(
      "comm.open('t', {}, { buffers: 7 })",
      /^comm: buffers must be an array of typed arrays, got 7$/,
    );
    await fails(`let d = []; for (let k = 0; k < ${DEEP}; k++) d = [d]; comm.open('t', { d })`, /call stack/);
    await fails(
      "display({ [Symbol.for('Jupyter.display')]: () => ({ 'application/json': d }) })",
      /call stack/,
    );
    await fails("throw d", /^\[/);
    await works();
  });

  it("shuts down after all that", async () => {
    await kernel.send("control", "shutdown_request", { restart: false });
    assert.match(String((await kernel.exited) ?? kernel.process.signalCode), /^(?:0|SIGKILL)$/);
    assert.doesNotMatch(kernel.stderr, /at .*\.js:/);
  });
});
