import assert from "node:assert/strict";
import { setImmediate as nextTurn } from "node:timers/promises";
import type { Message } from "../../../kernel/transport/wire";
import { Bench, FAILED, OK } from "../../support/server-bench";

describe("KernelServer", () => {
  let bench: Bench;
  beforeEach(() => {
    bench = new Bench();
  });

  it("sends busy, input, outputs, reply and idle in this order", async () => {
    const id = bench.cell("1");
    bench.server.fromMain({ kind: "stream", name: "stdout", text: "hi" });
    bench.server.fromMain({ kind: "publish", type: "execute_result", content: '{"data":{},"metadata":{}}' });
    await bench.finish();
    assert.deepEqual(bench.log(id), [
      "iopub status busy",
      "iopub execute_input 1",
      "iopub stream hi",
      "iopub execute_result 1",
      "shell execute_reply ok",
      "iopub status idle",
    ]);
  });

  it("runs one cell at a time, in order", async () => {
    bench.cell("a");
    bench.cell("b");
    assert.deepEqual(bench.codes(), ["a"]);
    await bench.finish();
    assert.deepEqual(bench.codes(), ["a", "b"]);
  });

  it("answers what is waiting on shell in order, and control at once", async () => {
    bench.cell("a");
    const onShell = bench.request("shell", "kernel_info_request");
    const onControl = bench.request("control", "kernel_info_request");
    assert.deepEqual(bench.log(onShell), []);
    assert.deepEqual(bench.log(onControl), [
      "iopub status busy",
      "control kernel_info_reply ok",
      "iopub status idle",
    ]);
    await bench.finish();
    assert.equal(bench.log(onShell)[1], "shell kernel_info_reply ok");
  });

  it("aborts the cells that wait behind a failed one, and nothing else", async () => {
    const failing = bench.cell("a");
    const waiting = bench.cell("b");
    const info = bench.request("shell", "comm_info_request");
    await bench.finish(FAILED);
    const later = bench.cell("c");
    assert.deepEqual(bench.log(failing).slice(2), [
      "iopub error",
      "shell execute_reply error",
      "iopub status idle",
    ]);
    assert.deepEqual(bench.log(waiting), [
      "iopub status busy",
      "shell execute_reply aborted",
      "iopub status idle",
    ]);
    assert.equal(bench.log(info)[1], "shell comm_info_reply ok");
    assert.deepEqual(bench.codes(), ["a", "c"]);
    assert.notDeepEqual(bench.log(later), []);
  });

  it("aborts also what reached the socket just before the error reply", async () => {
    bench.cell("a");
    const done = bench.finish(FAILED);
    bench.cell("b");
    await done;
    assert.deepEqual(bench.codes(), ["a"]);
  });

  it("goes on after a failed cell that asked for it", async () => {
    bench.cell("a", { stop_on_error: false });
    bench.cell("b");
    await bench.finish(FAILED);
    assert.deepEqual(bench.codes(), ["a", "b"]);
  });

  it("counts only cells that are stored in the history", async () => {
    for (const more of [{}, { silent: true }, { store_history: false }, {}]) {
      bench.cell("1", more);
      await bench.finish();
    }
    const counts = bench.sent
      .filter(({ message }) => message.header.msg_type === "execute_reply")
      .map(({ message }) => message.content.execution_count);
    assert.deepEqual(counts, [1, 1, 1, 2]);
  });

  it("publishes nothing but its state for a silent cell", async () => {
    const id = bench.cell("1", { silent: true });
    bench.server.fromMain({ kind: "stream", name: "stdout", text: "hi" });
    bench.server.fromMain({ kind: "publish", type: "execute_result", content: "{}" });
    await bench.finish(FAILED);
    assert.deepEqual(bench.log(id), ["iopub status busy", "shell execute_reply error", "iopub status idle"]);
  });

  it("refuses subshells, which it does not tell of among its features", () => {
    const id = bench.request("control", "create_subshell_request", {});
    assert.deepEqual(bench.log(id), [
      "iopub status busy",
      "control create_subshell_reply error",
      "iopub status idle",
    ]);
  });

  it("gives output that comes after its cell to that cell", async () => {
    const id = bench.cell("1");
    await bench.finish();
    bench.server.fromMain({ kind: "publish", type: "display_data", content: "{}" });
    assert.equal(bench.log(id).at(-1), "iopub display_data");
  });

  it("gives output that comes after a silent cell to the last cell that was not", async () => {
    const id = bench.cell("1");
    await bench.finish();
    bench.cell("2", { silent: true });
    await bench.finish();
    bench.server.fromMain({ kind: "publish", type: "display_data", content: "{}" });
    assert.equal(bench.log(id).at(-1), "iopub display_data");
  });

  it("answers a cell once, also where two outcomes arrive", async () => {
    const id = bench.cell("1");
    const { job } = bench.toMain[0] as { job: number };
    bench.server.fromMain({ kind: "executed", job, outcome: FAILED });
    bench.server.fromMain({ kind: "executed", job, outcome: OK });
    await nextTurn();
    await nextTurn();
    assert.equal(bench.log(id).filter((line) => line.startsWith("shell")).length, 1);
  });

  it("answers what the main thread lost to an interrupt, and does not wait for it", async () => {
    const cell = bench.cell("1");
    bench.server.answerTerminated();
    assert.equal(bench.log(cell).at(-2), "shell execute_reply error");
    const question = bench.request("shell", "inspect_request", { code: "a", cursor_pos: 1 });
    bench.server.answerTerminated();
    assert.equal(bench.log(question).at(-2), "shell inspect_reply error");
    bench.cell("2");
    assert.deepEqual(bench.codes(), ["1", "2"]);
  });

  it("interrupts the running cell and remembers which one it was", async () => {
    bench.request("control", "interrupt_request");
    bench.cell("1");
    const id = bench.request("control", "interrupt_request");
    assert.deepEqual(bench.interrupts, [0, 1]);
    assert.equal(bench.shared.interruptedJob, 1);
    assert.equal(bench.log(id)[1], "control interrupt_reply ok");
  });

  it("gives the main thread a cell once no interrupt is under way, and takes one that comes meanwhile for the cell's", () => {
    bench.isCalm = false;
    bench.cell("a");
    bench.request("control", "interrupt_request");
    assert.equal(bench.toMain.length, 0);
    for (const action of bench.held.splice(0)) action();
    assert.deepEqual(bench.codes(), ["a"]);
    const [given] = bench.toMain;
    assert.equal(bench.shared.interruptedJob, given.kind === "execute" ? given.job : undefined);
  });

  it("passes questions to the front end that sent the cell, and the answer back", () => {
    bench.cell("1", { allow_stdin: true });
    bench.server.fromMain({ kind: "ask", question: 0, prompt: "name? ", password: false });
    const { channel, message } = bench.sent.at(-1) as { channel: string; message: Message };
    assert.equal(channel, "stdin");
    assert.deepEqual(message.content, { prompt: "name? ", password: false });
    bench.request("stdin", "input_reply", { value: "Ann" });
    assert.deepEqual(bench.answers, ["Ann"]);
    assert.equal(bench.shared.waitForInput(), true);
  });

  it("drops an answer that comes when nobody asks any more", () => {
    bench.cell("1", { allow_stdin: true });
    bench.server.fromMain({ kind: "ask", question: 0, prompt: "first? ", password: false });
    bench.request("control", "interrupt_request");
    bench.request("stdin", "input_reply", { value: "late" });
    bench.server.fromMain({ kind: "ask", question: 0, prompt: "second? ", password: false });
    bench.request("stdin", "input_reply", { value: "right" });
    bench.request("stdin", "input_reply", { value: "twice" });
    assert.deepEqual(bench.answers, ["right"]);
  });

  it("takes what should be text and is not for no text", async () => {
    for (const code of [{ toString: 1, valueOf: 1 }, 5, null, undefined]) {
      bench.request("shell", "execute_request", { code });
      await bench.finish();
      bench.request("shell", "complete_request", { code });
      const { job } = bench.toMain.at(-1) as { job: number };
      bench.server.fromMain({ kind: "answered", job, content: "{}" });
    }
    assert.deepEqual(bench.codes(), ["", "", "", ""]);
    assert.equal(bench.toMain.length, 8);
  });

  it("hands questions about code to the main thread with its cursor", () => {
    const id = bench.request("shell", "complete_request", { code: "a.b", cursor_pos: 2 });
    assert.deepEqual(bench.toMain, [
      { kind: "complete", job: 1, code: "a.b", cursor: 2, withDeclaration: false },
    ]);
    bench.server.fromMain({ kind: "answered", job: 1, content: '{"status":"ok"}' });
    assert.equal(bench.log(id)[1], "shell complete_reply ok");
  });

  it("hands messages of comms over while a cell runs, and is busy with the cell again afterwards", () => {
    const cell = bench.cell("a");
    const id = bench.request("shell", "comm_open", { comm_id: "c", target_name: "t", data: { a: 1 } });
    const { job } = bench.toMain.at(-1) as { job: number };
    assert.deepEqual(bench.toMain.at(-1), {
      kind: "comm",
      job,
      type: "comm_open",
      content: { comm_id: "c", target_name: "t", data: { a: 1 } },
      buffers: [],
    });
    bench.server.fromMain({ kind: "handling", job });
    bench.server.fromMain({ kind: "stream", name: "stdout", text: "handled" });
    bench.server.fromMain({ kind: "handled", job });
    bench.server.fromMain({ kind: "publish", type: "display_data", content: "{}" });
    assert.deepEqual(bench.log(id), ["iopub status busy", "iopub stream handled", "iopub status idle"]);
    assert.deepEqual(bench.log(cell).slice(2), ["iopub status busy", "iopub display_data"]);
  });

  it("ends the messages of comms that an interrupt left unanswered", () => {
    const id = bench.request("shell", "comm_msg", { comm_id: "c", data: {} });
    bench.server.answerTerminated();
    assert.deepEqual(bench.log(id), ["iopub status busy", "iopub status idle"]);
  });

  it("answers for the history what it was given to keep, with the result of each cell", async () => {
    bench.cell("40 + 2");
    const content = '{"data":{"text/plain":"42"},"metadata":{}}';
    bench.server.fromMain({ kind: "publish", type: "execute_result", content });
    await bench.finish();
    const id = bench.request("shell", "history_request", { hist_access_type: "tail", output: true });
    const reply = bench.sent.find(
      ({ channel, message }) => channel === "shell" && message.parent.msg_id === id,
    );
    assert.deepEqual(reply?.message.content, { status: "ok", history: [[1, 1, ["40 + 2", "42"]]] });
  });

  it("stays busy with a request to the debugger until that has answered", async () => {
    const id = bench.request("control", "debug_request", { seq: 4, command: "debugInfo" });
    assert.deepEqual(bench.log(id), ["iopub status busy"]);
    await nextTurn();
    assert.deepEqual(bench.log(id), ["iopub status busy", "control debug_reply", "iopub status idle"]);
  });

  it("tells its state for a request that it does not know", () => {
    const id = bench.request("shell", "no_such_request");
    assert.deepEqual(bench.log(id), ["iopub status busy", "iopub status idle"]);
  });

  it("replies to a shutdown with its kind before it ends", () => {
    const id = bench.request("control", "shutdown_request", { restart: true });
    const replies = bench.sent.filter(({ message }) => message.header.msg_type === "shutdown_reply");
    assert.deepEqual(
      replies.map(({ channel, message }) => [channel, message.content]),
      [
        ["control", { status: "ok", restart: true }],
        ["iopub", { status: "ok", restart: true }],
      ],
    );
    assert.equal(bench.log(id).at(-1), "iopub status idle");
    assert.equal(bench.ended, 1);
  });

  it("greets a subscriber with its topic", () => {
    bench.server.welcome(Buffer.from("stat"));
    assert.equal(bench.sent[0]?.message.header.msg_type, "iopub_welcome");
    assert.deepEqual(bench.sent[0]?.message.content, { subscription: "stat" });
    assert.deepEqual(bench.sent[0]?.message.identities.map(String), ["stat"]);
  });

  it("ignores what is no message", () => {
    bench.server.receive("shell", [Buffer.from("x")]);
    bench.server.receive("control", []);
    bench.server.receive("stdin", [Buffer.from("<IDS|MSG>")]);
    assert.deepEqual(bench.sent, []);
  });
});
