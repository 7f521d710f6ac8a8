/** Summarizes a value in a few lines, for the inspection of its name; no code of the notebook runs. */
import { inspect, types } from "node:util";
import ts from "typescript";
import { DISPLAY } from "../display/display";
import { constructorName, isDanfojs, propertyOf, prototypeChain } from "./live-value";

const MAX_ELEMENTS = 5;
const MAX_LINES = 20;
const MAX_CHARACTERS = 60;

/**
 * Returns the class and the size of a value, and its columns, keys, fields or first elements.
 *
 * @param name of the variable, for functions without a name of their own
 */
export function valueSummary(value: unknown, name: string): string {
  if (types.isProxy(value)) return "a proxy";
  if (typeof value === "function") return signatureIn(Function.prototype.toString.call(value), name);
  if (typeof value === "string" && value.length > MAX_CHARACTERS)
    return `${brief(value)}, ${value.length} characters`;
  if (typeof value !== "object" || value === null) return `= ${brief(value)}`;
  // The environment may contain secrets, so only its names are shown.
  if (value === process.env) return Object.keys(value).join("\n");
  return (
    ownSummary(value) ?? chart(value) ?? frame(value) ?? collection(value) ?? tensor(value) ?? fields(value)
  );
}

/** Returns the source text of a function or a class up to its body. */
function signatureIn(source: string, name: string): string {
  // Methods parse inside an object; of native functions only the name is shown.
  const texts = [`(${source.replace("[native code]", "")})`, `({${source}})`];
  const heads = texts.flatMap((whole) => {
    const file = ts.createSourceFile("value.ts", whole, ts.ScriptTarget.Latest, true);
    const { parseDiagnostics } = file as unknown as { parseDiagnostics: readonly unknown[] };
    const node = parseDiagnostics.length === 0 ? functionIn(file) : undefined;
    if (node === undefined) return [];
    const end = ts.isClassLike(node)
      ? whole.indexOf("{", node.heritageClauses?.end ?? node.pos)
      : node.body?.getStart(file);
    return whole.slice(node.getStart(file), end).trim().replace(/\s+/g, " ");
  });
  return shortened((heads[0] ?? name).replace(/^((?:async )?function(?: ?\*)?) ?\(/, `$1 ${name}(`));
}

function functionIn(node: ts.Node): ts.ClassLikeDeclaration | ts.FunctionLikeDeclaration | undefined {
  if (ts.isClassLike(node) || ts.isFunctionDeclaration(node) || ts.isFunctionExpression(node)) return node;
  if (ts.isArrowFunction(node) || ts.isMethodDeclaration(node) || ts.isAccessor(node)) return node;
  return ts.forEachChild(node, functionIn);
}

/** Returns the title of the summary of a fit, a path or another value of this package. */
function ownSummary(value: object): string | undefined {
  const isOwn = [...prototypeChain(value)].some(
    (each) => Object.getOwnPropertyDescriptor(each, DISPLAY)?.writable === false,
  );
  const summary = isOwn ? propertyOf(value, "summary")?.value : undefined;
  try {
    const table: unknown = typeof summary === "function" ? summary.call(value) : isOwn ? value : undefined;
    const title = propertyOf(table, "title")?.value;
    return typeof title === "string" ? `${classOf(value)}: ${title}` : undefined;
  } catch {
    // A value whose summary throws is described like any other object.
    return undefined;
  }
}

/** Describes a chart of this package or a specification of Vega-Lite. */
function chart(value: object): string | undefined {
  const spec = propertyOf(value, "spec")?.value ?? value;
  if (!/\/schema\/vega/.test(String(text(propertyOf(spec, "$schema")?.value)))) return undefined;
  const title = propertyOf(spec, "title")?.value;
  const mark = propertyOf(spec, "mark")?.value;
  const described =
    text(propertyOf(title, "text")?.value ?? title) ?? text(propertyOf(spec, "description")?.value);
  const marked = text(propertyOf(mark, "type")?.value ?? mark);
  const parts = [described, marked === undefined ? undefined : `mark ${marked}`].filter(
    (part) => part !== undefined,
  );
  return `${classOf(value)}${parts.length === 0 ? " of Vega" : `: ${parts.join(", ")}`}`;
}

function text(value: unknown): string | undefined {
  return typeof value === "string" ? shortened(value) : undefined;
}

/** Describes a data frame or a series of danfojs. */
function frame(value: object): string | undefined {
  if (!isDanfojs(value)) return undefined;
  const [columns, data, types] = ["$columns", "$data", "$dtypes"].map((name) => {
    const found = propertyOf(value, name)?.value;
    return Array.isArray(found) ? (found as unknown[]) : [];
  }) as [unknown[], unknown[], unknown[]];
  const rows = counted(data.length, "row");
  const isSeries = propertyOf(value, "$isSeries")?.value === true;
  if (isSeries) return `Series: ${counted(data.length, "value")}, ${String(types[0])}\n${elements(data)}`;
  const names = columns.map(String);
  const width = Math.max(...names.map(({ length }) => Math.min(length, MAX_CHARACTERS)));
  const lines = names.map((name, j) => {
    const head = data.slice(0, MAX_ELEMENTS).map((row) => (row as unknown[])[j]);
    return `${shortened(name).padEnd(width)}  ${String(types[j])}  ${elements(head, data.length)}`;
  });
  return [`DataFrame: ${rows} × ${counted(columns.length, "column")}`, ...listed(lines)].join("\n");
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? "" : "s"}`;
}

const TYPED_LENGTH = Object.getOwnPropertyDescriptor(
  Object.getPrototypeOf(Uint8Array.prototype),
  "length",
)?.get;
const MAP_SIZE = Object.getOwnPropertyDescriptor(Map.prototype, "size")?.get;
const SET_SIZE = Object.getOwnPropertyDescriptor(Set.prototype, "size")?.get;

/** Describes an array of any kind, a map or a set. */
function collection(value: object): string | undefined {
  if (Array.isArray(value)) {
    const head = Array.from(
      { length: Math.min(value.length, MAX_ELEMENTS) },
      (_, at) => propertyOf(value, String(at))?.value,
    );
    return `${classOf(value)}: ${counted(value.length, "element")}${value.length === 0 ? "" : `\n${elements(head, value.length)}`}`;
  }
  if (types.isTypedArray(value)) {
    const length = TYPED_LENGTH?.call(value) as number;
    const head = Array.from({ length: Math.min(length, MAX_ELEMENTS) }, (_, at) => value[at]);
    return `${classOf(value)}: ${counted(length, "element")}${length === 0 ? "" : `\n${elements(head, length)}`}`;
  }
  if (types.isMap(value)) {
    const size = MAP_SIZE?.call(value) as number;
    const head = [...firstOf(Map.prototype.entries.call(value))].map(
      ([key, each]) => `${brief(key)} => ${brief(each)}`,
    );
    return [
      `${classOf(value)}: ${counted(size, "entr")
        .replace(/entr$/, "entry")
        .replace(/entrs$/, "entries")}`,
      ...listed(head, size),
    ].join("\n");
  }
  if (types.isSet(value)) {
    const size = SET_SIZE?.call(value) as number;
    const head = [...firstOf(Set.prototype.values.call(value))];
    return `${classOf(value)}: ${counted(size, "value")}${size === 0 ? "" : `\n${elements(head, size)}`}`;
  }
  return undefined;
}

function* firstOf<T>(values: Iterable<T>): Generator<T> {
  let left = MAX_ELEMENTS;
  for (const each of values) {
    yield each;
    left -= 1;
    if (left === 0) return;
  }
}

/** Describes a tensor of TensorFlow.js. */
function tensor(value: object): string | undefined {
  const [shape, dtype] = ["shape", "dtype"].map(
    (name) => Object.getOwnPropertyDescriptor(value, name)?.value as unknown,
  );
  if (!Array.isArray(shape) || typeof dtype !== "string") return undefined;
  return `${classOf(value)}: shape [${shape.map(brief).join(", ")}], ${dtype}`;
}

/** Describes any other object by its own fields. */
function fields(value: object): string {
  const name = classOf(value);
  if (types.isNativeError(value)) return `${name}: ${text(propertyOf(value, "message")?.value) ?? ""}`;
  if (types.isDate(value)) return `${name}: ${inspect(new Date(Number(Date.prototype.getTime.call(value))))}`;
  const keys = Object.keys(value);
  const lines = keys.slice(0, MAX_LINES).map((key) => {
    const found = Object.getOwnPropertyDescriptor(value, key);
    return `${shortened(key)}: ${found && "value" in found ? brief(found.value) : "behind a getter"}`;
  });
  if (keys.length === 0 && name !== "Object") return name;
  const what = name === "Object" ? "key" : "field";
  return [`${name}: ${counted(keys.length, what)}`, ...listed(lines, keys.length)].join("\n");
}

function classOf(value: object): string {
  return [...prototypeChain(value)].map(constructorName).find((name) => name !== undefined) ?? "Object";
}

function listed(lines: readonly string[], total: number = lines.length): string[] {
  const shown = lines.slice(0, MAX_LINES);
  return shown.length < total ? [...shown, `... ${total - shown.length} more`] : shown;
}

function elements(values: readonly unknown[], total: number = values.length): string {
  const shown = values.slice(0, MAX_ELEMENTS).map(brief);
  return `${shown.join(", ")}${shown.length < total ? ", ..." : ""}`;
}

/** Describes a value within a line; an object by its class and size. */
function brief(value: unknown): string {
  if (types.isProxy(value)) return "a proxy";
  if (typeof value === "string") return inspect(shortened(value));
  if (typeof value === "function") return "a function";
  if (typeof value !== "object" || value === null) return inspect(value);
  if (Array.isArray(value)) return `Array(${value.length})`;
  if (types.isTypedArray(value)) return `${classOf(value)}(${TYPED_LENGTH?.call(value)})`;
  const isPlain = [...prototypeChain(value)].length <= 2 && classOf(value) === "Object";
  if (!isPlain) return classOf(value);
  const keys = Object.keys(value);
  return keys.length === 0
    ? "{}"
    : `{ ${shortened(keys.slice(0, MAX_ELEMENTS).join(", "))}${keys.length > MAX_ELEMENTS ? ", ..." : ""} }`;
}

function shortened(whole: string): string {
  const [line = ""] = whole.split("\n");
  return line.length > MAX_CHARACTERS || line.length < whole.length
    ? `${line.slice(0, MAX_CHARACTERS)}...`
    : line;
}
