/** Writes files in ONNX's format: the wire format of protocol buffers, and the graph of operators in it. */

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

/** Numbers of fields and of enums in onnx.proto, of ONNX's intermediate representation 8. */
const IR_VERSION = 8;
const OPSET = 17;
const FLOAT = 1;
const INT64 = 7;
const ATTRIBUTE = { float: 1, integer: 2, text: 3, integers: 7 } as const;

/** The value of an operator's attribute: a text, whole numbers, or `{ float }`. */
export type OnnxAttribute = string | number | readonly number[] | { readonly float: number };

/** Lengths of a tensor along its axes; null where the length is variable, as for the batch. */
type OnnxShape = readonly (number | null)[];

/** A tensor that goes in or out. */
interface OnnxTensor {
  readonly name: string;
  readonly shape: OnnxShape;
}

/**
 * A graph of ONNX that grows operator by operator.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto
 */
export class OnnxGraph {
  readonly #graph = new ProtobufMessage().field(2, "smooth-edges");
  /** Constants by name and shape, and their bytes. */
  readonly #constants = new Map<string, { readonly name: string; readonly raw: Uint8Array }>();
  #count = 0;

  /** Adds an operator. @returns the name of what it computes. */
  node(
    operator: string,
    inputs: readonly string[],
    attributes: Readonly<Record<string, OnnxAttribute>> = {},
    output: string = this.#fresh(operator),
  ): string {
    const node = new ProtobufMessage();
    for (const input of inputs) node.field(1, input);
    node.field(2, output).field(3, `${output}_node`).field(4, operator);
    for (const [name, value] of Object.entries(attributes)) node.field(5, attributeOf(name, value));
    this.#graph.field(1, node);
    return output;
  }

  /**
   * Adds a constant, unless one of this name, shape and values is there, as of a shared layer.
   *
   * @param values in row-major order, 32-bit floats or 64-bit integers.
   * @returns its name in the graph.
   */
  constant(name: string, shape: readonly number[], values: Float32Array | BigInt64Array): string {
    // Raw data are little-endian, as every machine is that Node runs on with WebAssembly's memory.
    const raw = new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
    const key = `${name} ${shape}`;
    const known = this.#constants.get(key);
    if (known && Buffer.compare(known.raw, raw) === 0) return known.name;
    const tensor = new ProtobufMessage();
    for (const length of shape) tensor.integer(1, length);
    const full = this.#fresh(name);
    const type = values instanceof Float32Array ? FLOAT : INT64;
    this.#graph.field(5, tensor.integer(2, type).field(8, full).field(9, raw));
    this.#constants.set(key, { name: full, raw });
    return full;
  }

  /** Returns the bytes of a file. */
  encode(inputs: readonly OnnxTensor[], outputs: readonly OnnxTensor[]): Uint8Array {
    for (const input of inputs) this.#graph.field(11, tensorType(input));
    for (const output of outputs) this.#graph.field(12, tensorType(output));
    return new ProtobufMessage()
      .integer(1, IR_VERSION)
      .field(2, "smooth-edges")
      .field(7, this.#graph)
      .field(8, new ProtobufMessage().field(1, "").integer(2, OPSET))
      .encode();
  }

  #fresh(stem: string): string {
    return `${stem}_${this.#count++}`;
  }
}

function attributeOf(name: string, value: OnnxAttribute): ProtobufMessage {
  const attribute = new ProtobufMessage().field(1, name);
  if (typeof value === "string") return attribute.field(4, value).integer(20, ATTRIBUTE.text);
  if (typeof value === "number") return attribute.integer(3, value).integer(20, ATTRIBUTE.integer);
  if ("float" in value) return attribute.float(2, value.float).integer(20, ATTRIBUTE.float);
  for (const entry of value) attribute.integer(8, entry);
  return attribute.integer(20, ATTRIBUTE.integers);
}

/** Returns the type of a tensor of 32-bit floats. */
function tensorType({ name, shape }: OnnxTensor): ProtobufMessage {
  const lengths = new ProtobufMessage();
  shape.forEach((length, axis) => {
    const anyLength = axis === 0 ? "batch" : `length_${axis}`;
    const one = new ProtobufMessage();
    lengths.field(1, length === null ? one.field(2, anyLength) : one.integer(1, length));
  });
  const tensor = new ProtobufMessage().integer(1, FLOAT).field(2, lengths);
  return new ProtobufMessage().field(1, name).field(2, new ProtobufMessage().field(1, tensor));
}
