import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { type GatheredStream, StreamGatherer } from "../../../kernel/protocol/outbox";

function gatherer(): { streams: StreamGatherer; sent: GatheredStream[] } {
  const sent: GatheredStream[] = [];
  return { streams: new StreamGatherer((stream) => sent.push(stream)), sent };
}

describe("StreamGatherer", () => {
  it("joins lines into one message that leaves by itself", async () => {
    const { streams, sent } = gatherer();
    for (let line = 0; line < 1000; line++) streams.add("stdout", `${line}\n`);
    assert.deepEqual(sent, []);
    await sleep(60);
    const text = Array.from({ length: 1000 }, (_, line) => `${line}\n`).join("");
    assert.deepEqual(sent, [{ name: "stdout", text }]);
  });

  it("keeps the order of the two streams", () => {
    const { streams, sent } = gatherer();
    streams.add("stdout", "a");
    streams.add("stderr", "b");
    streams.add("stderr", "c");
    streams.add("stdout", "d");
    streams.flush();
    assert.deepEqual(sent, [
      { name: "stdout", text: "a" },
      { name: "stderr", text: "bc" },
      { name: "stdout", text: "d" },
    ]);
  });

  it("sends a megabyte at once", () => {
    const { streams, sent } = gatherer();
    streams.add("stdout", "x".repeat(1024 * 1024));
    assert.equal(sent.length, 1);
  });

  it("sends nothing when there is nothing", async () => {
    const { streams, sent } = gatherer();
    streams.flush();
    streams.add("stdout", "a");
    streams.flush();
    await sleep(40);
    assert.equal(sent.length, 1);
  });
});
