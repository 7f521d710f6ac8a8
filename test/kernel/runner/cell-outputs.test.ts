import assert from "node:assert/strict";
import { applyTerminalControls, CellOutputs, type DisplaysById } from "../../../kernel/runner/cell-outputs";
import type { CellOutput } from "../../../kernel/runner/notebook";

type Message = [type: string, content: Record<string, unknown>];

function gather(messages: Message[], displays: DisplaysById = new Map()): CellOutput[] {
  const outputs: CellOutput[] = [];
  const cell = new CellOutputs(outputs, displays);
  for (const [type, content] of messages) cell.add({ header: { msg_type: type }, content });
  cell.finish();
  return outputs;
}

function stream(name: string, text: string): Message {
  return ["stream", { name, text }];
}

function display(text: string, id?: string, type = "display_data"): Message {
  return [
    type,
    { data: { "text/plain": text }, metadata: {}, transient: id === undefined ? {} : { display_id: id } },
  ];
}

function shown(text: string): CellOutput {
  return { output_type: "display_data", data: { "text/plain": text }, metadata: {} };
}

describe("CellOutputs", () => {
  it("joins what is printed in a row to one stream, and no more than that", () => {
    const outputs = gather([
      stream("stdout", "a"),
      stream("stdout", "b\n"),
      stream("stderr", "c"),
      stream("stdout", "d"),
    ]);
    assert.deepEqual(outputs, [
      { output_type: "stream", name: "stdout", text: "ab\n" },
      { output_type: "stream", name: "stderr", text: "c" },
      { output_type: "stream", name: "stdout", text: "d" },
    ]);
  });

  it("keeps a result with its count and an error with its traceback", () => {
    const outputs = gather([
      ["execute_result", { data: { "text/plain": "1" }, metadata: { m: 1 }, execution_count: 3 }],
      ["error", { ename: "TypeError", evalue: "no", traceback: ["line"] }],
    ]);
    assert.deepEqual(outputs, [
      { output_type: "execute_result", data: { "text/plain": "1" }, metadata: { m: 1 }, execution_count: 3 },
      { output_type: "error", ename: "TypeError", evalue: "no", traceback: ["line"] },
    ]);
  });

  it("keeps no display that tells how work goes", () => {
    const bar = (type: string): Message => [
      type,
      { data: { "text/plain": "50 %" }, metadata: {}, transient: { display_id: "bar", progress: true } },
    ];
    assert.deepEqual(gather([bar("display_data"), stream("stdout", "a"), bar("update_display_data")]), [
      { output_type: "stream", name: "stdout", text: "a" },
    ]);
  });

  it("updates every display of an id, those of earlier cells too", () => {
    const displays: DisplaysById = new Map();
    const first = gather([display("0 %", "bar"), display("else", "other")], displays);
    const second = gather([display("50 %", "bar"), display("100 %", "bar", "update_display_data")], displays);
    assert.deepEqual(first, [shown("100 %"), shown("else")]);
    assert.deepEqual(second, [shown("100 %")]);
  });

  it("ignores an update of a display it never saw", () => {
    assert.deepEqual(gather([display("lost", "unknown", "update_display_data")]), []);
  });

  it("clears at once, or with the next output where asked to wait", () => {
    assert.deepEqual(gather([display("old"), ["clear_output", { wait: false }]]), []);
    assert.deepEqual(gather([display("old"), ["clear_output", { wait: true }]]), [shown("old")]);
    assert.deepEqual(gather([display("old"), ["clear_output", { wait: true }], display("new")]), [
      shown("new"),
    ]);
    assert.deepEqual(
      gather([stream("stdout", "old"), ["clear_output", { wait: true }], stream("stdout", "new")]),
      [{ output_type: "stream", name: "stdout", text: "new" }],
    );
  });

  it("ignores messages that carry no output", () => {
    assert.deepEqual(
      gather([
        ["execute_input", { code: "1" }],
        ["comm_open", {}],
      ]),
      [],
    );
  });
});

describe("applyTerminalControls", () => {
  it("keeps of a line what was written after its last carriage return", () => {
    assert.equal(applyTerminalControls("10 %\r50 %\r100 %\ndone"), "100 %\ndone");
  });

  it("keeps Windows line ends and a carriage return nothing was written after", () => {
    assert.equal(applyTerminalControls("a\r\nb\r"), "a\r\nb\r");
  });

  it("erases a character for each backspace, an emoji as one, and nothing beyond the line", () => {
    assert.equal(applyTerminalControls("ab\b\bcd\n\b😀\bx"), "cd\nx");
  });
});
