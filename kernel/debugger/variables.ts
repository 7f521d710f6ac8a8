/** Lists the values of the main thread for a front end: scopes, variables, and the parts of each value. */
import { CELL_RUNTIME, VARIABLES } from "../cell-runtime-name";
import type { MainInspector } from "./main-inspector";

/** A value as V8's inspector describes it. */
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

/** A variable of the Debug Adapter Protocol. */
export interface Variable {
  readonly name: string;
  readonly value: string;
  readonly type: string;
  /** The reference by which the parts of the value are requested; 0 where it has none. */
  readonly variablesReference: number;
}

/** Number of elements of an array, map or set that are listed. */
const MAX_ELEMENTS = 1000;

/** Matches names that V8 and the compiler add to the variables of a function. */
const ADDED_NAMES = /^(this|arguments|env_\d+)$/;
/** Matches names that they add to the function around a cell; its own variables are those of the notebook. */
const ADDED_TO_CELL = /^(exports|require|this|arguments|__\w+|\w+_\d+)$/;

/** The value of a variable before its declaration: V8 gives none from Node 22 on, and this one in earlier versions. */
const UNINITIALIZED: RemoteObject = { type: "undefined" };

/** Expression for the variables of all cells as a plain object, whose own properties can be listed. */
const NOTEBOOK_VARIABLES: string = `globalThis.${CELL_RUNTIME}.snapshot()`;

/** The variables at one stop; each compound value has a reference by which its parts are requested. */
export class Variables {
  readonly #inspector: MainInspector;
  /** Objects of V8 whose properties form one list, by reference minus one. */
  readonly #references: { readonly objectIds: readonly string[]; readonly isScope: boolean }[] = [];

  constructor(inspector: MainInspector) {
    this.#inspector = inspector;
  }

  /** Lists the scopes of a stopped function, the innermost first, and the variables of the notebook. */
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
      // Front ends open the first scope; empty ones are left out, so at the top level of a cell it is the notebook's.
      if ((await this.list(variablesReference)).length > 0)
        scopes.push({ name, variablesReference, expensive: false });
    }
    return scopes;
  }

  /** Lists the variables of all cells. */
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
