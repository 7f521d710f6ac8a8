/**
 * The MIME bundle of a value: what a cell's last expression looks like in a notebook.
 *
 * A value that has a method under `Symbol.for("Jupyter.display")` decides itself, as in Deno's kernel. Otherwise a
 * few shapes are recognized: Vega charts, images, data frames, columns by name, tensors and models of TensorFlow.js,
 * DOM-like and HTML-giving objects. All else is shown as Node's console would, without colours.
 */
import { setTimeout as sleep } from "node:timers/promises";
import { inspect } from "node:util";
import type { MimeBundle } from "../../src/display/mime-bundle";
import type { ChartSpec } from "../../src/plot/rendering/chart-spec";
import { notABundle } from "../errors";
import { columnsOf, frameOf, frameTable } from "./frame-table";

/** Names the method by which a value gives its own bundle. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/**
 * @throws CellError where the value's own display method gives no bundle
 */
export function bundleOf(value: unknown): MimeBundle | Promise<MimeBundle> {
  const own = methodOf(value, DISPLAY)?.();
  if (isThenable(own)) return Promise.resolve(own).then(checkedBundle);
  if (own !== undefined) return checkedBundle(own);
  return recognized(value) ?? { "text/plain": textOf(value) };
}

/** The value as text, as Node's console shows it. */
export function textOf(value: unknown): string {
  return inspect(value, { colors: false });
}

/**
 * A bundle as the protocol wants it: bytes as base64, JSON types as objects.
 *
 * @throws CellError where `value` is no bundle
 */
export function checkedBundle(value: unknown): MimeBundle {
  if (typeof value !== "object" || value === null || Array.isArray(value)) throw notABundle(inspect(value));
  const entries = Object.entries(value).map(([type, data]): [string, string | object] => {
    if (data instanceof Uint8Array) return [type, Buffer.from(data).toString("base64")];
    if (typeof data === "string") return [type, data];
    if (typeof data === "object" && data !== null) return [type, data];
    throw notABundle(`${inspect(data)} as ${type}`);
  });
  return Object.fromEntries(entries);
}

function recognized(value: unknown): MimeBundle | Promise<MimeBundle> | undefined {
  if (value instanceof Uint8Array) return imageBundle(value);
  if (typeof value !== "object" || value === null) return undefined;
  const spec = methodOf(value, "toSpec")?.() ?? value;
  if (typeof spec === "object" && spec !== null) {
    const type = vegaType(read(spec, "$schema"));
    if (type) {
      const bundle: MimeBundle = { [type]: spec, "text/plain": textOf(value) };
      return type === DRAWN_TYPE ? withPicture(bundle, spec as ChartSpec) : bundle;
    }
  }
  const text = tensorflowText(value);
  if (text !== undefined) return { "text/plain": text };
  const frame = frameOf(value) ?? columnsOf(value);
  if (frame) {
    const bundle = frameTable(frame).toMimeBundle();
    // Records are values of the language, which the console shows as such.
    return Array.isArray(value) ? { ...bundle, "text/plain": textOf(value) } : bundle;
  }
  const outerHTML = read(value, "outerHTML");
  if (typeof outerHTML === "string") {
    const type = /^\s*<svg\b/i.test(outerHTML) ? "image/svg+xml" : "text/html";
    return { [type]: outerHTML, "text/plain": outerHTML };
  }
  const html = (methodOf(value, "toHtml") ?? methodOf(value, "toHTML"))?.();
  return typeof html === "string" ? { "text/html": html, "text/plain": textOf(value) } : undefined;
}

function methodOf(value: unknown, name: string | symbol): (() => unknown) | undefined {
  const method = read(value, name);
  return typeof method === "function" ? () => method.call(value) : undefined;
}

function isThenable(value: unknown): value is PromiseLike<unknown> {
  return typeof read(value, "then") === "function";
}

/** A property; undefined where reading it throws, as with proxies that allow only what they know. */
function read(value: unknown, name: string | symbol): unknown {
  if ((typeof value !== "object" && typeof value !== "function") || value === null) return undefined;
  try {
    return (value as Record<string | symbol, unknown>)[name];
  } catch {
    return undefined;
  }
}

/** What this package's own renderer draws. */
const DRAWN_TYPE = "application/vnd.vegalite.v5+json";
const PICTURE_SCALE = 1.5;
/** Data can come from anywhere; a cell does not wait longer for a picture that only some front ends need. */
const PICTURE_WAIT_MS = 5000;

/** The same with a PNG for front ends that do not draw it, as GitHub; without where it cannot be drawn, which the front end will say. */
async function withPicture(bundle: MimeBundle, spec: ChartSpec): Promise<MimeBundle> {
  // Loads Vega, which takes a second.
  const { renderPNG } =
    require("../../src/plot/rendering/render") as typeof import("../../src/plot/rendering/render");
  const drawn = renderPNG(
    { ...spec, description: String(spec.description ?? "a Vega-Lite chart") },
    PICTURE_SCALE,
  );
  const png = await Promise.race([
    drawn.catch(() => undefined),
    sleep(PICTURE_WAIT_MS, undefined, { ref: false }),
  ]);
  return png === undefined ? bundle : { ...bundle, "image/png": png.toString("base64") };
}

/** `https://vega.github.io/schema/vega-lite/v5.json` to `application/vnd.vegalite.v5+json`. */
function vegaType(schema: unknown): string | undefined {
  const found = /\/schema\/(vega|vega-lite)\/v(\d+)/.exec(String(schema));
  return found ? `application/vnd.${found[1]?.replace("-", "")}.v${found[2]}+json` : undefined;
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

// Tensors and models of TensorFlow.js as it prints them itself, where Node's console shows what they are made of.

/** What is read of a tensor. */
interface Tensor {
  readonly rankType: string;
  readonly dtype: string;
  dataSync(): unknown;
  toString(verbose: boolean): string;
}

/** What is read of a model of layers. */
interface Model {
  readonly layers: readonly unknown[];
  countParams(): number;
  summary(lineLength?: number, positions?: number[], printLine?: (line: string) => void): void;
}

/** A tensor with its type, shape and values, a model by its layers; undefined for all else, and for what is disposed of. */
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
