/** Cells that share variables, and what the last of them shows: closures of every kind, shadowing, and what functions promise. */
import type { ScopeSequence } from "./scope-sequences";

export const CLOSURE_SEQUENCES: readonly ScopeSequence[] = [
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
