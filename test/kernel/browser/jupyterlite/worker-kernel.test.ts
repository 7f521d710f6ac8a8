import assert from "node:assert/strict";
import {
  type JupyterMessage,
  type KernelWorker,
  WorkerKernel,
} from "../../../../kernel/browser/jupyterlite/worker-kernel";
import type { Answer, Request } from "../../../../kernel/browser/messages";

Object.assign(globalThis, { VERSION: "1.2.3" }); // as the build fills it in

/** A worker whose answers the test gives. */
class StubWorker implements KernelWorker {
  onmessage: KernelWorker["onmessage"] = null;
  onerror: KernelWorker["onerror"] = null;
  readonly requests: Request[] = [];
  isTerminated = false;

  postMessage(request: Request): void {
    this.requests.push(request);
  }

  terminate(): void {
    this.isTerminated = true;
  }

  answer(answer: DistributiveOmit<Answer, "id">): void {
    this.onmessage?.({ data: { ...answer, id: this.requests.at(-1)?.id } as Answer });
  }
}

type DistributiveOmit<T, K extends PropertyKey> = T extends unknown ? Omit<T, K> : never;

/** A kernel, the workers that it has started, and all that it has sent. */
function makeKernel() {
  const workers: StubWorker[] = [];
  const sent: JupyterMessage[] = [];
  let nDisposals = 0;
  const kernel = new WorkerKernel(
    { id: "k", name: "smooth-edges", location: "", sendMessage: (message) => void sent.push(message) },
    () => {
      workers.push(new StubWorker());
      return workers[workers.length - 1];
    },
    () => ({ emit: () => void nDisposals++ }),
  );
  return { kernel, workers, sent, disposals: () => nDisposals };
}

function request(type: string, content: Record<string, unknown> = {}): JupyterMessage {
  const header = {
    msg_id: "m",
    msg_type: type,
    session: "the client",
    username: "",
    date: "",
    version: "5.3",
  };
  return { channel: "shell", header, parent_header: {}, metadata: {}, content, buffers: [] };
}

const typesOf = (sent: readonly JupyterMessage[]): string[] =>
  sent.map(({ header: { msg_type }, content }) =>
    msg_type === "status" ? String(content.execution_state) : msg_type,
  );

/** Lets promises that are settled take effect. */
const settled = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe("the kernel in JupyterLite", () => {
  it("states itself before its worker has started, to the client that asked", async () => {
    const { kernel, sent } = makeKernel();
    const asked = request("kernel_info_request");
    await kernel.handleMessage(asked);
    assert.deepEqual(typesOf(sent), ["busy", "kernel_info_reply", "idle"]);
    const [, { content, channel }] = sent;
    assert.equal(channel, "shell");
    assert.equal((content.language_info as { name: string }).name, "typescript");
    for (const { header, parent_header } of sent) {
      assert.equal(header.session, "the client");
      assert.equal(parent_header, asked.header);
    }
  });

  it("runs a cell once the worker has started, and hands on its outputs in their order", async () => {
    const { kernel, workers, sent } = makeKernel();
    const handled = kernel.handleMessage(request("execute_request", { code: "1 + 1" }));
    await settled();
    assert.deepEqual(workers[0].requests, []);
    workers[0].answer({ type: "ready", id: undefined } as never);
    await settled();
    assert.deepEqual(workers[0].requests, [{ id: 1, type: "execute", code: "1 + 1" }]);
    workers[0].answer({ type: "stream", name: "stdout", text: "a" });
    const shown = { data: { "text/plain": "0 %" }, metadata: {} };
    workers[0].answer({ type: "display", ...shown, displayId: "d", update: false });
    workers[0].answer({ type: "display", ...shown, displayId: "d", update: true });
    workers[0].answer({ type: "clear", wait: true });
    workers[0].answer({ type: "result", ...shown, executionCount: 1 });
    workers[0].answer({ type: "done", status: "ok", executionCount: 1 });
    await handled;
    assert.deepEqual(typesOf(sent), [
      "busy",
      "execute_input",
      "stream",
      "display_data",
      "update_display_data",
      "clear_output",
      "execute_result",
      "execute_reply",
      "idle",
    ]);
    assert.deepEqual(sent[4].content, { ...shown, transient: { display_id: "d" } });
    assert.deepEqual(sent[6].content, { ...shown, execution_count: 1 });
    assert.equal(sent[7].content.status, "ok");
    // What a timer prints afterwards belongs to the cell too.
    workers[0].answer({ type: "stream", name: "stdout", text: "later" });
    assert.deepEqual(sent.at(-1)?.content, { name: "stdout", text: "later" });
  });

  it("replies with the error that ended a cell", async () => {
    const { kernel, workers, sent } = makeKernel();
    workers[0].answer({ type: "ready", id: undefined } as never);
    const handled = kernel.handleMessage(request("execute_request", { code: "throw 1" }));
    await settled();
    workers[0].answer({ type: "error", name: "RangeError", message: "out", traceback: ["t"] });
    workers[0].answer({ type: "done", status: "error", executionCount: 1 });
    await handled;
    const error = { ename: "RangeError", evalue: "out", traceback: ["t"] };
    assert.deepEqual(sent.find(({ header }) => header.msg_type === "error")?.content, error);
    const reply = sent.find(({ header }) => header.msg_type === "execute_reply");
    assert.deepEqual(reply?.content, {
      ...error,
      status: "error",
      execution_count: 1,
      user_expressions: {},
      payload: [],
    });
  });

  it("neither counts nor shows a silent cell", async () => {
    const { kernel, workers, sent } = makeKernel();
    workers[0].answer({ type: "ready", id: undefined } as never);
    const handled = kernel.handleMessage(request("execute_request", { code: "1", silent: true }));
    await settled();
    workers[0].answer({ type: "stream", name: "stdout", text: "a" });
    workers[0].answer({ type: "done", status: "ok", executionCount: 0 });
    await handled;
    assert.deepEqual(typesOf(sent), ["busy", "execute_reply", "idle"]);
    assert.equal(sent[1].content.execution_count, 0);
  });

  it("counts places in code points with the client, and in UTF-16 units with the worker", async () => {
    const { kernel, workers, sent } = makeKernel();
    workers[0].answer({ type: "ready", id: undefined } as never);
    const code = "'🙂'; list.co";
    const handled = kernel.handleMessage(request("complete_request", { code, cursor_pos: [...code].length }));
    await settled();
    assert.deepEqual(workers[0].requests, [{ id: 1, type: "complete", code, cursor: code.length }]);
    workers[0].answer({
      type: "completions",
      matches: ["concat"],
      start: code.indexOf("co"),
      end: code.length,
    });
    await handled;
    const { matches, cursor_start, cursor_end } = sent[1].content;
    assert.deepEqual([matches, cursor_start, cursor_end], [["concat"], 10, 12]);
  });

  it("ends the worker of a cell that is interrupted, and runs the next one in a new worker", async () => {
    const { kernel, workers, sent } = makeKernel();
    workers[0].answer({ type: "ready", id: undefined } as never);
    kernel.interrupt();
    assert.equal(workers[0].isTerminated, false, "nothing runs");
    const handled = kernel.handleMessage(request("execute_request", { code: "while (true) {}" }));
    await settled();
    kernel.interrupt();
    await handled;
    assert.ok(workers[0].isTerminated);
    const reply = sent.find(({ header }) => header.msg_type === "execute_reply");
    assert.equal(reply?.content.status, "error");
    assert.equal(reply?.content.ename, "InterruptError");
    assert.equal(sent.filter(({ header }) => header.msg_type === "error").length, 1);
    const next = kernel.handleMessage(request("execute_request", { code: "2" }));
    workers[1].answer({ type: "ready", id: undefined } as never);
    await settled();
    assert.equal(workers[1].requests.length, 1);
    workers[1].answer({ type: "done", status: "ok", executionCount: 1 });
    await next;
    assert.equal(sent.at(-2)?.content.execution_count, 1);
  });

  it("says in a sentence that its worker did not start, in each cell", async () => {
    const { kernel, workers, sent } = makeKernel();
    workers[0].onerror?.({});
    for (let cell = 1; cell <= 2; cell++) {
      await kernel.handleMessage(request("execute_request", { code: "1" }));
      assert.equal(sent.at(-2)?.content.status, "error");
      assert.equal(
        sent.at(-2)?.content.evalue,
        "the kernel's Web Worker did not start; the server must have kernel.mjs, and a Content-Security-Policy must allow workers from it",
      );
    }
    await kernel.handleMessage(request("complete_request", { code: "a", cursor_pos: 1 }));
    assert.deepEqual(sent.at(-2)?.content.matches, []);
  });

  it("ends with its worker, once, also while a cell runs", async () => {
    const { kernel, workers, disposals } = makeKernel();
    workers[0].answer({ type: "ready", id: undefined } as never);
    const handled = kernel.handleMessage(request("execute_request", { code: "while (true) {}" }));
    await settled();
    kernel.dispose();
    kernel.dispose();
    await handled;
    assert.ok(workers[0].isTerminated && kernel.isDisposed);
    assert.equal(disposals(), 1);
  });

  it("has the cells of this notebook as history", async () => {
    const { kernel, workers, sent } = makeKernel();
    workers[0].answer({ type: "ready", id: undefined } as never);
    const handled = kernel.handleMessage(request("execute_request", { code: "1" }));
    await settled();
    workers[0].answer({ type: "done", status: "ok", executionCount: 1 });
    await handled;
    await kernel.handleMessage(request("history_request"));
    assert.deepEqual(sent.at(-2)?.content.history, [[0, 1, "1"]]);
  });
});
