/** The variables of a notebook: what all its cells have declared at their top level, as the properties of one object. */

/** A name that a cell is about to declare. */
export interface DeclaredName {
  readonly name: string;
  /** Whether it is a `var`, which is undefined before the cell gets to it; anything else cannot be read by then. */
  readonly isVar: boolean;
}

export class CellVariables {
  /** What compiled cells read and assign. */
  readonly values: Record<string, unknown> = {};
  /** The same object for declarations; it reports each name that a cell declares. */
  readonly exports: Record<string, unknown>;

  /** @param onDeclared called with each name that gets a new declaration */
  constructor(onDeclared: (name: string) => void) {
    const { values } = this;
    this.exports = new Proxy(values, {
      set(_values, key, value) {
        const name = key as string;
        const accessor = Object.getOwnPropertyDescriptor(values, name)?.get;
        if (accessor) {
          Object.defineProperty(values, name, { value, configurable: true, enumerable: true, writable: true });
          makeFast(values);
        } else {
          values[name] = value;
        }
        onDeclared(name);
        return true;
      },
      // TypeScript declares imported names by getters, which follow what the module assigns to them later.
      defineProperty(_values, name, { get, value }) {
        const content = get ? { get } : { value, writable: true };
        Object.defineProperty(values, name, { ...content, configurable: true, enumerable: true });
        onDeclared(name as string);
        return true;
      },
    });
  }

  /** Makes room for what a cell declares, so that nothing is added while its loops run. */
  prepare(names: readonly DeclaredName[]): void {
    for (const { name, isVar } of names) {
      if (Object.hasOwn(this.values, name)) continue;
      if (isVar) this.values[name] = undefined;
      else this.#forbid(name, `Cannot access '${name}' before initialization`);
    }
    makeFast(this.values);
  }

  /** Forgets all values; older closures that read one get an error. */
  clear(): void {
    for (const name of Object.keys(this.values)) this.#forbid(name, `${name} is not defined`);
  }

  /** The variables that have been initialized, with the present values of imported names. */
  snapshot(): Record<string, unknown> {
    return { ...this.values };
  }

  #forbid(name: string, message: string): void {
    const get = (): never => {
      throw new ReferenceError(message);
    };
    Object.defineProperty(this.values, name, { get, configurable: true, enumerable: false });
  }
}

/**
 * Has V8 keep the properties in fixed places, however many there are, so that a loop over them is as quick as over a script's `let`.
 *
 * V8 does so for objects that others inherit from, once a property is looked up through one. Without it a notebook of 200
 * variables would read each by a hash table, fifteen times as slowly.
 */
function makeFast(values: Record<string, unknown>): void {
  const heir = Object.create(values) as { toString: unknown };
  for (let look = 0; look < 3; look++) lookUp(heir);
}

function lookUp(heir: { toString: unknown }): unknown {
  return heir.toString;
}
