import assert from "node:assert/strict";
import type { Answer } from "../../../kernel/browser/messages";
import { Outputs } from "../../../kernel/browser/outputs";

/** Outputs, and the texts that they have sent. */
function makeOutputs() {
  const sent: string[] = [];
  const outputs = new Outputs((answer: Answer) => void (answer.type === "stream" && sent.push(answer.text)));
  outputs.begin(1);
  return { outputs, sent };
}

describe("outputs of a cell in a Web Worker", () => {
  it("are sent before the cell gives way, as before an endless loop", () => {
    const { outputs, sent } = makeOutputs();
    outputs.print("stdout", "begins\n");
    outputs.print("stdout", "goes on\n");
    assert.deepEqual(sent, ["begins\n", "goes on\n"]);
  });

  it("are joined to few messages where they are many, and none is lost", async () => {
    const { outputs, sent } = makeOutputs();
    const lines = Array.from({ length: 20_000 }, (_, k) => `${k}\n`);
    for (const line of lines) outputs.print("stdout", line);
    await undefined;
    assert.equal(sent.join(""), lines.join(""));
    assert.ok(sent.length < lines.length / 10, `${sent.length} messages`);
  });
});
