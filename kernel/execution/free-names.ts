/**
 * The names that functions of cells use without a declaration by their own or an earlier cell.
 *
 * Each means the notebook's variable if there is one when the function runs, and else the global. Compiled cells write
 * `(typeof __declared__fetch === "boolean" ? __variables__.fetch : fetch)` and assign to `__cell__.freeName("fetch").value`. The mark is a
 * global, because V8 compiles a global that does not change as a constant: a function uses `Math` as fast as in a script. It is true or
 * undefined, so that a function whose text goes elsewhere, as to a worker, means the global there.
 */
import { runInThisContext } from "node:vm";
import { own } from "../built-ins";
import { DECLARED } from "../cell-runtime-name";
import type { FreeName } from "../compiler/types";

const marks = globalThis as unknown as Record<string, true | undefined>;

/** The functions that read and assign a variable of the global scope of scripts. */
export interface GlobalAccessors {
  get(): unknown;
  set(value: unknown): void;
}

/** Makes the accessors of a name in the global scope; they throw where it has no such variable. */
export function accessorsOfGlobal(name: string): GlobalAccessors {
  const text = `"use strict"; ({ get: () => ${name}, set: (${name}_) => { ${name} = ${name}_ } })`;
  return runInThisContext(text) as GlobalAccessors;
}

const markOf = (isDeclared: boolean): true | undefined => (isDeclared ? true : undefined);

/** One name, as all functions share it that use it. */
export class LaterName implements FreeName {
  readonly #variables: Record<string, unknown>;
  readonly #name: string;
  #global: GlobalAccessors | undefined;

  /** @param isDeclared whether it is a variable of the notebook */
  constructor(variables: Record<string, unknown>, name: string, isDeclared: boolean) {
    this.#variables = variables;
    this.#name = name;
    own.defineProperty(marks, DECLARED + name, {
      value: markOf(isDeclared),
      writable: true,
      configurable: true,
    });
  }

  /** Notes whether the name is a variable of the notebook now. */
  mark(isDeclared: boolean): void {
    marks[DECLARED + this.#name] = markOf(isDeclared);
  }

  get value(): unknown {
    return this.#isDeclared ? this.#variables[this.#name] : this.#accessors.get();
  }

  set value(value: unknown) {
    if (this.#isDeclared) this.#variables[this.#name] = value;
    else this.#accessors.set(value);
  }

  get #isDeclared(): boolean {
    return marks[DECLARED + this.#name] === true;
  }

  get #accessors(): GlobalAccessors {
    this.#global ??= accessorsOfGlobal(this.#name);
    return this.#global;
  }
}
