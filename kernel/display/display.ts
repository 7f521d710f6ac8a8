/**
 * Makes the MIME bundle of a value, by which a notebook shows a cell's last expression.
 *
 * A value with a method under `Symbol.for("Jupyter.display")` makes its own bundle, as in Deno's kernel. Otherwise these are
 * recognized by their shapes: Vega charts, images, data frames, columns by name, tensors and models of TensorFlow.js, and objects
 * with HTML. Any other value is shown as Node's console shows it, without colours.
 */
import { inspect } from "node:util";
import type { MimeBundle } from "../../src/display/mime-bundle";
import type { JsonObject } from "../../src/plot/rendering/chart-spec";
import { notABundle } from "../errors";
import { chartBundle } from "./chart-bundle";
import { columnsOf, frameOf, frameTable } from "./frame-table";

/** The name of the method by which a value makes its own bundle. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/**
 * Returns the MIME bundle of a value.
 *
 * @throws CellError where the value's own display method gives no bundle
 */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  const own = methodOf(value, DISPLAY)?.();
  if (isThenable(own)) return Promise.resolve(own).then(checkedBundle);
  if (own !== undefined) return checkedBundle(own);
  return bundleByShape(value) ?? { "text/plain": textOf(value) };
}

/** Number of bytes that one call turns into letters: its arguments have room on the stack. */
const lettersOfCall = 8192;

/** Returns bytes as base64, in every place that has no `Buffer` too. */
function base64Of(bytes: Uint8Array): string {
  let letters = "";
  for (let at = 0; at < bytes.length; at += lettersOfCall) {
    letters += String.fromCharCode(...bytes.subarray(at, at + lettersOfCall));
  }
  return btoa(letters);
}

/** Returns a value as text, as Node's console shows it. */
export function textOf(value: unknown): string {
  return inspect(value, { colors: false });
}

/**
 * Returns a bundle in the form of the protocol: bytes as base64, JSON types as objects.
 *
 * @throws CellError where `value` is no bundle
 */
export function checkedBundle(value: unknown): MimeBundle {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw notABundle(inspect(value));
  const entries = Object.entries(value).map(([type, data]): [string, string | object] => {
    if (data instanceof Uint8Array) return [type, base64Of(data)];
    if (typeof data === "string") return [type, data];
    if (typeof data === "object" && data !== null) return [type, data];
    throw notABundle(`${inspect(data)} as ${type}`);
  });
  return Object.fromEntries(entries);
}

function bundleByShape(value: unknown): MimeBundle | Promise<MimeBundle> | undefined {
  if (value instanceof Uint8Array) return imageBundle(value);
  if (typeof value !== "object" || value === null) return undefined;
  const spec = specificationOf(value);
  const chart = spec && chartBundle(spec, textOf(value));
  if (chart) return chart;
  const text = tensorflowText(value);
  if (text !== undefined) return { "text/plain": text };
  const frame = frameOf(value) ?? columnsOf(value);
  if (frame) {
    const bundle = frameTable(frame).toMimeBundle();
    // The plain text of records is what the console shows, because they are values of the language.
    return Array.isArray(value) ? { ...bundle, "text/plain": textOf(value) } : bundle;
  }
  const outerHTML = readProperty(value, "outerHTML");
  if (typeof outerHTML === "string") {
    const type = /^\s*<svg\b/i.test(outerHTML) ? "image/svg+xml" : "text/html";
    return { [type]: outerHTML, "text/plain": outerHTML };
  }
  const html = (methodOf(value, "toHtml") ?? methodOf(value, "toHTML"))?.();
  return typeof html === "string" ? { "text/html": html, "text/plain": textOf(value) } : undefined;
}

/** Returns what names a JSON schema: a value, or what it builds, as a chart of vega-lite-api does. */
function specificationOf(value: object): JsonObject | undefined {
  try {
    const spec = methodOf(value, "toSpec")?.() ?? methodOf(value, "toObject")?.() ?? value;
    return typeof readProperty(spec, "$schema") === "string" ? (spec as JsonObject) : undefined;
  } catch {
    return undefined;
  }
}

function methodOf(value: unknown, name: string | symbol): (() => unknown) | undefined {
  const method = readProperty(value, name);
  return typeof method === "function" ? () => method.call(value) : undefined;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof readProperty(value, "then") === "function";
}

/** Returns a property; undefined where reading it throws, as with proxies that allow only known names. */
function readProperty(value: unknown, name: string | symbol): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  try {
    return (value as Record<string | symbol, unknown>)[name];
  } catch {
    return undefined;
  }
}

const IMAGE_SIGNATURES: readonly (readonly [string, readonly number[]])[] = [
  ["image/png", [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]],
  ["image/jpeg", [0xff, 0xd8, 0xff]],
  ["image/gif", [0x47, 0x49, 0x46, 0x38]],
];

function imageBundle(bytes: Uint8Array): MimeBundle | undefined {
  const found = IMAGE_SIGNATURES.find(([, signature]) => signature.every((byte, at) => bytes[at] === byte));
  if (!found) return undefined;
  return { [found[0]]: Buffer.from(bytes).toString("base64"), "text/plain": textOf(bytes) };
}

/** The fields of a tensor that are read. */
interface Tensor {
  readonly rankType: string;
  readonly dtype: string;
  dataSync(): unknown;
  toString(verbose: boolean): string;
}

/** The fields of a model of layers that are read. */
interface Model {
  readonly layers: readonly unknown[];
  countParams(): number;
  summary(lineLength?: number, positions?: number[], printLine?: (line: string) => void): void;
}

/**
 * Returns a tensor or a model of TensorFlow.js as the library itself prints it: type, shape and values, or the layers. Returns
 * undefined for other values and for a disposed tensor.
 */
export function tensorflowText(value: object): string | undefined {
  try {
    if (isTensor(value)) return value.toString(true);
    return isModel(value) ? summaryOf(value) : undefined;
  } catch {
    return undefined;
  }
}

function isTensor(value: object): value is Tensor {
  const { rankType, dtype, dataSync } = value as Partial<Tensor>;
  return typeof rankType === "string" && typeof dtype === "string" && typeof dataSync === "function";
}

function isModel(value: object): value is Model {
  const { layers, countParams, summary } = value as Partial<Model>;
  return Array.isArray(layers) && typeof countParams === "function" && typeof summary === "function";
}

function summaryOf(model: Model): string {
  const lines: string[] = [];
  model.summary(undefined, undefined, (line) => lines.push(line));
  return lines.join("\n");
}
