/** The variables of a notebook: everything that its cells have declared at their top level, as properties of one object. */

import { own } from "../built-ins";
import type { ConvertedCell } from "../compiler/types";
import { accessorsOfGlobal, LaterName } from "./free-names";

const { defineProperty, getOwnPropertyDescriptor, hasOwn, isEnumerable, keys } = own;

/** The object of all variables, and the ways in which cells declare them. */
export class CellVariables {
  /** Compiled cells read and assign the properties of this object. */
  readonly values: Record<string, unknown> = {};
  /** A proxy of `values` through which cells declare; it reports each declared name. */
  readonly exports: Record<string, unknown>;

  readonly #onDeclared: (name: string) => void;
  /** The numbers of the loop that runs. */
  #held: Record<string, unknown> | undefined;
  readonly #freeNames: Record<string, LaterName> = Object.create(null) as Record<string, LaterName>;

  /** @param onDeclared called with each name that gets a new declaration */
  constructor(onDeclared: (name: string) => void) {
    this.#onDeclared = onDeclared;
    const { values } = this;
    this.exports = new Proxy(values, {
      set: (_values, key, value) => {
        const name = key as string;
        if (getOwnPropertyDescriptor(values, name)?.get) {
          this.#replace(name, value);
          this.#useFastProperties();
        } else {
          values[name] = value;
        }
        onDeclared(name);
        return true;
      },
    });
  }

  /** Declares imported names by getters, since their modules may assign to them. */
  link(names: Readonly<Record<string, () => unknown>>): void {
    for (const name in names) {
      if (!hasOwn(names, name)) continue;
      const get = names[name] as () => unknown;
      const set = (value: unknown): void => {
        this.#replace(name, value);
        this.#useFastProperties();
      };
      defineProperty(this.values, name, { get, set, configurable: true, enumerable: true });
      this.#onDeclared(name);
    }
    this.#useFastProperties();
  }

  /** Makes the object to which a loop assigns its numbers; V8 stores fractions in place where it has a class of its own. */
  hold(fields: new () => object): object {
    this.#held = new fields() as Record<string, unknown>;
    return this.#held;
  }

  /** Assigns the numbers of the loop that runs. */
  takeHeld(): void {
    for (const name in this.#held) {
      if (hasOwn(this.#held, name)) this.values[name] = this.#held[name];
    }
  }

  /** Assigns the numbers of a loop that has ended; where an interrupt ended it, its `finally` has not run. */
  release(): void {
    this.takeHeld();
    this.#held = undefined;
  }

  /** Returns what functions share that use a name without a declaration of it. */
  freeName(name: string): LaterName {
    const known = this.#freeNames[name];
    if (known) return known;
    const made = new LaterName(this.values, name, isEnumerable(this.values, name));
    this.#freeNames[name] = made;
    return made;
  }

  /** Has free names mean their globals again where a cell has ended before it declared them. */
  settle(): void {
    for (const name in this.#freeNames) {
      this.#freeNames[name]?.mark(isEnumerable(this.values, name));
    }
  }

  /** Adds the properties that a cell will declare, so that none is added while its loops run. */
  prepare({ declaredNames, freeNames }: Pick<ConvertedCell, "declaredNames" | "freeNames">): void {
    for (const name of freeNames) this.freeName(name);
    for (const { name, isVar, isInBlocks, isAmbient } of declaredNames) {
      this.#freeNames[name]?.mark(true);
      if (isInBlocks) this.#onDeclared(name);
      // Initialized variables are enumerable.
      if (isEnumerable(this.values, name)) continue;
      if (isAmbient) this.#bindGlobal(name);
      else if (isVar) this.#replace(name, undefined);
      else this.#makeThrowing(name, `Cannot access '${name}' before initialization`);
    }
    this.#useFastProperties();
  }

  /** Forgets all values; an older closure that reads one throws. */
  clear(): void {
    for (const name of keys(this.values)) this.#makeThrowing(name, `${name} is not defined`);
    this.settle();
  }

  /**
   * Returns the initialized variables, with the current values of imported names; a name whose module throws is left out.
   *
   * @param isWanted whether to read a variable, since reading an imported name may run code of its module
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
   * Makes V8 store the properties at fixed offsets, whatever their number, so that cells use them as fast as a script's `let`.
   *
   * V8 does so for an object that is a prototype, once compiled code has looked up a property through an instance. Otherwise a
   * notebook of 200 variables would read each from a hash table, fifteen times as slowly.
   */
  #useFastProperties(): void {
    function Derived(): void {}
    Derived.prototype = this.values;
    const derived = new (Derived as unknown as new () => typeof NOTHING)();
    for (let count = 0; count < LOOKUPS; count++) lookUp(derived);
  }

  #replace(name: string, value: unknown): void {
    const property = { value, configurable: true, enumerable: true, writable: true };
    defineProperty(this.values, name, property);
  }

  #makeThrowing(name: string, message: string): void {
    const fail = (): never => {
      throw new ReferenceError(message);
    };
    defineProperty(this.values, name, { get: fail, set: fail, configurable: true, enumerable: false });
  }

  /** Binds a name to the variable of the same name in the global scope of scripts. */
  #bindGlobal(name: string): void {
    const { get, set } = accessorsOfGlobal(name);
    defineProperty(this.values, name, { get, set, configurable: true, enumerable: false });
  }
}

/** Number of calls after which V8 has certainly allocated the function's inline caches. */
const LOOKUPS = 32;

/** The type of an object with a property whose name no variable can have. */
const NOTHING = { "": undefined };

function lookUp(derived: typeof NOTHING): unknown {
  return derived[""];
}
