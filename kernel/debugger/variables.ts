/** Values of the main thread as a front end lists them. */
import { CELL_RUNTIME, VARIABLES } from "../cell-runtime-name";
import type { MainInspector } from "./main-inspector";

/** A value as V8's inspector tells it. */
export interface RemoteObject {
  readonly type: string;
  readonly subtype?: string;
  readonly className?: string;
  readonly value?: unknown;
  readonly unserializableValue?: string;
  readonly description?: string;
  readonly objectId?: string;
}

interface Property {
  readonly name: string;
  readonly value?: RemoteObject;
  readonly enumerable?: boolean;
}

/** A scope of a stopped function. */
export interface Scope {
  readonly type: string;
  readonly object: RemoteObject;
}

/** What the Debug Adapter Protocol calls a variable. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  /** Asks for what the value consists of; 0 where that is nothing. */
  readonly variablesReference: number;
}

/** More elements than anybody looks at. */
const MAX_ELEMENTS = 1000;

/** What V8 and the compiler add to the variables of a function. */
const ADDED_NAMES = /^(this|arguments|env_\d+)$/;
/** What they add to those of the function around a cell, whose own variables are the notebook's. */
const ADDED_TO_CELL = /^(exports|require|this|arguments|__\w+|\w+_\d+)$/;

/** A variable before its declaration was executed: V8 gives it no value from Node 22 on, and this one before. */
const UNINITIALIZED: RemoteObject = { type: "undefined" };

/** The variables of all cells, as a plain object whose own properties can be listed. */
const NOTEBOOK_VARIABLES: string = `globalThis.${CELL_RUNTIME}.snapshot()`;

export class Variables {
  readonly #inspector: MainInspector;
  /** By reference minus one: objects of V8 whose properties are one list. */
  readonly #references: { readonly objectIds: readonly string[]; readonly isScope: boolean }[] = [];

  constructor(inspector: MainInspector) {
    this.#inspector = inspector;
  }

  /** The scopes of a stopped function, the innermost first, and the variables of the notebook. */
  async scopes(chain: readonly Scope[]): Promise<{ name: string; variablesReference: number }[]> {
    const of = (...types: string[]): string[] =>
      chain.filter(({ type }) => types.includes(type)).flatMap(({ object }) => object.objectId ?? []);
    const lists: [string, string[]][] = [
      ["Locals", of("local", "block", "catch", "eval", "with")],
      ["Closure", of("closure")],
      ["Notebook", await this.#notebook()],
    ];
    const scopes: { name: string; variablesReference: number; expensive: boolean }[] = [];
    for (const [name, objectIds] of lists) {
      const variablesReference = this.#refer(objectIds, name !== "Notebook");
      // Front ends open the first one, which at the top level of a cell is that of the notebook.
      if ((await this.list(variablesReference)).length > 0)
        scopes.push({ name, variablesReference, expensive: false });
    }
    return scopes;
  }

  /** The variables of all cells. */
  async ofNotebook(): Promise<Variable[]> {
    return this.list(this.#refer(await this.#notebook(), false));
  }

  async list(reference: number): Promise<Variable[]> {
    const { objectIds, isScope } = this.#references[reference - 1] ?? { objectIds: [], isScope: false };
    const found = new Map<string, Variable>();
    for (const objectId of objectIds) {
      const properties = await this.#properties(objectId, isScope);
      const isOfCell = properties.some(({ name }) => name === "exports" || name === VARIABLES);
      const added = isOfCell ? ADDED_TO_CELL : ADDED_NAMES;
      for (const { name, value = isScope ? UNINITIALIZED : undefined } of properties) {
        if (!value || found.has(name) || (isScope && added.test(name))) continue;
        found.set(name, this.describe(name, value));
      }
    }
    return [...found.values()];
  }

  describe(name: string, value: RemoteObject): Variable {
    const { objectId, type, subtype, className } = value;
    const variablesReference = objectId === undefined ? 0 : this.#refer([objectId], false);
    return { name, value: textOf(value), type: className ?? subtype ?? type, variablesReference };
  }

  async #notebook(): Promise<string[]> {
    const { result } = await this.#inspector.post<{ result: RemoteObject }>("Runtime.evaluate", {
      expression: NOTEBOOK_VARIABLES,
    });
    return result.objectId === undefined ? [] : [result.objectId];
  }

  async #properties(objectId: string, isScope: boolean): Promise<readonly Property[]> {
    let listed = objectId;
    if (!isScope) {
      const shortened = await this.#inspector.post<{ result: RemoteObject }>("Runtime.callFunctionOn", {
        objectId,
        functionDeclaration: `function (most) {
          if (this instanceof Map) return Object.fromEntries([...this].slice(0, most).map(([k, v]) => [String(k), v]));
          if (this instanceof Set) return [...this].slice(0, most);
          const isList = Array.isArray(this) || (ArrayBuffer.isView(this) && !(this instanceof DataView));
          return isList && this.length > most ? this.slice(0, most) : this;
        }`,
        arguments: [{ value: MAX_ELEMENTS }],
      });
      listed = shortened.result.objectId ?? objectId;
    }
    const { result } = await this.#inspector.post<{ result: Property[] }>("Runtime.getProperties", {
      objectId: listed,
      ownProperties: true,
    });
    return result.filter(({ enumerable }) => enumerable !== false);
  }

  #refer(objectIds: readonly string[], isScope: boolean): number {
    return this.#references.push({ objectIds, isScope });
  }
}

function textOf({ type, value, unserializableValue, description }: RemoteObject): string {
  if (type === "string") return JSON.stringify(value);
  if (type === "function") return (description ?? "").split("\n", 1)[0] ?? "";
  return unserializableValue ?? description ?? String(value);
}
