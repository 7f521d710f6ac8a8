import assert from "node:assert/strict";
import { resultText } from "../../support/exchanges";
import { type Json, TestKernel } from "../../support/test-kernel";

const CODE = `import { basename } from 'node:path';
interface Square { side: number }
function area(square: Square): number {
  const { side } = square, side_1 = side;
  return side * side_1;
}
const first = area({ side: 3 });
await null;
const second = first + 1;
[basename('/a/b'), second]`;

describe("the debugger over real sockets", function () {
  this.timeout(300_000);
  let kernel: TestKernel;
  let seen = 0;
  before(async () => {
    kernel = await TestKernel.start();
    await kernel.execute(
      "const earlier = { list: [1, 2], when: new Map([['k', 'v']]) }; let tries = 1, tries_1 = 2;",
    );
  });
  after(() => kernel.stop());

  async function ask(command: string, args: Json = {}): Promise<Json> {
    const content = { type: "request", seq: 7, command, arguments: args };
    return (await kernel.request("control", "debug_request", content)).reply.content;
  }
  const body = async (command: string, args: Json = {}): Promise<Json> => {
    const reply = await ask(command, args);
    assert.equal(reply.success, true, String(reply.message));
    return reply.body as Json;
  };
  /** Waits for the next stop and gives its reason. */
  async function stopped(): Promise<unknown> {
    const events = (): Json[] =>
      kernel.published.filter(({ type }) => type === "debug_event").map(({ content }) => content);
    let stop: Json | undefined;
    await kernel.until(() => {
      stop = events().find(({ event }, at) => at >= seen && event === "stopped");
      return stop !== undefined;
    });
    seen = events().length;
    return (stop as unknown as { body: Json }).body.reason;
  }
  const lines = async (): Promise<unknown[]> => {
    const { stackFrames } = await body("stackTrace", { threadId: 1 });
    return (stackFrames as Json[]).map(({ name, line }) => `${name}:${line}`);
  };
  async function start(code: string, breakpoints: Json[]): Promise<string> {
    const { sourcePath } = await body("dumpCell", { code });
    await body("setBreakpoints", { source: { path: sourcePath }, breakpoints });
    await body("configurationDone");
    const id = await kernel.sendCell(code);
    assert.equal(await stopped(), "breakpoint");
    return id;
  }
  const variables = async (reference: unknown): Promise<Record<string, unknown>> => {
    const { variables: list } = await body("variables", { variablesReference: reference });
    return Object.fromEntries((list as Json[]).map(({ name, value }) => [String(name), value]));
  };

  it("is announced, and tells how cells are named before it is started", async () => {
    const info = (await kernel.request("control", "kernel_info_request")).reply.content;
    assert.equal(info.debugger, true);
    assert.deepEqual(info.supported_features, ["debugger"]);
    const { isStarted, hashMethod, hashSeed, stoppedThreads } = await body("debugInfo");
    assert.deepEqual([isStarted, hashMethod, hashSeed, stoppedThreads], [false, "Murmur2", 0xc70f6907, []]);
  });

  it("names a cell by the hash that front ends compute", async () => {
    const { tmpFilePrefix, tmpFileSuffix } = await body("debugInfo");
    const { sourcePath } = await body("dumpCell", { code: "print('a')\nü" });
    // The number is that of ipykernel's own murmur2_x86 with the same seed.
    assert.equal(sourcePath, `${tmpFilePrefix}1875220906${tmpFileSuffix}`);
  });

  it("lists the variables of the notebook and shows one as a cell would, before it is started", async () => {
    const { variables: list } = await body("inspectVariables");
    const [earlier] = list as [Json];
    assert.deepEqual([earlier.name, earlier.type, earlier.value], ["earlier", "Object", "Object"]);
    const { data } = await body("richInspectVariables", { variableName: "earlier" });
    assert.deepEqual(data, { "text/plain": "{ list: [ 1, 2 ], when: Map(1) { 'k' => 'v' } }" });
  });

  it("refuses, with a sentence, what needs it attached or stopped, and what it does not know", async () => {
    assert.deepEqual(await ask("setBreakpoints"), {
      type: "response",
      request_seq: 7,
      seq: ((await ask("debugInfo")).seq as number) - 1,
      command: "setBreakpoints",
      success: false,
      message: "setBreakpoints: the debugger must be attached, got no attach request",
      body: {},
    });
    await body("initialize");
    await body("attach");
    assert.equal(
      (await ask("next")).message,
      "next: the notebook must be stopped, got one that runs or is idle",
    );
    assert.equal((await ask(String("fly"))).success, false);
  });

  describe("stopped at a breakpoint in a cell that runs for the first time", () => {
    let id: string;
    before(async () => {
      id = await start(CODE, [{ line: 4 }]);
    });

    it("tells where the functions under way are, by the lines of the cell", async () => {
      assert.deepEqual(await lines(), ["area:4", "Cell [2]:7"]);
      const { path } = ((await body("stackTrace")).stackFrames as [Json])[0].source as Json;
      assert.equal((await body("source", { source: { path } })).content, CODE);
      assert.deepEqual((await body("debugInfo")).stoppedThreads, [1]);
    });

    it("lists the variables of a function, of the cell, and of the notebook", async () => {
      const { scopes } = await body("scopes", { frameId: 1 });
      const [locals, , notebook] = scopes as [Json, Json, Json];
      assert.deepEqual([locals.name, notebook.name], ["Locals", "Notebook"]);
      const listed = await variables(locals.variablesReference);
      assert.deepEqual(listed, { square: "Object", side: "undefined", side_1: "undefined" });
      const shared = await variables(notebook.variablesReference);
      assert.deepEqual([shared.earlier, shared.tries_1], ["Object", "2"]);
    });

    it("opens objects, lists and maps", async () => {
      const open = async (expression: string): Promise<unknown> =>
        variables((await body("evaluate", { expression, frameId: 1 })).variablesReference);
      assert.deepEqual(await open("square"), { side: "3" });
      assert.deepEqual(await open("earlier"), { list: "Array(2)", when: "Map(1)" });
      assert.deepEqual(await open("earlier.list"), { 0: "1", 1: "2" });
      assert.deepEqual(await open("earlier.when"), { k: '"v"' });
    });

    it("evaluates expressions in it, and tells what they throw", async () => {
      const { result, type } = await body("evaluate", {
        expression: "square.side + earlier.list[1]",
        frameId: 1,
      });
      assert.deepEqual([result, type], ["5", "number"]);
      assert.equal((await ask("evaluate", { expression: "null.x" })).success, false);
      assert.equal((await body("evaluate", { expression: "tries += 4", frameId: 1 })).result, "5");
      assert.equal((await body("evaluate", { expression: "tries", frameId: 1 })).result, "5");
      assert.deepEqual(await body("richInspectVariables", { variableName: "square", frameId: 1 }), {
        data: { "text/plain": "{ side: 3 }" },
        metadata: {},
      });
    });

    it("steps line by line, out of the function and over an await", async () => {
      const trail: unknown[] = [];
      for (let step = 0; step < 5; step++) {
        await body("next", { threadId: 1 });
        assert.equal(await stopped(), "step");
        trail.push((await lines())[0]);
      }
      assert.deepEqual(trail, ["area:5", "area:6", "Cell [2]:8", "Cell [2]:9", "Cell [2]:10"]);
    });

    it("steps over the end of the cell, which has its result", async () => {
      await body("next", { threadId: 1 });
      assert.equal(resultText(await kernel.finish(id)), "[ 'b', 10 ]");
      assert.deepEqual((await body("debugInfo")).stoppedThreads, []);
    });
  });

  describe("once the cell was run", () => {
    it("steps into functions and out of them", async () => {
      const id = await start("let t = 0;\nt = area({ side: 2 });\nt", [{ line: 2 }]);
      await body("stepIn", { threadId: 1 });
      await stopped();
      assert.deepEqual((await lines())[0], "area:4");
      await body("stepOut", { threadId: 1 });
      await stopped();
      assert.match(String((await lines())[0]), /^Cell \[\d+\]:[23]$/);
      await body("continue", { threadId: 1 });
      assert.equal(resultText(await kernel.finish(id)), "4");
    });

    it("stops in functions of cells that were run before, where a condition holds", async () => {
      const { sourcePath } = await body("dumpCell", { code: CODE });
      const reply = await body("setBreakpoints", {
        source: { path: sourcePath },
        breakpoints: [{ line: 2 }, { line: 5, condition: "side > 8" }],
      });
      // A line without code stands for the next one that has some.
      assert.deepEqual(
        (reply.breakpoints as Json[]).map(({ line }) => line),
        [4, 5],
      );
      await body("setBreakpoints", {
        source: { path: sourcePath },
        breakpoints: [{ line: 5, condition: "side > 8" }],
      });
      const id = await kernel.sendCell("[area({ side: 8 }), area({ side: 9 })]");
      assert.equal(await stopped(), "breakpoint");
      assert.equal((await body("evaluate", { expression: "side", frameId: 1 })).result, "9");
      await body("continue", { threadId: 1 });
      assert.equal(resultText(await kernel.finish(id)), "[ 64, 81 ]");
      await body("setBreakpoints", { source: { path: sourcePath }, breakpoints: [] });
      assert.equal((await kernel.execute("area({ side: 9 })")).reply.content.status, "ok");
    });

    it("stops where an error is thrown, if asked to", async () => {
      await body("setExceptionBreakpoints", { filters: ["all"] });
      const id = await kernel.sendCell("function fail(): never {\n  throw new RangeError('x');\n}\nfail()");
      assert.equal(await stopped(), "exception");
      assert.deepEqual((await lines())[0], "fail:2");
      await body("continue", { threadId: 1 });
      assert.equal((await kernel.finish(id)).reply.content.ename, "RangeError");
      await body("setExceptionBreakpoints", { filters: [] });
    });

    it("pauses a loop that runs, and an interrupt ends it while it is stopped", async () => {
      const id = await kernel.sendCell("console.log('on');\nwhile (true) {\n  Math.random();\n}");
      await kernel.until(() => kernel.of(id).some(({ type }) => type === "stream"));
      await body("pause", { threadId: 1 });
      assert.equal(await stopped(), "pause");
      await kernel.request("control", "interrupt_request");
      assert.equal((await kernel.finish(id)).reply.content.ename, "InterruptError");
      assert.equal(resultText(await kernel.execute("first")), "9");
    });

    it("lets a stopped cell run on when it is disconnected, and can be attached again", async () => {
      const id = await start("let u = 1;\nu + 1", [{ line: 2 }]);
      await body("disconnect", { restart: false, terminateDebuggee: false });
      assert.equal(resultText(await kernel.finish(id)), "2");
      assert.deepEqual((await body("debugInfo")).breakpoints, []);
      await body("attach");
      assert.equal(resultText(await kernel.finish(await startAndContinue("let w = 2;\nw + 1"))), "3");
    });

    async function startAndContinue(code: string): Promise<string> {
      const id = await start(code, [{ line: 2 }]);
      await body("continue", { threadId: 1 });
      return id;
    }

    it("does not keep a kernel from its end while it is stopped", async () => {
      await start("let v = 1;\nv + 1", [{ line: 2 }]);
      await kernel.send("control", "shutdown_request", { restart: false });
      assert.equal(await kernel.exited, 0);
    });
  });
});
