/** Cells whose functions name what a later cell declares, and what the last cell shows. */
import type { ScopeSequence } from "./scope-sequences";

const checksTypes = "its cells are scripts, which cannot declare what the global scope has as a constant";

export const LATER_SEQUENCES: readonly ScopeSequence[] = [
  {
    title: "a function calls what a later cell declares in place of a global",
    cells: ["const load = () => fetch('a');", "const fetch = (url: string) => 'mine ' + url;", "load()"],
    shows: "'mine a'",
  },
  {
    title: "functions use classes of a later cell in place of those of the language",
    cells: [
      "const day = () => new Date(1).getTime(); const size = () => new Map([[1, 1]]).size;",
      "class Date { constructor(public t: number) {} getTime() { return this.t + 5 } } class Map { size = 'mine' }",
      "[day(), size()]",
    ],
    shows: "[ 6, 'mine' ]",
  },
  {
    title: "functions use console, crypto and progress of a later cell",
    cells: [
      "const say = () => console.log('x'); const id = () => typeof crypto; const bar = () => typeof progress;",
      "const console = { log: (text: string) => text + ' mine' }; const crypto = 1; let progress = 0.5;",
      "[say(), id(), bar()]",
    ],
    shows: "[ 'x mine', 'number', 'number' ]",
    differsInDeno: checksTypes,
  },
  {
    title: "an assignment to a global in a function means the variable of a later cell",
    cells: [
      "const set = () => { Date = 'assigned' as any };",
      "let Date = 'declared';",
      "set(); [Date, typeof globalThis.Date]",
    ],
    shows: "[ 'assigned', 'function' ]",
    differsInDeno: checksTypes,
  },
  {
    title: "the text of a function means globals where it goes",
    cells: [
      "const root = (x: number) => Math.sqrt(x);",
      "import { runInNewContext } from 'node:vm'; const elsewhere = (f: Function) => runInNewContext('(' + f + ')(9)');",
      "elsewhere(root)",
    ],
    shows: "3",
  },
  {
    title: "functions of two cells call each other",
    cells: [
      "const isEven = (n: number): boolean => n === 0 || isOdd(n - 1);",
      "const isOdd = (n: number): boolean => n !== 0 && isEven(n - 1);",
      "[isEven(10), isEven(7), isOdd(7)]",
    ],
    shows: "[ true, false, true ]",
  },
  {
    title: "a function assigns in every way to what a later cell declares",
    cells: [
      "function set() { count = 1; count += 2; count++; [count, other] = [count * 2, 5]; ({ count } = { count: count + 1 }); for (last of [3, 4]); missing ??= 6; return { count } }",
      "let count = 0, other = 0, last = 0, missing: any;",
      "[set(), count, other, last, missing]",
    ],
    shows: "[ { count: 9 }, 9, 5, 4, 6 ]",
  },
  {
    title: "a function that is assigned to a later variable gets its name",
    cells: ["const set = () => { handler = () => 1 };", "let handler: () => number;", "set(); handler.name"],
    shows: "'handler'",
  },
  {
    title: "members, parameters and fields of a class name what a later cell declares",
    cells: [
      "class Reader { field = later; own = () => later; take(x = later) { return x } static of() { return later } get got() { return later } async wait() { return later } *each() { yield later } async *slow() { yield later } }",
      "const later = 'L'; const reader = new Reader();",
      "[reader.field, reader.own(), reader.take(), Reader.of(), reader.got, await reader.wait(), ...reader.each(), (await reader.slow().next()).value].join('')",
    ],
    shows: "'LLLLLLLL'",
  },
  {
    title: "typeof of a name that no cell has declared, and that one declares later",
    cells: [
      "const kind = () => typeof later;",
      "const before = kind();",
      "let later = 1;",
      "[before, kind()]",
    ],
    shows: "[ 'undefined', 'number' ]",
  },
  {
    title: "a function follows a later declaration that is declared again with another type",
    cells: [
      "const get = () => later;",
      "let later = 1;",
      "const later = 'text';",
      "function later() {}",
      "typeof get()",
    ],
    shows: "'function'",
    differsInDeno: "it does not declare a name anew that was declared by another kind of declaration",
  },
  {
    title: "a local name hides what a later cell declares",
    cells: [
      "const f = (Date = 1) => { let fetch = 2; return [Date, fetch] };",
      "const Date = 'd', fetch = 'f';",
      "f()",
    ],
    shows: "[ 1, 2 ]",
  },
  {
    title: "a closure that an earlier cell has made, and an import",
    cells: [
      "const maker = () => () => [basename('/a/b'), tag`x`]; const made = maker();",
      "import { basename } from 'node:path'; const tag = ([text]: TemplateStringsArray) => text + '!';",
      "made()",
    ],
    shows: "[ 'b', 'x!' ]",
  },
  {
    title: "functions of a call and of a namespace",
    cells: [
      "namespace Space { export const read = () => later } const listed = [1, 2].map((x) => () => x + later);",
      "let later = 10;",
      "[Space.read(), ...listed.map((f) => f())]",
    ],
    shows: "[ 10, 11, 12 ]",
  },
];
