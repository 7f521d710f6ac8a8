/** Cells that share variables, and what the last of them shows. */

export interface ScopeSequence {
  readonly title: string;
  readonly cells: readonly string[];
  /** `text/plain` of the last cell's result, by the rules of the language for one scope that all cells share. */
  readonly shows: string;
  /** Why Deno's kernel, which makes each cell a script of one global scope, shows something else. */
  readonly differsInDeno?: string;
}

const declaredAnew = "it does not declare a name anew that was declared by another kind of declaration";

export const SCOPE_SEQUENCES: readonly ScopeSequence[] = [
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
  // Closures of every kind.
  {
    title: "default parameters",
    cells: ["let base = 1; const f = (x = base, y = () => base) => [x, y()];", "base = 2", "f()"],
    shows: "[ 2, 2 ]",
  },
  {
    title: "generators",
    cells: [
      "let step = 1; function* count() { let at = 0; while (true) yield at += step }\nconst counter = count(); counter.next();",
      "step = 10",
      "counter.next().value",
    ],
    shows: "11",
  },
  {
    title: "async functions",
    cells: [
      "let flag = 'old'; const wait = async () => { await null; return flag };",
      "flag = 'new'",
      "await wait()",
    ],
    shows: "'new'",
  },
  {
    title: "async generators",
    cells: [
      "let item = 1; async function* items() { yield item; yield item }",
      "const it = items(); const one = (await it.next()).value; item = 2;",
      "[one, (await it.next()).value]",
    ],
    shows: "[ 1, 2 ]",
  },
  {
    title: "timers",
    cells: [
      "let ticks = 0, go = false; const ticked = new Promise<void>((done) => { const timer = setInterval(() => { if (!go) return; ticks++; clearInterval(timer); done() }, 5) });",
      "ticks = 10; go = true;",
      "await ticked; ticks",
    ],
    shows: "11",
  },
  {
    title: "promises",
    cells: [
      "let seen = 'none'; let resolve!: (s: string) => void; const told = new Promise<string>((done) => { resolve = done }).then((s) => { seen = s });",
      "resolve('told')",
      "await told; seen",
    ],
    shows: "'told'",
  },
  {
    title: "methods, getters and setters of a class",
    cells: [
      "let unit = 'm'; class Length { constructor(public v: number) {} show() { return this.v + unit } get u() { return unit } set u(x: string) { unit = x } }\nconst length = new Length(3);",
      "unit = 'km'",
      "const before = length.show(); length.u = 'cm'; [before, length.u, unit]",
    ],
    shows: "[ '3km', 'cm', 'cm' ]",
  },
  {
    title: "fields and static members of a class",
    cells: [
      "let seed = 1; class Random { static start = seed; own = seed }",
      "seed = 2",
      "[Random.start, new Random().own]",
    ],
    shows: "[ 1, 2 ]",
  },
  {
    title: "a subclass of a class of an earlier cell",
    cells: [
      "class Base { name() { return 'base' } }",
      "class Derived extends Base { name() { return super.name() + '+' } }",
      "new Derived().name()",
    ],
    shows: "'base+'",
  },
  {
    title: "object shorthand and methods",
    cells: [
      "let alpha = 1; const options = () => ({ alpha, get now() { return alpha } });",
      "alpha = 2; const o = options(); alpha = 3;",
      "[o.alpha, o.now]",
    ],
    shows: "[ 2, 3 ]",
  },
  {
    title: "computed keys and template literals",
    cells: ["let key = 'k'; const f = () => ({ [key]: `\u0024{key}!` });", "key = 'z'", "f()"],
    shows: "{ z: 'z!' }",
  },
  {
    title: "tagged templates",
    cells: [
      "let tag = (s: TemplateStringsArray) => s[0]; const f = () => tag`x`;",
      "tag = (s) => s[0] + s[0]",
      "f()",
    ],
    shows: "'xx'",
  },
  {
    title: "spread, typeof, in, instanceof and conditional expressions",
    cells: [
      "let list: any = [1]; class K {} const f = () => [...list, typeof list, 0 in list, list instanceof Array, list ? 1 : 2];",
      "list = [7, 8]",
      "f()",
    ],
    shows: "[ 7, 8, 'object', true, true, 1 ]",
  },
  {
    title: "a callback kept by a library object",
    cells: [
      "let hits = 0; const target = new EventTarget(); target.addEventListener('hit', () => { hits += 1 });",
      "hits = 40; target.dispatchEvent(new Event('hit')); target.dispatchEvent(new Event('hit'))",
      "hits",
    ],
    shows: "42",
  },
  {
    title: "a closure of a loop keeps the loop's own variable",
    cells: [
      "let sum = 0; const adders: (() => void)[] = []; for (let i = 1; i <= 3; i++) adders.push(() => { sum += i });",
      "sum = 100; adders.forEach((add) => add())",
      "sum",
    ],
    shows: "106",
  },
  {
    title: "a sequence of functions that call each other",
    cells: [
      "let depth = 2; const even = (n: number): boolean => n === 0 || odd(n - 1); function odd(n: number): boolean { return n !== 0 && even(n - depth + 1) }",
      "depth = 2",
      "even(10)",
    ],
    shows: "true",
  },
  // Shadowing.
  {
    title: "a parameter of the same name is left alone",
    cells: [
      "let x = 1; const f = (x: number) => { x += 1; return x }; const g = ({ x }: { x: number }) => x;",
      "x = 50",
      "[f(1), g({ x: 2 }), x]",
    ],
    shows: "[ 2, 2, 50 ]",
  },
  {
    title: "a block's variable of the same name is left alone",
    cells: [
      "let x = 1; { let x = 2; x++; }\nfor (let x = 0; x < 5; x++);\nconst f = () => { const x = 'inner'; return x };",
      "[x, f()]",
    ],
    shows: "[ 1, 'inner' ]",
  },
  {
    title: "a catch clause's variable of the same name is left alone",
    cells: [
      "let error = 'mine'; try { throw new Error('thrown') } catch (error) { (error as Error).message += '!' }",
      "error",
    ],
    shows: "'mine'",
  },
  {
    title: "property keys and methods of the same name are left alone",
    cells: [
      "let size = 1; const o = { size: 2, get: () => o.size }; class C { size = 3; has() { return this.size } }",
      "size = 9",
      "[o.size, o.get(), new C().has(), size]",
    ],
    shows: "[ 2, 2, 3, 9 ]",
  },
  {
    title: "labels of the same name are left alone",
    cells: [
      "let outer = 0; outer: for (const a of [1, 2]) { for (const b of [1, 2]) { outer++; if (b === 1) continue outer; } }",
      "outer",
    ],
    shows: "2",
  },
  {
    title: "types of the same name are left alone",
    cells: [
      "interface Point { x: number } const Point = (x: number): Point => ({ x });",
      "const p: Point = Point(4); const q: typeof p = p;",
      "q.x",
    ],
    shows: "4",
  },
  {
    title: "a function expression's own name is left alone",
    cells: [
      "const f = function g(n: number): number { return n < 2 ? n : g(n - 1) + 1 }; let g = 'mine';",
      "[f(5), g]",
    ],
    shows: "[ 5, 'mine' ]",
  },
  {
    title: "a variable with the name of a global is the notebook's",
    cells: [
      "let name = 'n', status = 1; const event = { name }; const f = () => [name, status, event];",
      "status = 2",
      "f()",
    ],
    shows: "[ 'n', 2, { name: 'n' } ]",
  },
  // What a language promises about functions.
  {
    title: "functions are named after their variables",
    cells: [
      "const fit = () => 1; let predict = function () {}; const Model = class {}; const { score = () => 0 } = {} as { score?: () => number };",
      "[fit.name, predict.name, Model.name, score.name]",
    ],
    shows: "[ 'fit', 'predict', 'Model', 'score' ]",
  },
  {
    title: "a function that is called by itself has no owner",
    cells: [
      "function self(this: unknown) { 'use strict'; return this }",
      "const found = self();",
      "found === undefined",
    ],
    shows: "true",
  },
  {
    title: "so has one that is called through parentheses or an assertion of its type",
    cells: [
      "let own: any = function (this: unknown) { return this };",
      "[(own)(), (own as any)(), own!(), (own)?.(), (<any>own)(), (own as any)`x`].every((found) => found === undefined)",
    ],
    shows: "true",
  },
  {
    title: "functions know how they were called",
    cells: [
      "let seen: unknown; function Maker() { seen = new.target } const Alias: any = Maker;",
      "new Alias(); seen === Maker",
    ],
    shows: "true",
  },
  {
    title: "cells are strict, as modules are",
    cells: [
      "const frozen: any = Object.freeze({ a: 1 }); function self(this: unknown) { return this }",
      "let told = ''; try { frozen.a = 2 } catch (error) { told = (error as Error).name }",
      "[told, self()]",
    ],
    shows: "[ 'TypeError', undefined ]",
  },
  {
    title: "functions are there before their place in the cell",
    cells: ["const early = later(); function later() { return 'hoisted' }", "early"],
    shows: "'hoisted'",
  },
  {
    title: "an optional call and an optional chain",
    cells: [
      "let maybe: (() => number) | undefined; const call = () => maybe?.();",
      "const first = call(); maybe = () => 3;",
      "[first, call()]",
    ],
    shows: "[ undefined, 3 ]",
  },
  {
    title: "delete, void and comma expressions",
    cells: [
      "let bag: { a?: number } = { a: 1 }; const f = () => (void bag, delete bag.a, Object.keys(bag).length);",
      "bag = { a: 2 }",
      "f()",
    ],
    shows: "0",
  },
  {
    title: "switch and conditions",
    cells: [
      "let mode: string = 'a'; const f = () => { switch (mode) { case 'a': return 1; default: return 2 } };",
      "mode = 'b'",
      "f()",
    ],
    shows: "2",
  },
  {
    title: "a top-level await between write and read",
    cells: [
      "let state = 0; const bump = async () => { await null; state += 1 };",
      "state = 10; await bump(); state += 100;",
      "state",
    ],
    shows: "111",
  },
  {
    title: "a loop of the cell over a variable that its function changes",
    cells: [
      "let left = 5; const take = () => { left-- }; let rounds = 0;\nwhile (left > 0) { take(); rounds++ }",
      "[left, rounds]",
    ],
    shows: "[ 0, 5 ]",
  },
  {
    title: "a variable whose name objects have already",
    cells: [
      "let constructor = 1, hasOwnProperty = 2, valueOf = 3, __proto__ = 4; function toString() { return 'mine' }\nconst f = () => [constructor, hasOwnProperty, valueOf, __proto__, toString(), Object.keys({ __proto__ })];",
      "constructor++; __proto__++;",
      "f()",
    ],
    shows: "[ 2, 2, 3, 5, 'mine', [ '__proto__' ] ]",
  },
  {
    title: "a variable whose name has $, _ and letters beyond ASCII",
    cells: [
      "let $a = 1, _b = 2, été = 3, __c = 4; const f = () => [$a, _b, été, __c];",
      "$a++; _b++; été++; __c++;",
      "f()",
    ],
    shows: "[ 2, 3, 4, 5 ]",
  },
];
