/**
 * A message in the wire format of protocol buffers, field by field in the order of the calls.
 *
 * Four kinds of fields are all that a file of ONNX needs, which is less than any library for them.
 *
 * @see https://protobuf.dev/programming-guides/encoding/
 */
export class ProtobufMessage {
  readonly #parts: Uint8Array[] = [];

  /** An int64 or an enum. @param value an integer that a 64-bit float holds exactly. */
  integer(field: number, value: number): this {
    this.#parts.push(tag(field, 0), varint(BigInt.asUintN(64, BigInt(value))));
    return this;
  }

  /** A float of 32 bits. */
  float(field: number, value: number): this {
    const four = Buffer.alloc(4);
    four.writeFloatLE(value);
    this.#parts.push(tag(field, 5), four);
    return this;
  }

  /** A text in UTF-8, bytes, or a message. */
  field(field: number, value: string | Uint8Array | ProtobufMessage): this {
    const bytes =
      typeof value === "string"
        ? Buffer.from(value)
        : value instanceof ProtobufMessage
          ? value.encode()
          : value;
    this.#parts.push(tag(field, 2), varint(BigInt(bytes.length)), bytes);
    return this;
  }

  encode(): Uint8Array {
    return Buffer.concat(this.#parts);
  }
}

/** @param type 0 for a varint, 2 for a length and bytes, 5 for four bytes. */
function tag(field: number, type: 0 | 2 | 5): Uint8Array {
  return varint(BigInt(8 * field + type));
}

/** Seven bits a byte, the lowest first; all bytes but the last have the eighth bit set. */
function varint(value: bigint): Uint8Array {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 128n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}
