/**
 * The language's built-ins as the kernel's main thread found them when it loaded.
 *
 * Cells run in the same realm as the compiler and the rest of the kernel, so a cell that replaces `Array.prototype.map` or `Object.keys`
 * replaces them for the kernel too. Code of the kernel that needs them runs inside `withBuiltIns`, which restores them meanwhile;
 * code that also runs at other times uses the copies from here.
 */

/** `JSON.stringify` for messages of the kernel; a cell's replacement would end or silence it. */
export const stringify: (value: unknown) => string = JSON.stringify;

const { defineProperty, deleteProperty, getOwnPropertyDescriptor, ownKeys } = Reflect;

interface BuiltIn {
  readonly owner: object;
  readonly key: string | symbol;
  /** The descriptor, without a prototype, to which a cell could add a property. */
  readonly descriptor: PropertyDescriptor;
}

const GLOBALS: readonly string[] = [
  ...["Array", "BigInt", "Boolean", "Date", "Error", "Function", "JSON", "Map", "Math", "Number", "Object"],
  ...["Promise", "RangeError", "Reflect", "RegExp", "Set", "String", "Symbol", "TypeError", "Uint8Array"],
  ...["WeakMap", "WeakRef", "WeakSet", "parseFloat", "parseInt"],
  ...["Buffer", "console", "performance", "process", "clearTimeout", "queueMicrotask", "setImmediate"],
  "setTimeout",
];

/** The objects that the compiler and the kernel use, with their prototypes. */
const CLASSES: readonly (object & { readonly prototype?: object })[] = [
  ...[Array, Error, Function, JSON, Map, Math, Number, Object, Promise, Reflect, RegExp, Set, String, Symbol],
  ...[WeakMap, WeakSet],
];

const prototypeOf: (value: object) => object = Object.getPrototypeOf;

/** The prototypes of iterators, and those from which these inherit. */
const ITERATORS: readonly object[] = [
  ...[[], "", new Map(), new Set(), "".matchAll(/./g)].map((iterable) =>
    prototypeOf(iterable[Symbol.iterator]()),
  ),
  prototypeOf(prototypeOf((function* () {})())),
  prototypeOf(prototypeOf([][Symbol.iterator]())),
];

const OWNERS: readonly object[] = [
  ...CLASSES.flatMap((owner) => (owner.prototype ? [owner, owner.prototype] : [owner])),
  ...ITERATORS,
];

const BUILT_INS: BuiltIn[] = [
  ...GLOBALS.map((key) => ({ owner: globalThis, key, descriptor: valueDescriptor(globalThis, key) })),
  ...OWNERS.flatMap((owner) =>
    ownKeys(owner).map((key) => ({
      owner,
      key,
      descriptor: { ...getOwnPropertyDescriptor(owner, key), __proto__: null } as PropertyDescriptor,
    })),
  ).filter(({ descriptor: { value, get } }) => typeof value === "function" || get !== undefined),
];

/** Returns a descriptor of the value only: some of Node's globals are getters, whose value an assignment changes. */
function valueDescriptor(owner: object, key: string): PropertyDescriptor {
  const value: unknown = Reflect.get(owner, key);
  const descriptor = { __proto__: null, configurable: true, enumerable: false, value, writable: true };
  return descriptor as PropertyDescriptor;
}

/** The functions that the kernel calls in between code of cells. */
interface OwnFunctions
  extends Pick<typeof globalThis, "clearTimeout" | "setImmediate" | "setTimeout">,
    Pick<ObjectConstructor, "defineProperty" | "getOwnPropertyDescriptor" | "hasOwn" | "keys"> {
  isEnumerable(owner: object, name: string): boolean;
  isAborted(signal: AbortSignal): boolean;
  reasonOf(signal: AbortSignal): unknown;
}

const { call } = Function.prototype;
const { clearTimeout, setImmediate, setTimeout } = globalThis;
const getterOfSignal = (name: "aborted" | "reason"): (() => unknown) =>
  getOwnPropertyDescriptor(AbortSignal.prototype, name)?.get as () => unknown;

export const own: OwnFunctions = {
  ...{ clearTimeout, setImmediate, setTimeout },
  defineProperty: Object.defineProperty,
  getOwnPropertyDescriptor: Object.getOwnPropertyDescriptor,
  hasOwn: Object.hasOwn,
  keys: Object.keys,
  isEnumerable: call.bind(Object.prototype.propertyIsEnumerable) as OwnFunctions["isEnumerable"],
  isAborted: call.bind(getterOfSignal("aborted")) as OwnFunctions["isAborted"],
  reasonOf: call.bind(getterOfSignal("reason")) as OwnFunctions["reasonOf"],
};

/** A set whose methods no cell can replace, where `withBuiltIns` would take too long. */
export class OwnSet<T> extends Set<T> {}
for (const key of ["add", "delete", "has"]) {
  defineProperty(OwnSet.prototype, key, getOwnPropertyDescriptor(Set.prototype, key) as PropertyDescriptor);
}

/** The language's own `Promise`, since a cell can replace the global one. */
export const OwnPromise: PromiseConstructor = Promise;

/** The roots of inheritance, where an added property counts too: one called `get` makes property descriptors invalid. */
const ROOTS: readonly { readonly owner: object; readonly keys: readonly (string | symbol)[] }[] = [
  { owner: Object.prototype, keys: ownKeys(Object.prototype) },
  { owner: Array.prototype, keys: ownKeys(Array.prototype) },
];

/** Registers a property that the kernel itself has set as the language's own. */
export function keepBuiltIn(owner: object, key: string): void {
  const known = BUILT_INS.findIndex((builtIn) => builtIn.owner === owner && builtIn.key === key);
  const descriptor = valueDescriptor(owner, key);
  BUILT_INS.splice(known < 0 ? BUILT_INS.length : known, 1, { owner, key, descriptor });
}

interface Replaced {
  readonly owner: object;
  readonly key: string | symbol;
  /** The cell's replacement; undefined where the cell has deleted the property. */
  readonly descriptor: PropertyDescriptor | undefined;
}

/**
 * Runs `work` with the language's own built-ins, and then restores the cell's. `work` must not call code of cells. Where the
 * inspector terminates `work`, the language's own stay.
 */
export function withBuiltIns<T>(work: () => T): T {
  const replaced = restoreBuiltIns();
  if (replaced === undefined) return work();
  try {
    return work();
  } finally {
    // In reverse order, because a restored added property can make descriptors invalid.
    for (let at = replaced.length - 1; at >= 0; at--) {
      const { owner, key, descriptor } = replaced[at] as Replaced;
      if (descriptor === undefined) deleteProperty(owner, key);
      else defineProperty(owner, key, descriptor);
    }
  }
}

function isIntact({ owner, key, descriptor }: BuiltIn): boolean {
  const { get, set, value } = descriptor;
  if (get !== undefined) {
    const now = getOwnPropertyDescriptor(owner, key);
    return now?.get === get && now.set === set;
  }
  try {
    // Reading the value is faster than reading the descriptor.
    return (owner as Record<string | symbol, unknown>)[key] === value;
  } catch {
    // The cell has put a getter there.
    return false;
  }
}

/** Restores the built-ins. It uses only loops and literals, since any function called here may have been replaced. */
function restoreBuiltIns(): Replaced[] | undefined {
  let replaced: Replaced[] | undefined;
  const set = (owner: object, key: string | symbol, now: PropertyDescriptor | undefined): void => {
    const descriptor = getOwnPropertyDescriptor(owner, key);
    const isDone = now ? defineProperty(owner, key, now) : deleteProperty(owner, key);
    if (!isDone) return;
    replaced ??= [];
    // The element is defined and not assigned, because an assignment would call a setter on the prototype.
    defineProperty(replaced, replaced.length, {
      __proto__: null,
      value: { owner, key, descriptor },
    } as PropertyDescriptor);
  };
  for (let root = 0; root < ROOTS.length; root++) {
    const { owner, keys } = ROOTS[root] as (typeof ROOTS)[number];
    const present = ownKeys(owner);
    if (present.length === keys.length) continue;
    for (let at = 0; at < present.length; at++) {
      const key = present[at] as string | symbol;
      let isKnown = false;
      for (let known = 0; known < keys.length && !isKnown; known++) isKnown = keys[known] === key;
      if (!isKnown) set(owner, key, undefined);
    }
  }
  for (let at = 0; at < BUILT_INS.length; at++) {
    const builtIn = BUILT_INS[at] as BuiltIn;
    if (!isIntact(builtIn)) set(builtIn.owner, builtIn.key, builtIn.descriptor);
  }
  return replaced;
}
