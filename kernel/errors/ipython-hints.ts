/** What people write who come from IPython, where a cell with it fails: what to write instead, as a line below the true error. */
import type { Diagnostic } from "../compiler/cell-converter";

const NAMES: ReadonlyMap<string, string> = new Map([
  ["print", "console.log(x) prints; the last expression of a cell, or display(x), is shown."],
  [
    "help",
    "name? or Shift+Tab behind a name shows its documentation, and kernel.help() what every cell has.",
  ],
  ["None", "None is null here."],
  ["True", "True is true here."],
  ["False", "False is false here."],
]);

/** What is no TypeScript, by the line. */
const LINES: readonly (readonly [RegExp, string])[] = [
  [
    /^\s*(import\s+[\w.]+(\s+as\s+\w+)?|from\s+[\w.]+\s+import\b.*)\s*;?\s*$/,
    'packages are imported by import { DataFrame } from "danfojs-node", or all of one by import * as tf from "@tensorflow/tfjs".',
  ],
  [
    /^\s*pip3?\s+install\b/,
    "packages come from npm: await sh`npm install NAME` puts one beside the notebook.",
  ],
  [
    /^\s*(for\s+\w+.*\sin\s.*|(if|elif|else|while|def|class|with|try)\b[^{]*):\s*(\S.*)?$/,
    "blocks stand in braces, as in for (const x of xs) { console.log(x); } and function f(x) { return x; }.",
  ],
];

/** @param name one that is not defined */
export function hintForName(name: string): string | undefined {
  return NAMES.get(name);
}

/** The hint for a cell that the compiler refused; undefined where nothing looks like a habit. */
export function hintForCell(code: string, diagnostics: readonly Diagnostic[]): string | undefined {
  const own = diagnostics.filter(({ fileName }) => fileName === undefined);
  if (own.length === 0) return undefined;
  const lines = code.split(/\r?\n/).slice(0, own[0].line + 1);
  const line = lines.findLast((text) => text.trim() !== "") ?? "";
  return hintForLine(line, own[0]) ?? own.map(hintForUnknown).find((hint) => hint !== undefined);
}

function hintForLine(line: string, error: Diagnostic): string | undefined {
  const isSyntax = isOfSyntax(error);
  const command = /^\s*!+\s*([\w./~-]+(?:\s[^`$\\&|?=(;]*)?)$/.exec(line)?.[1];
  // `!ls` is TypeScript, with a name that is not known; where one like it is known, that was meant.
  if (command !== undefined && (isSyntax || /^Cannot find name '\w+'\.$/.test(error.message)))
    return `a command of the system is run by await sh\`${command.trim()}\`.`;
  if (!isSyntax) return undefined;
  const hint = LINES.find(([habit]) => habit.test(line))?.[1];
  if (hint !== undefined) return hint;
  if (/^\s*%%?(time|timeit)\b/.test(line)) return "kernel.timing = true times every cell after it.";
  if (/^\s*%%?[a-z]/i.test(line)) return "there are no magics; kernel.help() shows what every cell has.";
  // Alone in its cell it is answered.
  if (/^\s*\?{1,2}\s*[\p{ID_Continue}$.]+\s*$|[\p{ID_Continue}$)\]]\?{1,2}\s*$/u.test(line))
    return NAMES.get("help");
  return /^\s*#+(\s|$)/.test(line) ? "comments begin with //." : undefined;
}

function isOfSyntax({ code }: Diagnostic): boolean {
  return code >= 1000 && code < 2000;
}

function hintForUnknown({ message }: Diagnostic): string | undefined {
  return NAMES.get(/^Cannot find name '(\w+)'/.exec(message)?.[1] ?? "");
}
