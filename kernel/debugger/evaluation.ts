/** Evaluates expressions while the notebook is stopped or idle. */
import { CELL_RUNTIME } from "../cell-runtime-name";
import type { JsonObject } from "../transport/wire";
import type { CallFrame } from "./call-stack";
import type { MainInspector } from "./main-inspector";
import type { RemoteObject } from "./variables";

interface Evaluated {
  readonly result: RemoteObject;
  readonly exceptionDetails?: { readonly exception?: RemoteObject; readonly text: string };
}

/** Name of the parameter that holds the values of the notebook's variables from before the expression. */
const BEFORE = "__before__";

/**
 * Returns the value of an expression in a stopped function; it may name variables of the notebook and assign to them.
 *
 * The compiler makes the variables properties of one object, so V8 does not know their names. Each missing name is passed to the
 * expression as an argument, and its value is written back where the expression has assigned to it.
 *
 * @param call the stopped function, if any
 * @throws Error with the message of the error that the expression throws
 */
export async function evaluateExpression(
  inspector: MainInspector,
  call: CallFrame | undefined,
  expression: string,
): Promise<RemoteObject> {
  const notebook = `${CELL_RUNTIME}.variables`;
  const evaluate = (text: string): Promise<Evaluated> =>
    call
      ? inspector.post("Debugger.evaluateOnCallFrame", { callFrameId: call.callFrameId, expression: text })
      : inspector.post("Runtime.evaluate", { expression: text });
  const names: string[] = [];
  for (;;) {
    const values = names.map((name) => `${notebook}.${name}`);
    const writes = names.map(
      (name, at) => `if (${name} !== ${BEFORE}[${at}]) ${notebook}.${name} = ${name};`,
    );
    const inner = `((${[BEFORE, ...names].join(", ")}) => { try { return (${expression}); } finally { ${writes.join(" ")} } })`;
    const wrapped = `${inner}([${values.join(", ")}]${values.map((value) => `, ${value}`).join("")})`;
    const { result, exceptionDetails } = await evaluate(wrapped);
    if (!exceptionDetails) return result;
    const description = exceptionDetails.exception?.description ?? exceptionDetails.text;
    const missing = /^ReferenceError: (\S+) is not defined/.exec(description)?.[1];
    const isKnown =
      missing !== undefined &&
      !names.includes(missing) &&
      (await evaluate(`${JSON.stringify(missing)} in ${notebook}`)).result.value === true;
    if (!isKnown) throw new Error(description.split("\n", 1)[0]);
    names.push(missing);
  }
}

/** Returns the MIME bundle of an expression, as if it were the last expression of a cell. */
export async function bundleOfExpression(
  inspector: MainInspector,
  call: CallFrame | undefined,
  expression: string,
): Promise<JsonObject> {
  const shown = `${CELL_RUNTIME}.bundle(${expression})`;
  const { value } = await evaluateExpression(inspector, call, shown);
  return { data: JSON.parse(String(value)) as JsonObject, metadata: {} };
}
