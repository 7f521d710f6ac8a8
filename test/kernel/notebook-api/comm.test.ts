import assert from "node:assert/strict";
import { resultText, streamText } from "../../support/exchanges";
import { type Json, type Received, TestKernel } from "../../support/test-kernel";

describe("comms over real sockets", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  before(async () => {
    kernel = await TestKernel.start();
  });
  after(() => kernel.stop());

  const sent = (messages: readonly Received[], type: string): Json[] =>
    messages.filter((message) => message.type === type).map(({ content }) => content);
  const comms = async (request: Json = {}): Promise<unknown> =>
    (await kernel.request("control", "comm_info_request", request)).reply.content.comms;

  it("opened by a cell carry messages, with buffers, until they are closed", async () => {
    const exchange = await kernel.execute(
      "const c = comm.open('plot', { size: 1 }, { metadata: { version: '1' }, buffers: [new Uint8Array([1, 2])] }); c.send({ size: 2 }); c.id",
    );
    const id = resultText(exchange)?.slice(1, -1);
    const [open, message] = exchange.iopub.filter(({ type }) => type.startsWith("comm_"));
    assert.deepEqual(open?.content, { comm_id: id, target_name: "plot", data: { size: 1 } });
    assert.deepEqual(open?.metadata, { version: "1" });
    assert.deepEqual(open?.buffers, [Buffer.from([1, 2])]);
    assert.deepEqual(message?.content, { comm_id: id, data: { size: 2 } });
    assert.deepEqual(await comms(), { [id as string]: { target_name: "plot" } });
    const closing = await kernel.execute("c.close({ bye: true }); c.close()");
    assert.deepEqual(sent(closing.iopub, "comm_close"), [{ comm_id: id, data: { bye: true } }]);
    assert.deepEqual(await comms(), {});
  });

  it("hear the front end between cells, and what handlers print belongs to its message", async () => {
    const opening = await kernel.execute(
      "const heard = comm.open('plot'); heard.onMessage((data, buffers) => { console.log('got', data.n, buffers.length); heard.send({ n: Number(data.n) + 1 }); }); heard.onClose((data) => console.log('closed', data.why)); heard.id",
    );
    const comm_id = resultText(opening)?.slice(1, -1);
    const answer = await kernel.tell("comm_msg", { comm_id, data: { n: 1 } }, [Buffer.from("x")]);
    assert.equal(streamText({ iopub: answer }), "got 1 1\n");
    assert.deepEqual(sent(answer, "comm_msg"), [{ comm_id, data: { n: 2 } }]);
    const closed = await kernel.tell("comm_close", { comm_id, data: { why: "done" } });
    assert.equal(streamText({ iopub: closed }), "closed done\n");
  });

  it("hear the front end while a cell awaits, though other cells wait", async () => {
    const id = await kernel.sendCell(
      "const c2 = comm.open('ask'); console.log(c2.id); await new Promise((resolve) => c2.onMessage(resolve))",
    );
    await kernel.sendCell("'next'");
    await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
    const comm_id = streamText({ iopub: kernel.of(id) }).trim();
    await kernel.tell("comm_msg", { comm_id, data: { answer: 42 } });
    assert.equal(resultText(await kernel.finish(id)), "{ answer: 42 }");
  });

  it("opened by the front end reach the handler of their target", async () => {
    await kernel.execute(
      "comm.onTarget('echo', (channel, data) => { channel.onMessage((message) => channel.send({ echo: message })); channel.send({ opened: data }); });",
    );
    const opened = await kernel.tell("comm_open", { comm_id: "front", target_name: "echo", data: { a: 1 } });
    assert.deepEqual(sent(opened, "comm_msg"), [{ comm_id: "front", data: { opened: { a: 1 } } }]);
    const answer = await kernel.tell("comm_msg", { comm_id: "front", data: { b: 2 } });
    assert.deepEqual(sent(answer, "comm_msg"), [{ comm_id: "front", data: { echo: { b: 2 } } }]);
    assert.deepEqual(await comms({ target_name: "echo" }), { front: { target_name: "echo" } });
    assert.deepEqual(await comms({ target_name: "other" }), {});
  });

  it("opened to an unknown target are closed", async () => {
    const answer = await kernel.tell("comm_open", { comm_id: "lost", target_name: "nobody", data: {} });
    assert.deepEqual(sent(answer, "comm_close"), [{ comm_id: "lost", data: {} }]);
  });

  it("survive handlers that throw, which is told, and messages to nobody", async () => {
    await kernel.execute("comm.onTarget('bad', () => { throw new RangeError('no'); });");
    const answer = await kernel.tell("comm_open", { comm_id: "bad", target_name: "bad", data: {} });
    assert.match(streamText({ iopub: answer }, "stderr"), /^RangeError: no\nCell \[/);
    await kernel.tell("comm_msg", { comm_id: "none", data: null });
    assert.equal(resultText(await kernel.execute("1")), "1");
  });

  it("with a handler that loops can be interrupted", async () => {
    await kernel.execute("comm.onTarget('loop', () => { while (true) {} });");
    const id = await kernel.send("shell", "comm_open", { comm_id: "l", target_name: "loop", data: {} });
    await kernel.request("control", "interrupt_request");
    await kernel.until(() => kernel.isIdle(id));
    assert.equal(resultText(await kernel.execute("2")), "2");
  });

  it("refuse data that JSON cannot hold in the cell that sends them", async () => {
    const { reply } = await kernel.execute("comm.open('plot', { big: 1n })");
    assert.equal(reply.content.ename, "TypeError");
  });

  describe("of widgets", () => {
    let models: Json[];
    let id: string;
    before(async () => {
      const exchange = await kernel.execute(
        "const slider = widget('IntSlider', { value: 3, max: 10 }); const bar = widget('IntProgress', { value: 3, max: 10 }); slider.onChange('value', (value) => bar.set({ value })); slider",
      );
      models = sent(exchange.iopub, "comm_open");
      const data = exchange.iopub.find(({ type }) => type === "execute_result")?.content.data as Json;
      id = String((data["application/vnd.jupyter.widget-view+json"] as Json).model_id);
    });
    const stateOf = (content: Json): Json => (content.data as Json).state as Json;

    it("open one model each for the layout, the style and the control, which refers to both", () => {
      assert.deepEqual(
        models.map((content) => stateOf(content)._model_name),
        [
          "LayoutModel",
          "SliderStyleModel",
          "IntSliderModel",
          "LayoutModel",
          "ProgressStyleModel",
          "IntProgressModel",
        ],
      );
      const [layout, style, slider] = models as [Json, Json, Json];
      assert.equal(slider.comm_id, id);
      assert.equal(stateOf(slider).layout, `IPY_MODEL_${layout.comm_id}`);
      assert.equal(stateOf(slider).style, `IPY_MODEL_${style.comm_id}`);
      assert.equal(slider.target_name, "jupyter.widget");
      const views = [2, 5].map((at) => stateOf(models[at] as Json)._view_name);
      // Bars of all kinds have one view.
      assert.deepEqual(views, ["IntSliderView", "ProgressView"]);
    });

    it("follow the front end and talk back", async () => {
      const data = { method: "update", state: { value: 7 }, buffer_paths: [] };
      const answer = await kernel.tell("comm_msg", { comm_id: id, data });
      assert.deepEqual(sent(answer, "comm_msg"), [{ comm_id: models[5]?.comm_id, data }]);
      assert.equal(resultText(await kernel.execute("[slider.state.value, bar.state.value]")), "[ 7, 7 ]");
    });

    it("tell their whole state when they are asked", async () => {
      const answer = await kernel.tell("comm_msg", { comm_id: id, data: { method: "request_state" } });
      const [message] = sent(answer, "comm_msg") as [Json];
      assert.equal(stateOf(message).value, 7);
    });

    it("are all told to a front end that is opened later, but those closed", async () => {
      const target_name = "jupyter.widget.control";
      await kernel.execute("bar.close()");
      await kernel.tell("comm_open", { comm_id: "control", target_name, data: {} });
      const data = { method: "request_states" };
      const answer = await kernel.tell("comm_msg", { comm_id: "control", data });
      const { method, states } = (sent(answer, "comm_msg")[0] as Json).data as Json;
      assert.equal(method, "update_states");
      const names = Object.values(states as Record<string, Json>).map(({ model_name }) => model_name);
      assert.ok(names.includes("IntSliderModel"));
      assert.ok(!names.includes("IntProgressModel"));
    });
  });
});
