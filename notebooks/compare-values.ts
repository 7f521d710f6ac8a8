/** How far two numbers may lie apart: `|a - b| <= absolute + relative * max(|a|, |b|)`. */
export interface Tolerance {
  readonly relative: number;
  /** For noise around zero, which has no digits in common with itself from one machine to the next. */
  readonly absolute: number;
}

/** Where two values differ first, and what stands there. */
export interface Difference {
  /** As one would write it behind the value, e.g. `.coef[3]`; empty where the values themselves differ. */
  readonly path: string;
  readonly actual: unknown;
  readonly expected: unknown;
}

/** Compares JSON values: numbers, also those within texts, within a tolerance, everything else exactly. */
export function firstDifference(
  actual: unknown,
  expected: unknown,
  tolerance: Tolerance,
  path = "",
): Difference | undefined {
  if (typeof actual === "number" && typeof expected === "number") {
    return areClose(actual, expected, tolerance) ? undefined : { path, actual, expected };
  }
  if (typeof actual === "string" && typeof expected === "string") {
    return textDifference(actual, expected, tolerance, path);
  }
  if (Array.isArray(actual) && Array.isArray(expected)) {
    for (let index = 0; index < Math.min(actual.length, expected.length); index++) {
      const difference = firstDifference(actual[index], expected[index], tolerance, `${path}[${index}]`);
      if (difference) return difference;
    }
    if (actual.length === expected.length) return undefined;
    return { path: `${path}.length`, actual: actual.length, expected: expected.length };
  }
  if (isObject(actual) && isObject(expected)) {
    for (const key of new Set([...Object.keys(expected), ...Object.keys(actual)])) {
      const difference = firstDifference(actual[key], expected[key], tolerance, path + property(key));
      if (difference) return difference;
    }
    return undefined;
  }
  return actual === expected ? undefined : { path, actual, expected };
}

/** Line by line, so that the difference can be shown as two lines. */
function textDifference(
  actual: string,
  expected: string,
  tolerance: Tolerance,
  path: string,
): Difference | undefined {
  if (actual === expected) return undefined;
  const actualLines = actual.split("\n");
  const expectedLines = expected.split("\n");
  for (let line = 0; line < Math.max(actualLines.length, expectedLines.length); line++) {
    const [ours, theirs] = [actualLines[line], expectedLines[line]];
    if (ours === undefined || theirs === undefined || !linesAgree(ours, theirs, tolerance)) {
      const place = expectedLines.length > 1 ? `${path}, line ${line + 1}` : path;
      return { path: place, actual: ours, expected: theirs };
    }
  }
  return undefined;
}

const NUMBER = /[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g;

function linesAgree(actual: string, expected: string, tolerance: Tolerance): boolean {
  if (actual === expected) return true;
  const [ours, theirs] = [withPlainMinus(actual), withPlainMinus(expected)];
  const ourNumbers = ours.match(NUMBER) ?? [];
  const theirNumbers = theirs.match(NUMBER) ?? [];
  return (
    ourNumbers.length === theirNumbers.length &&
    wordsOf(ours) === wordsOf(theirs) &&
    ourNumbers.every((text, index) => numbersAgree(text, theirNumbers[index] ?? "", tolerance))
  );
}

/** What stands between the numbers; widths of columns and rules depend on the numbers' lengths and do not count. */
function wordsOf(line: string): string {
  return line
    .replace(NUMBER, "#")
    .replace(/\s+/g, "")
    .replace(/([-=─═])\1+/g, "$1");
}

/** Whole numbers are counts, sizes and labels: they agree exactly or not at all. */
function numbersAgree(actual: string, expected: string, tolerance: Tolerance): boolean {
  if (/^[-+]?\d+$/.test(actual) && /^[-+]?\d+$/.test(expected)) return Number(actual) === Number(expected);
  return areClose(Number(actual), Number(expected), tolerance);
}

function areClose(a: number, b: number, { relative, absolute }: Tolerance): boolean {
  return Object.is(a, b) || Math.abs(a - b) <= absolute + relative * Math.max(Math.abs(a), Math.abs(b));
}

function withPlainMinus(text: string): string {
  return text.replaceAll("\u2212", "-");
}

function property(key: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(key) ? `.${key}` : `[${JSON.stringify(key)}]`;
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
