/**
 * Hints below the error of a cell: what to write instead of IPython's syntax and names, of names of the global scope, and of names
 * that have to be imported.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import ts from "typescript";
import type { Diagnostic } from "../compiler/types";
import { hintForProject, PACKAGES, RUNTIME } from "./hints-of-node";

/** The hint for each name of Python that TypeScript does not know. */
const NAME_HINTS: ReadonlyMap<string, string> = new Map([
  ["print", "console.log(x) prints; the last expression of a cell, or display(x), is shown."],
  [
    "help",
    "name? or Shift+Tab behind a name shows its documentation, and kernel.help() what every cell has.",
  ],
  ["None", "None is null here."],
  ["True", "True is true here."],
  ["False", "False is false here."],
  [
    "cvPlot",
    'import { crossValidationPlot } from "smooth-edges/plot" brings what draws a cross-validation: crossValidationPlot(cv).',
  ],
]);

const RESULT = /Fit|Path|Validation/;

/** The hint for each member that results and tables of other libraries have, and those of what type it is for. */
const MEMBER_HINTS: ReadonlyMap<string, readonly [type: RegExp, hint: string]> = new Map([
  [
    "report",
    [RESULT, 'report(fit, { crossValidation: cv }) of "smooth-edges/plot" makes the report of a fit.'],
  ],
  [
    "plot",
    [
      RESULT,
      'coefficientPlot(fit), pathPlot(path) and crossValidationPlot(cv) of "smooth-edges/plot" draw results.',
    ],
  ],
  [
    "bestLambda",
    [RESULT, "cv.lambdaMin is the lambda of the best mean score and cv.best its fit; see cv.lambda1se too."],
  ],
  ["r2", [RESULT, "fit.score(X, y) is R² of numbers, and evaluate(fit, X, y) has every measure."]],
  [
    "shape",
    [/./, "X.nSamples and X.nFeatures are the sizes of a matrix, and X.length is that of a list of rows."],
  ],
  ["head", [/./, "the last expression of a cell is shown, a table by its first and last rows."]],
]);

/** The hint for each kind of line that is valid in IPython and not in TypeScript. */
const LINE_HINTS: readonly (readonly [RegExp, string])[] = [
  [
    /^\s*(import\s+[\w.]+(\s+as\s+\w+)?|from\s+[\w.]+\s+import\b.*)\s*;?\s*$/,
    'packages are imported by import { DataFrame } from "danfojs-node", or all of one by import * as tf from "@tensorflow/tfjs".',
  ],
  [/^\s*pip3?\s+install\b/, PACKAGES],
  [
    /^\s*(for\s+\w+.*\sin\s.*|(if|elif|else|while|def|class|with|try)\b[^{]*):\s*(\S.*)?$/,
    "blocks stand in braces, as in for (const x of xs) { console.log(x); } and function f(x) { return x; }.",
  ],
];

/** @param name one that is not defined */
export function hintForName(name: string): string | undefined {
  return NAME_HINTS.get(name);
}

/** Returns a hint for a refused cell that is written as in IPython; undefined where nothing suggests that. */
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
  // `!ls` is valid TypeScript with an unknown name; where a similar name is known, that one was meant.
  if (command !== undefined && (isSyntax || /^Cannot find name '\w+'\.$/.test(error.message)))
    return `a command of the system is run by await sh\`${command.trim()}\`.`;
  if (!isSyntax) return undefined;
  const hint = LINE_HINTS.find(([habit]) => habit.test(line))?.[1];
  if (hint !== undefined) return hint;
  if (/^\s*%%?(time|timeit)\b/.test(line)) return "kernel.timing = true times every cell after it.";
  if (/^\s*%%?[a-z]/i.test(line)) return "there are no magics; kernel.help() shows what every cell has.";
  // Alone in its cell, `name?` is answered; here it stands among other code.
  if (/^\s*\?{1,2}\s*[\p{ID_Continue}$.]+\s*$|[\p{ID_Continue}$)\]]\?{1,2}\s*$/u.test(line))
    return NAME_HINTS.get("help");
  return /^\s*#+(\s|$)/.test(line) ? "comments begin with //." : undefined;
}

function isOfSyntax({ code }: Diagnostic): boolean {
  return code >= 1000 && code < 2000;
}

function hintForUnknown({ message }: Diagnostic): string | undefined {
  const [, member, type] = /^Property '(\w+)' does not exist on type '([^']*)/.exec(message) ?? [];
  const [ofType, hint] = MEMBER_HINTS.get(member) ?? [];
  if (ofType?.test(type)) return hint;
  if (/has no exported member(?: named)? 'cvPlot'/.test(message)) return NAME_HINTS.get("cvPlot");
  return NAME_HINTS.get(/^Cannot find name '(\w+)'/.exec(message)?.[1] ?? "");
}

/** Returns a hint for a refused cell that relies on the scope that scripts share; for TypeScript a cell is a module. */
export function hintForScope(code: string, diagnostics: readonly Diagnostic[]): string | undefined {
  const own = diagnostics.filter(({ fileName }) => fileName === undefined);
  return own
    .map((found) => hintForGlobal(found) ?? hintForInterface(code, found) ?? hintForLibrary(found))
    .find(Boolean);
}

/** Returns a hint where the compiler advises an option for a built-in that the runtime lacks. */
function hintForLibrary({ message }: Diagnostic): string | undefined {
  const isAdvised = message.includes("Try changing the 'lib' compiler option");
  return isAdvised ? `cells have what ${RUNTIME} has; no compiler option adds to it.` : undefined;
}

/** Returns a hint for a name that some code has added to the global object. */
function hintForGlobal({ message }: Diagnostic): string | undefined {
  const name = /^Cannot find name '([\w$]+)'/.exec(message)?.[1];
  if (name === undefined || !(name in globalThis)) return undefined;
  return `globalThis has ${name}, which TypeScript does not know: write globalThis.${name}, or declare global { var ${name}: any } once.`;
}

/** Returns a hint for a member of an interface that shadows one of the language's instead of extending it. */
function hintForInterface(code: string, { message }: Diagnostic): string | undefined {
  const member = /^Property '([\w$]+)' does not exist on type/.exec(message)?.[1];
  if (member === undefined || !code.includes("interface")) return undefined;
  const file = ts.createSourceFile("cell.ts", code, ts.ScriptTarget.Latest);
  const declares = ({ members }: ts.InterfaceDeclaration): boolean =>
    members.some(({ name }) => name !== undefined && ts.isIdentifier(name) && name.text === member);
  const found = file.statements.find(
    (statement): statement is ts.InterfaceDeclaration =>
      ts.isInterfaceDeclaration(statement) && statement.name.text in globalThis && declares(statement),
  );
  const name = found?.name.text;
  return (
    name &&
    `interface ${name} of a cell is its own: declare global { interface ${name} … } adds to the language's.`
  );
}

const PACKAGE = join(__dirname, "..", "..", "..");

/** Returns a hint for a refused cell that lacks an import, or imports a name from the wrong module of this package. */
export function hintForImport(diagnostics: readonly Diagnostic[]): string | undefined {
  return diagnostics
    .filter(({ fileName }) => fileName === undefined)
    .map(hintFor)
    .find(Boolean);
}

function hintFor({ message }: Diagnostic): string | undefined {
  // Only where nothing of Node is there does TypeScript ask for its types.
  if (/^Cannot find module '(?!smooth-edges\/)[@\w]|type definitions for node\?/.test(message)) {
    return PACKAGES;
  }
  const [, path] = /^Cannot find module '(\.\.\/figures\/[^']+)'/.exec(message) ?? [];
  if (path !== undefined) return hintForProject(path);
  const [, name] =
    /^(?:Cannot find name|Module '"smooth-edges(?:\/\w+)?"' has no exported member(?: named)?) '([\w$]+)'/.exec(
      message,
    ) ?? [];
  if (name === undefined) return undefined;
  modules ??= readModules();
  const module = modules.get(name);
  return module && `import { ${name} } from "${module}" brings ${name}.`;
}

/** A module as `package.json` has it. */
interface Entry {
  readonly types?: string;
}

let modules: ReadonlyMap<string, string> | undefined;

/** Maps each exported name of this package to its module, the first one in `package.json`. */
function readModules(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { name, exports } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, Entry & { readonly node?: Entry }>>;
  };
  for (const [path, entry] of Object.entries(exports)) {
    const { types } = entry.node ?? entry;
    if (types === undefined) continue;
    const text = readFileSync(join(PACKAGE, types), "utf8");
    for (const [, list] of text.matchAll(/^export (?:type )?\{([^}]*)\}/gm)) {
      for (const [exported] of list.matchAll(/[\w$]+(?=\s*(?:,|$))/g)) {
        if (!found.has(exported)) found.set(exported, name + path.slice(1));
      }
    }
  }
  return found;
}
