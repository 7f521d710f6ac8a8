import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import fc from "fast-check";
import { Wire } from "../../../kernel/transport/wire";

const KEY = "a key";
const wire = new Wire(KEY, "sha256");
const header = {
  msg_id: "1",
  msg_type: "execute_request",
  session: "s",
  username: "u",
  date: "",
  version: "5.4",
};

/** The frames that a front end would send, signed by the formula of the protocol. */
function frames(parts: readonly string[], key = KEY): Buffer[] {
  const signature = createHmac("sha256", key).update(parts.join("")).digest("hex");
  return [
    Buffer.from("id"),
    Buffer.from("<IDS|MSG>"),
    Buffer.from(signature),
    ...parts.map((part) => Buffer.from(part)),
  ];
}

const good = [JSON.stringify(header), "{}", "{}", '{"code":"1"}'];

describe("Wire", () => {
  it("reads a signed message with its identities and buffers", () => {
    const message = wire.decode([...frames(good), Buffer.from("extra")]);
    assert.equal(message?.header.msg_type, "execute_request");
    assert.deepEqual(message?.content, { code: "1" });
    assert.deepEqual(message?.identities.map(String), ["id"]);
    assert.deepEqual(message?.buffers.map(String), ["extra"]);
  });

  it("reads what it wrote, whatever the content", () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), (content) => {
        const json = JSON.stringify(content);
        const message = wire.decode(wire.encode([Buffer.from("x")], "stream", header, json));
        assert.equal(JSON.stringify(message?.content), json);
        assert.equal(message?.parent.msg_id, "1");
      }),
    );
  });

  it("leaves out what is nested deeper than a thousand, brackets in text not counted", () => {
    const json = (depth: number): string => `{"x":${"[".repeat(depth)}${"]".repeat(depth)},"y":1}`;
    const read = (content: string): ReturnType<Wire["decode"]> =>
      wire.decode(wire.encode([Buffer.from("x")], "stream", header, content));
    assert.equal(read(json(999))?.content.y, 1);
    assert.deepEqual([read(json(1000))?.isTooDeep, read(json(1000))?.content], [true, {}]);
    const text = JSON.stringify({ y: `\\"${"[{".repeat(2000)}` });
    assert.equal(JSON.stringify(read(text)?.content), text);
  });

  it("drops messages that are signed with another key or not at all", () => {
    assert.equal(wire.decode(frames(good, "another key")), undefined);
    const unsigned = frames(good);
    unsigned[2] = Buffer.from("");
    assert.equal(wire.decode(unsigned), undefined);
  });

  it("takes unsigned messages where the key is empty", () => {
    const open = new Wire("", "sha256");
    assert.equal(open.decode(frames(good))?.header.msg_id, "1");
    assert.equal(String(open.encode([], "status", {}, "{}")[1]), "");
  });

  it("drops frames that are no message", () => {
    const broken: Buffer[][] = [
      [],
      [Buffer.from("<IDS|MSG>")],
      [Buffer.from("no delimiter"), ...frames(good).slice(2)],
      frames(good.slice(0, 3)),
      frames(["not json", ...good.slice(1)]),
      frames(["[]", ...good.slice(1)]),
      frames(["null", ...good.slice(1)]),
      frames(["{}", ...good.slice(1)]),
      frames([good[0] as string, "{}", "{}", '"text"']),
      frames([JSON.stringify({ ...header, msg_type: 5 }), ...good.slice(1)]),
    ];
    for (const found of broken) assert.equal(wire.decode(found), undefined);
  });

  it("survives frames of random bytes", () => {
    fc.assert(
      fc.property(fc.array(fc.uint8Array()), (bytes) => {
        assert.equal(wire.decode(bytes), undefined);
      }),
    );
  });

  it("replaces lone surrogates, which front ends cannot save, and leaves escaped text alone", () => {
    const json = JSON.stringify({ lone: "a\ud800b", pair: "😀", written: "\\ud800" });
    const content = wire.decode(wire.encode([], "stream", header, json))?.content;
    assert.deepEqual(content, { lone: "a\ufffdb", pair: "😀", written: "\\ud800" });
  });
});
