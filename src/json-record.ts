/** Reads records from JSON with errors that name the field, and writes numbers that JSON cannot represent. */

import { mustBe } from "./errors";

/** An object read from JSON, whose fields are checked as they are read: an error names the field. */
export class JsonRecord {
  readonly #where: string;
  /** Name of the record in messages, before the name of a field: `""` or `"certificate."`. */
  readonly #prefix: string;
  readonly #fields: Readonly<Record<string, unknown>>;

  /** @throws InputError unless `value` is an object. */
  constructor(where: string, value: unknown, what = "json") {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw mustBe(where, what, "an object", value);
    }
    this.#where = where;
    this.#prefix = what === "json" ? "" : `${what}.`;
    this.#fields = value as Record<string, unknown>;
  }

  /** The field as it is. */
  get(name: string): unknown {
    return this.#fields[name];
  }

  number(name: string): number {
    const value = fromJsonNumber(this.get(name));
    if (value === undefined) throw this.mustBe(name, "a number");
    return value;
  }

  finite(name: string): number {
    const value = this.number(name);
    if (!Number.isFinite(value)) throw this.mustBe(name, "a finite number");
    return value;
  }

  count(name: string): number {
    const value = this.number(name);
    if (!(Number.isInteger(value) && value >= 0)) throw this.mustBe(name, "a whole number >= 0");
    return value;
  }

  text(name: string): string {
    const value = this.get(name);
    if (typeof value !== "string") throw this.mustBe(name, "a text");
    return value;
  }

  boolean(name: string): boolean {
    const value = this.get(name);
    if (typeof value !== "boolean") throw this.mustBe(name, "true or false");
    return value;
  }

  /** One of a few texts. */
  choice<T extends string>(name: string, choices: readonly T[]): T {
    const value = this.get(name);
    const found = choices.find((choice) => choice === value);
    if (found === undefined)
      throw this.mustBe(name, choices.map((choice) => JSON.stringify(choice)).join(" or "));
    return found;
  }

  list(name: string): readonly unknown[] {
    const value = this.get(name);
    if (!Array.isArray(value)) throw this.mustBe(name, "an array");
    return value;
  }

  strings(name: string): string[] {
    return this.list(name).map((value, i) => {
      if (typeof value !== "string")
        throw mustBe(this.#where, `${this.#prefix}${name}[${i}]`, "a text", value);
      return value;
    });
  }

  numbers(name: string): Float64Array {
    return this.#entries(name, this.list(name), "a number", fromJsonNumber);
  }

  finites(name: string): Float64Array {
    return this.#entries(name, this.list(name), "a finite number", finiteFrom);
  }

  /** Whole numbers. */
  whole(name: string): number[] {
    const read = (value: unknown): number | undefined =>
      Number.isInteger(value) ? Number(value) : undefined;
    return Array.from(this.#entries(name, this.list(name), "a whole number", read));
  }

  /** Arrays of numbers. */
  rows(name: string): Float64Array[] {
    return this.#rows(name, this.list(name), "a number", fromJsonNumber);
  }

  /** Arrays of finite numbers. */
  finiteRows(name: string): Float64Array[] {
    return this.#rows(name, this.list(name), "a finite number", finiteFrom);
  }

  /** Arrays of arrays of numbers. */
  tables(name: string): Float64Array[][] {
    return this.list(name).map((table, t) => {
      const what = `${name}[${t}]`;
      if (!Array.isArray(table)) throw mustBe(this.#where, `${this.#prefix}${what}`, "an array", table);
      return this.#rows(what, table, "a number", fromJsonNumber);
    });
  }

  record(name: string): JsonRecord {
    return new JsonRecord(this.#where, this.get(name), `${this.#prefix}${name}`);
  }

  records(name: string): JsonRecord[] {
    return this.list(name).map(
      (value, i) => new JsonRecord(this.#where, value, `${this.#prefix}${name}[${i}]`),
    );
  }

  #rows(
    name: string,
    rows: readonly unknown[],
    rule: string,
    read: (value: unknown) => number | undefined,
  ): Float64Array[] {
    return rows.map((row, r) => {
      const what = `${name}[${r}]`;
      if (!Array.isArray(row)) throw mustBe(this.#where, `${this.#prefix}${what}`, "an array", row);
      return this.#entries(what, row, rule, read);
    });
  }

  #entries(
    name: string,
    values: readonly unknown[],
    rule: string,
    read: (value: unknown) => number | undefined,
  ): Float64Array {
    return Float64Array.from(values, (value, i) => {
      const entry = read(value);
      if (entry === undefined) throw mustBe(this.#where, `${this.#prefix}${name}[${i}]`, rule, value);
      return entry;
    });
  }

  /** The error of a field that is not what the rule says. */
  mustBe(name: string, rule: string, remedy?: string): Error {
    return mustBe(this.#where, `${this.#prefix}${name}`, rule, this.get(name), remedy);
  }
}

/** The formats of files: the version that is written, which is the one that can be read, and the function that reads it. */
const formats = {
  "smooth-edges/fit": { version: 1, reader: "fitFromJSON" },
  "smooth-edges/path": { version: 1, reader: "pathFromJSON" },
  "smooth-edges/cross-validation": { version: 2, reader: "crossValidationFromJSON" },
  "smooth-edges/estimator": { version: 2, reader: "estimatorFromJSON" },
  "smooth-edges/encoder": { version: 3, reader: "encoderFromJSON" },
  "smooth-edges/moment-summary": { version: 1, reader: "momentSummaryFromJSON" },
  "smooth-edges/pipeline": { version: 1, reader: "pipelineFromJSON" },
  "smooth-edges/pipeline-fit": { version: 2, reader: "pipelineFitFromJSON" },
  "smooth-edges/pipeline-path": { version: 2, reader: "pipelinePathFromJSON" },
  "smooth-edges/pipeline-validation": { version: 2, reader: "pipelineValidationFromJSON" },
} as const;

type Format = keyof typeof formats;

/** Returns the fields that a file begins with. */
export function headerOf<F extends Format>(format: F): { readonly format: F; readonly version: number } {
  return { format, version: formats[format].version };
}

/**
 * Returns the fields of a file.
 *
 * @throws InputError when it is no JSON, of another format or of another version.
 */
export function recordOf(where: string, json: unknown, format: Format): JsonRecord {
  const record = new JsonRecord(where, typeof json === "string" ? parsed(where, json) : json);
  const given = record.get("format");
  if (given !== format) {
    const isKnown = typeof given === "string" && Object.hasOwn(formats, given);
    const remedy = isKnown
      ? `${formats[given as Format].reader} reads it`
      : given === undefined
        ? "pass the text of JSON.stringify, which a worker must post instead of the object"
        : undefined;
    throw record.mustBe("format", JSON.stringify(format), remedy);
  }
  const { version } = formats[format];
  const own = record.count("version");
  if (own > version) throw record.mustBe("version", `at most ${version}`, "update smooth-edges to read it");
  if (own < version)
    throw record.mustBe("version", `${version}`, "write the file again from what it was made of");
  return record;
}

function finiteFrom(value: unknown): number | undefined {
  const entry = fromJsonNumber(value);
  return Number.isFinite(entry) ? entry : undefined;
}

function parsed(where: string, text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw mustBe(where, "json", "the text of a JSON value", text);
  }
}

/** A 64-bit float in JSON: as it is, or by name where JSON has no number for it (it writes -0 as 0). */
export type JsonNumber = number | "Infinity" | "-Infinity" | "NaN" | "-0";

const named: ReadonlyMap<unknown, number> = new Map([
  ["Infinity", Number.POSITIVE_INFINITY],
  ["-Infinity", Number.NEGATIVE_INFINITY],
  ["NaN", Number.NaN],
  ["-0", -0],
]);

/** JSON writes the shortest decimal that reads back as the same float, so that nothing is lost. */
export function toJsonNumber(value: number): JsonNumber {
  if (Number.isFinite(value) && !Object.is(value, -0)) return value;
  return (Object.is(value, -0) ? "-0" : String(value)) as JsonNumber;
}

/** The float that was written, or undefined where `value` is none. */
export function fromJsonNumber(value: unknown): number | undefined {
  return typeof value === "number" ? value : named.get(value);
}
