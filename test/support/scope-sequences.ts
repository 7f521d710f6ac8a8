/** Cells that share variables, and what the last of them shows: assignments and declarations of every kind. */

export interface ScopeSequence {
  readonly title: string;
  readonly cells: readonly string[];
  /** `text/plain` of the last cell's result, by the rules of the language for one scope that all cells share. */
  readonly shows: string;
  /** Why Deno's kernel, which makes each cell a script of one global scope, shows something else. */
  readonly differsInDeno?: string;
}

const declaredAnew = "it does not declare a name anew that was declared by another kind of declaration";

/** Sequences about assignments and declarations. */
export const DECLARATION_SEQUENCES: readonly ScopeSequence[] = [
  // Reads and writes from another cell.
  {
    title: "a function reads what a later cell assigns",
    cells: ["let rate = 0.1; function train() { return rate }", "rate = 0.5", "train()"],
    shows: "0.5",
  },
  {
    title: "a later cell reads what a function has counted, and the other way round",
    cells: ["let n = 0; function inc() { n++; return n }", "n = 100", "[inc(), n]"],
    shows: "[ 101, 101 ]",
  },
  {
    title: "an arrow function reads what a later cell assigns",
    cells: ["let a = 1; const read = () => a;", "a = 2", "read()"],
    shows: "2",
  },
  {
    title: "a function writes what its own cell goes on to read",
    cells: ["let total = 0; const add = (x: number) => { total += x };\nadd(3); add(4); total"],
    shows: "7",
  },
  {
    title: "two functions of two cells share a variable",
    cells: [
      "let s = 'a'; const up = () => { s = s.toUpperCase() };",
      "const twice = () => { s = s + s };",
      "up(); twice(); s",
    ],
    shows: "'AA'",
  },
  {
    title: "an exported variable is shared too",
    cells: ["export let level = 1; export function get() { return level }", "level = 5", "get()"],
    shows: "5",
  },
  {
    title: "var is shared",
    cells: ["var v = 1; function getV() { return v }", "v = 2", "getV()"],
    shows: "2",
  },
  {
    title: "a variable without a value gets one later",
    cells: ["let later: number | undefined; const peek = () => later;", "later = 8", "peek()"],
    shows: "8",
  },
  // Every kind of assignment.
  {
    title: "compound assignment",
    cells: ["let x = 2; const getX = () => x;", "x += 3; x *= 4; x -= 1; x **= 2; x %= 100", "getX()"],
    shows: "61",
  },
  {
    title: "logical assignment",
    cells: [
      "let p: number | null = null; let q = 0; let r = 1; const all = () => [p, q, r];",
      "p ??= 4; q ||= 5; r &&= 6",
      "all()",
    ],
    shows: "[ 4, 5, 6 ]",
  },
  {
    title: "increment and decrement, before and after",
    cells: ["let i = 5; const getI = () => i;", "const seen = [i++, ++i, i--, --i];", "[...seen, getI()]"],
    shows: "[ 5, 7, 7, 5, 5 ]",
  },
  {
    title: "destructuring assignment of an array",
    cells: ["let a = 1, b = 2; const both = () => [a, b];", "[a, b] = [b, a]", "both()"],
    shows: "[ 2, 1 ]",
  },
  {
    title: "destructuring assignment of an object, with shorthand, defaults and rest",
    cells: [
      "let a = 0, b = 0, rest: object = {}; const get = () => [a, b, rest];",
      "({ a, b = 9, ...rest } = { a: 1, c: 3 } as { a: number; b?: number; c: number })",
      "get()",
    ],
    shows: "[ 1, 9, { c: 3 } ]",
  },
  {
    title: "a for-of loop over a variable of an earlier cell",
    cells: ["let last = 0; const getLast = () => last;", "for (last of [1, 2, 3]);", "getLast()"],
    shows: "3",
  },
  {
    title: "a for-in loop over a variable of an earlier cell",
    cells: ["let key = ''; const getKey = () => key;", "for (key in { a: 1, b: 2 });", "getKey()"],
    shows: "'b'",
  },
  // Every kind of declaration.
  {
    title: "destructuring declarations of objects, with defaults, renaming, nesting and rest",
    cells: [
      "const { a, b: { c = 4, ...d }, e: [f, ...g] } = { a: 1, b: { h: 2 } as { c?: number; h: number }, e: [5, 6, 7] };\nconst all = () => [a, c, d, f, g];",
      "all()",
    ],
    shows: "[ 1, 4, { h: 2 }, 5, [ 6, 7 ] ]",
  },
  {
    title: "destructuring declarations of arrays, with holes and defaults",
    cells: [
      "let [x, , y = 3, ...more] = [1, 2, undefined, 4]; const all = () => [x, y, more];",
      "x = 10; y = 30; more.push(5)",
      "all()",
    ],
    shows: "[ 10, 30, [ 4, 5 ] ]",
  },
  {
    title: "computed keys of patterns are variables too",
    cells: ["let field = 'b'; const { [field]: taken } = { b: 7 } as Record<string, number>;", "taken"],
    shows: "7",
  },
  {
    title: "var in blocks and loops is a variable of the notebook",
    cells: [
      "for (var i = 0; i < 3; i++) { var square = i * i }\nif (i > 2) var more = 'm';",
      "i++; square += 1",
      "[i, square, more]",
    ],
    shows: "[ 4, 5, 'm' ]",
  },
  {
    title: "var in for-of, for-in and try",
    cells: [
      "for (var item of ['a', 'b']);\nfor (var name in { x: 1 });\ntry { var tried = 1 } catch { }\nconst got = () => [item, name, tried];",
      "item = 'z'",
      "got()",
    ],
    shows: "[ 'z', 'x', 1 ]",
  },
  {
    title: "var declared again without a value keeps it",
    cells: ["var kept = 3;", "var kept: number;", "kept"],
    shows: "3",
  },
  {
    title: "a const declared anew by a later cell",
    cells: ["const size = 1; const getSize = () => size;", "const size = 2;", "getSize()"],
    shows: "2",
  },
  {
    title: "a let declared anew by a later cell",
    cells: ["let w = 1; function getW() { return w }", "let w = 'two';", "getW()"],
    shows: "'two'",
  },
  {
    title: "a function declared anew is called by older ones",
    cells: [
      "function inner() { return 1 } function outer() { return inner() }",
      "function inner() { return 2 }",
      "outer()",
    ],
    shows: "2",
  },
  {
    title: "an arrow function declared anew is called by older ones",
    cells: ["const inner = () => 1; const outer = () => inner() + 1;", "const inner = () => 10;", "outer()"],
    shows: "11",
  },
  {
    title: "a recursive function declared anew is called by its older self",
    cells: [
      "function f(n: number): string { return n === 0 ? 'old' : f(n - 1) } const older = f;",
      "function f(n: number): string { return 'new' }",
      "older(3)",
    ],
    shows: "'new'",
  },
  {
    title: "a class declared anew is made by older functions",
    cells: [
      "class Model { kind = 'old' } const make = () => new Model();",
      "class Model { kind = 'new' }",
      "make().kind",
    ],
    shows: "'new'",
  },
  {
    title: "a class keeps its own name for itself",
    cells: [
      "class Node { again() { return new Node() } v = 1 } const first = new Node();",
      "class Node { v = 2 }",
      "[(first as any).again().v, new Node().v]",
    ],
    shows: "[ 1, 2 ]",
  },
  {
    title: "an enum declared anew is read by older functions",
    cells: ["enum Mode { Fast = 1 } const mode = () => Mode.Fast;", "enum Mode { Fast = 7 }", "mode()"],
    shows: "7",
    differsInDeno: declaredAnew,
  },
  {
    title: "a namespace declared anew is read by older functions",
    cells: [
      "namespace Units { export const m = 1 } const m = () => Units.m;",
      "namespace Units { export const m = 1000 }",
      "m()",
    ],
    shows: "1000",
    differsInDeno: declaredAnew,
  },
  {
    title: "a namespace's function writes a variable of the notebook",
    cells: [
      "let count = 0; namespace Counter { export function up() { count++ } }",
      "Counter.up(); Counter.up()",
      "count",
    ],
    shows: "2",
  },
  {
    title: "a const enum is a variable too, and read by older functions when it is declared anew",
    cells: [
      "const enum Level { Low = 1, High } const levels = () => [Level.High, Level['Low']];",
      "const enum Level { Low = 11, High }",
      "[...levels(), Level.High]",
    ],
    shows: "[ 12, 11, 12 ]",
    differsInDeno: declaredAnew,
  },
  {
    title: "a declared variable is that of all scripts, unless the notebook has one",
    cells: [
      "globalThis.speed = 1; let own: any = 2;",
      "declare let speed: number; declare const own: number; interface Unit { u: string } declare const Unit: unknown;\nspeed += 10;",
      "speed++; [speed, globalThis.speed, own.toFixed(1)]",
    ],
    shows: "[ 12, 12, '2.0' ]",
    differsInDeno: "it takes `declare` for the notebook's own variable",
  },
  {
    title: "an import declared anew is read by older functions",
    cells: [
      "import { join } from 'node:path'; const where = () => join('a', 'b');",
      "const join = (...parts: string[]) => parts.join('+');",
      "where()",
    ],
    shows: "'a+b'",
    differsInDeno: declaredAnew,
  },
  {
    title: "a function replaces a variable",
    cells: ["let thing: unknown = 1; const get = () => typeof thing;", "function thing() {}", "get()"],
    shows: "'function'",
    differsInDeno: declaredAnew,
  },
  {
    title: "a variable replaces a function",
    cells: ["function pick() { return 'f' } const get = () => pick as unknown;", "let pick = 5;", "get()"],
    shows: "5",
    differsInDeno: declaredAnew,
  },
  {
    title: "default, namespace and renamed imports",
    cells: [
      "import fs, { existsSync as has } from 'node:fs'; import * as path from 'node:path';\nconst ok = () => has('/') && fs.existsSync('/') && path.isAbsolute('/');",
      "ok()",
    ],
    shows: "true",
  },
  {
    title: "export of another module's names declares nothing",
    cells: ["export { sep } from 'node:path'; let kept = 1;", "const sep = 2;", "[sep, kept]"],
    shows: "[ 2, 1 ]",
    differsInDeno: "it has the names of such an export in scope",
  },
];
