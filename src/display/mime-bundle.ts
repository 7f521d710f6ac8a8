import { toJsonNumber } from "../json-record";

/** One value in several representations, keyed by MIME type: text as strings, `+json` types as objects, images as base64. */
export type MimeBundle = Readonly<Record<string, string | object>>;

/** A value that shows itself in a notebook. */
export interface Displayable {
  /** The value in every representation a front end may choose from; always has `text/plain`. */
  toMimeBundle(): MimeBundle | Promise<MimeBundle>;
  /** The `text/plain` representation. */
  toString(): string;
}

/** Names the method that gives TypeScript kernels, ours and Deno's, the MIME bundle of a value. */
export const DISPLAY: unique symbol = Symbol.for("Jupyter.display");

/** Names the method that gives Node's console the text of a value. */
export const INSPECT: unique symbol = Symbol.for("nodejs.util.inspect.custom");

/**
 * Makes a class show itself in TypeScript kernels (ours, Deno's) and in Node's console.
 *
 * Both look for a method under a well-known symbol: `Symbol.for("Jupyter.display")` gives a MIME bundle,
 * `Symbol.for("nodejs.util.inspect.custom")` a text. Declarations cannot name such a method under
 * `isolatedDeclarations`, so it is added to the prototype here. So is `toJSON` where a class has none of its own,
 * which writes its fields: `JSON.stringify` alone would make an object of a typed array, and null of NaN.
 *
 * @see https://docs.deno.com/runtime/reference/cli/jupyter/
 */
export function makeDisplayable(displayableClass: { readonly prototype: Displayable }): void {
  const { prototype } = displayableClass;
  Object.defineProperties(prototype, {
    ...(!("toJSON" in prototype) && {
      toJSON: {
        value(this: Displayable): unknown {
          return asJson({ ...this });
        },
      },
    }),
    [DISPLAY]: {
      value(this: Displayable): MimeBundle | Promise<MimeBundle> {
        return this.toMimeBundle();
      },
    },
    [INSPECT]: {
      value(this: Displayable): string {
        return this.toString();
      },
    },
  });
}

/** A value as plain JSON: numbers and typed arrays by `toJsonNumber`, fields of objects one by one; instances of other classes write themselves. */
function asJson(value: unknown): unknown {
  if (typeof value === "number") return toJsonNumber(value);
  if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array, toJsonNumber);
  if (Array.isArray(value)) return value.map(asJson);
  if (Object.prototype.toString.call(value) !== "[object Object]" || isInstance(value)) return value;
  return Object.fromEntries(Object.entries(value as object).map(([name, field]) => [name, asJson(field)]));
}

function isInstance(value: unknown): boolean {
  const prototype = Object.getPrototypeOf(value);
  return prototype !== null && Object.getPrototypeOf(prototype) !== null;
}
