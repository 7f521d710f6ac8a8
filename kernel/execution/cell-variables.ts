/** The variables of a notebook: what all its cells have declared at their top level, as the properties of one object. */

import vm from "node:vm";
import type { DeclaredName } from "../compiler/types";

// Cells may put others in their place.
const { defineProperty, getOwnPropertyDescriptor, hasOwn, keys } = Object;
const isEnumerable: (owner: object, name: string) => boolean = Function.prototype.call.bind(
  Object.prototype.propertyIsEnumerable,
);

export class CellVariables {
  /** Compiled cells read and assign the properties of this object. */
  readonly values: Record<string, unknown> = {};
  /** The same object for declarations; it reports each name that a cell declares. */
  readonly exports: Record<string, unknown>;

  readonly #onDeclared: (name: string) => void;

  /** @param onDeclared called with each name that gets a new declaration */
  constructor(onDeclared: (name: string) => void) {
    this.#onDeclared = onDeclared;
    const { values } = this;
    this.exports = new Proxy(values, {
      set: (_values, key, value) => {
        const name = key as string;
        if (getOwnPropertyDescriptor(values, name)?.get) {
          this.#replace(name, value);
          this.#makeFast();
        } else {
          values[name] = value;
        }
        onDeclared(name);
        return true;
      },
    });
  }

  /** Declares imported names: each is read anew whenever it is used, since its module may assign to it. */
  link(names: Readonly<Record<string, () => unknown>>): void {
    for (const name in names) {
      if (!hasOwn(names, name)) continue;
      const get = names[name] as () => unknown;
      const set = (value: unknown): void => {
        this.#replace(name, value);
        this.#makeFast();
      };
      defineProperty(this.values, name, { get, set, configurable: true, enumerable: true });
      this.#onDeclared(name);
    }
    this.#makeFast();
  }

  /** Makes room for what a cell declares, so that nothing is added while its loops run. */
  prepare(names: readonly DeclaredName[]): void {
    for (const { name, isVar, isInBlocks, isAmbient } of names) {
      if (isInBlocks) this.#onDeclared(name);
      // What can be used is enumerable.
      if (isEnumerable(this.values, name)) continue;
      if (isAmbient) this.#borrow(name);
      else if (isVar) this.#replace(name, undefined);
      else this.#forbid(name, `Cannot access '${name}' before initialization`);
    }
    this.#makeFast();
  }

  /** Forgets all values; older closures that read one get an error. */
  clear(): void {
    for (const name of keys(this.values)) this.#forbid(name, `${name} is not defined`);
  }

  /**
   * The initialized variables, with the present values of imported names; one whose module fails to give it is left out.
   *
   * @param isWanted whether a variable is asked for: to read an imported name may run code of its module
   */
  snapshot(isWanted: (name: string) => boolean = () => true): Record<string, unknown> {
    const found: Record<string, unknown> = {};
    for (const name of keys(this.values)) {
      if (!isWanted(name)) continue;
      try {
        found[name] = this.values[name];
      } catch {}
    }
    return found;
  }

  /**
   * Has V8 keep the properties in fixed places, however many there are, so that a loop over them is as quick as over a script's
   * `let`.
   *
   * V8 does so for the prototype of a function's objects, once compiled code has looked up a property through one of them. Without
   * it a notebook of 200 variables would read each by a hash table, fifteen times as slowly.
   */
  #makeFast(): void {
    function Heir(): void {}
    Heir.prototype = this.values;
    const heir = new (Heir as unknown as new () => typeof NOTHING)();
    for (let count = 0; count < LOOKUPS; count++) lookUp(heir);
  }

  #replace(name: string, value: unknown): void {
    const property = { value, configurable: true, enumerable: true, writable: true };
    defineProperty(this.values, name, property);
  }

  #forbid(name: string, message: string): void {
    const fail = (): never => {
      throw new ReferenceError(message);
    };
    defineProperty(this.values, name, { get: fail, set: fail, configurable: true, enumerable: false });
  }

  /** Has a name mean the variable of all scripts. */
  #borrow(name: string): void {
    const accessors = `({ get: () => ${name}, set: (${name}_) => { ${name} = ${name}_ } })`;
    const { get, set } = vm.runInThisContext(accessors) as { get(): unknown; set(value: unknown): void };
    defineProperty(this.values, name, { get, set, configurable: true, enumerable: false });
  }
}

/** Number of calls after which V8 has surely given a function the memory in which it keeps what it looked up. */
const LOOKUPS = 32;

/** An object with a property that has the name of no variable. */
const NOTHING = { "": undefined };

function lookUp(heir: typeof NOTHING): unknown {
  return heir[""];
}
