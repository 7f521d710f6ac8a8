import assert from "node:assert/strict";
import { ProtobufMessage } from "../../../src/nn/export/onnx-graph";

const hex = (message: ProtobufMessage) => Buffer.from(message.encode()).toString("hex");

/** The examples of protobuf.dev/programming-guides/encoding. */
describe("a message of protocol buffers", () => {
  it("has integers as varints, those below zero in ten bytes", () => {
    assert.equal(hex(new ProtobufMessage().integer(1, 150)), "089601");
    assert.equal(hex(new ProtobufMessage().integer(1, -2)), "08feffffffffffffffff01");
  });

  it("has texts and messages behind their lengths, and fields from 16 on in two bytes", () => {
    assert.equal(hex(new ProtobufMessage().field(2, "testing")), "120774657374696e67");
    assert.equal(hex(new ProtobufMessage().field(3, new ProtobufMessage().integer(1, 150))), "1a03089601");
    assert.equal(hex(new ProtobufMessage().integer(20, 1)), "a00101");
  });

  it("has floats in four bytes, the lowest first", () => {
    assert.equal(hex(new ProtobufMessage().float(2, 1)), "150000803f");
  });
});
