/** Names of columns as arguments: `frame.column("a`, `fromFrame(frame, { features: ["a`. */
import { frameOf } from "./frame-table";
import { type KnownKeys, objectAt, PATH } from "./live-value";

/** Comments, strings, brackets, and a quote that opens a string without an end. */
const TOKENS = /\/\/.*|\/\*[\s\S]*?\*\/|(["'`])(?:\\.|(?!\1)[^\\])*\1|[([{]|[)\]}]|["'`]/g;
/** The object whose method is called, at the end of what stands before a parenthesis. */
const OWNER = new RegExp(String.raw`${PATH}\.[\w$]+\s*$`);
/** The first of several arguments, where it is a variable. */
const FIRST_ARGUMENT = new RegExp(String.raw`^\s*${PATH}\s*,`);

/**
 * Columns of the data frame of which a method is called, or that is the first argument, where a string is begun among
 * the arguments; undefined elsewhere.
 */
export function columnArguments(variables: object, before: string): KnownKeys | undefined {
  const brackets: number[] = [];
  for (const { 0: token, index } of before.matchAll(TOKENS)) {
    if (/^[([{]$/.test(token)) brackets.push(index);
    else if (/^[)\]}]$/.test(token)) brackets.pop();
    else if (/^["']$/.test(token)) return namesAt(variables, before, brackets, index + 1);
  }
  return undefined;
}

function namesAt(
  variables: object,
  before: string,
  brackets: readonly number[],
  start: number,
): KnownKeys | undefined {
  const begun = before.slice(start);
  for (const bracket of brackets.toReversed().filter((at) => before[at] === "(")) {
    const owner = OWNER.exec(before.slice(0, bracket))?.[1];
    const argument = FIRST_ARGUMENT.exec(before.slice(bracket + 1))?.[1];
    const names = columnsOf(variables, owner, false) ?? columnsOf(variables, argument, true);
    if (names) return { start, keys: names.filter((name) => name.startsWith(begun)) };
  }
  return undefined;
}

/** @param isArgument whether arrays of records and records of columns count, whose own methods know no columns */
function columnsOf(
  variables: object,
  path: string | undefined,
  isArgument: boolean,
): readonly string[] | undefined {
  const value = path === undefined ? undefined : objectAt(variables, path);
  if (value === undefined || (Array.isArray(value) && !isArgument)) return undefined;
  const names = frameOf(value)?.names;
  if (names || !isArgument || Object.getPrototypeOf(value) !== Object.prototype) return names;
  const isColumn = (column: unknown): boolean => Array.isArray(column) || ArrayBuffer.isView(column);
  return Object.values(value).every(isColumn) ? Object.keys(value) : undefined;
}
