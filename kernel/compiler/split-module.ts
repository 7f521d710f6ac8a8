/**
 * The globals that a module of Node's declarations adds, apart from the module.
 *
 * `crypto.d.ts` declares one global beside a third of all that is declared in files with globals, so cells would read all of
 * the module for it. Apart, the globals name what they use of the module by imports, and the module is read when something
 * asks for their types.
 */

/** A file cut in two. */
export interface SplitModule {
  /** A module of another name that adds the globals. */
  readonly globals: string;
  /** The file without them. */
  readonly rest: string;
}

/** How the names of modules begin that stand for the globals of another one. */
export const GLOBALS_OF = "globals of ";

/** @returns undefined where the file is not written as this wants it, or may use what others cannot import */
export function splitModule(text: string): SplitModule | undefined {
  const block = globalBlock(text);
  if (block === undefined || block.length > text.length / 2) return undefined;
  const rest = text.replace(block, "");
  const [name, body] = moduleAround(text, block) ?? [];
  if (name === undefined || body === undefined || EXPORTS_ONE.test(body)) return undefined;
  const words = new Set(block.match(/[\p{ID_Start}$_][\p{ID_Continue}$]*/gu));
  const used = new Set<string>();
  for (const [, exported, declared] of body.matchAll(DECLARATION)) {
    if (!words.has(declared as string)) continue;
    if (!exported && EXPORTS_SOME.test(body)) return undefined;
    used.add(declared as string);
  }
  const imports = [
    ...(body.match(IMPORT) ?? []),
    ...(used.size > 0 ? [`    import { ${[...used].join(", ")} } from "${name}";`] : []),
  ];
  return { globals: `declare module "${GLOBALS_OF}${name}" {\n${imports.join("\n")}\n${block}}\n`, rest };
}

/** The block of the one `global` that a file holds, found by places: an expression would try each of its thousands of lines. */
function globalBlock(text: string): string | undefined {
  const start = text.indexOf(GLOBAL_START) + 1;
  const end = text.indexOf(GLOBAL_END, start);
  const isOnly = text.indexOf(GLOBAL_START, start) < 0;
  return start > 0 && end > 0 && isOnly ? text.slice(start, end + GLOBAL_END.length) : undefined;
}

/** The module that a block stands in, without the block. */
function moduleAround(text: string, block: string): [name: string, body: string] | undefined {
  for (const [whole, name, body] of text.matchAll(MODULE)) {
    if (whole.includes(block)) return [name as string, (body as string).replace(block, "")];
  }
  return undefined;
}

// Published declarations are formatted by one program, so indentation tells where blocks end.
const MODULE = /^declare module ["']([^"']+)["'] \{\n([\s\S]*?)^\}/gm;
const GLOBAL_START = "\n    global {\n";
const GLOBAL_END = "\n    }\n";
const IMPORT = /^ {4}import [^;]*;/gm;
/** What other modules can import: all that there is, unless the module says of some that it exports them. */
const DECLARATION =
  /^ {4}(export )?(?:abstract )?(?:class|interface|type|namespace|const|let|var|function|enum) ([\w$]+)/gm;
const EXPORTS_SOME = /^ {4}export \{/m;
const EXPORTS_ONE = /^ {4}export (?:=|default\b)/m;
