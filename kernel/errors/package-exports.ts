/** What this package exports, by name: for who forgot an import, or took the name from the wrong one of its modules. */
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import type { Diagnostic } from "../compiler/cell-converter";

const PACKAGE = join(__dirname, "..", "..", "..");

/** The hint for a cell that the compiler refused; undefined where it is about something else. */
export function hintForImport(diagnostics: readonly Diagnostic[]): string | undefined {
  return diagnostics
    .filter(({ fileName }) => fileName === undefined)
    .map(hintFor)
    .find(Boolean);
}

function hintFor({ message }: Diagnostic): string | undefined {
  if (/^Cannot find module '(?!smooth-edges\/)[@\w]/.test(message)) {
    return "packages come from npm: await sh`npm install NAME` puts one beside the notebook.";
  }
  const [, path] = /^Cannot find module '(\.\.\/figures\/[^']+)'/.exec(message) ?? [];
  if (path !== undefined) {
    return `nothing lies at ${resolve(path)}: the notebooks of this project run in a clone of it, after npm ci && npm run build.`;
  }
  const [, name] =
    /^(?:Cannot find name|Module '"smooth-edges(?:\/\w+)?"' has no exported member(?: named)?) '([\w$]+)'/.exec(
      message,
    ) ?? [];
  if (name === undefined) return undefined;
  modules ??= readModules();
  const module = modules.get(name);
  return module && `import { ${name} } from "${module}" brings ${name}.`;
}

let modules: ReadonlyMap<string, string> | undefined;

/** The module of each name; of several the first in `package.json`. */
function readModules(): ReadonlyMap<string, string> {
  const found = new Map<string, string>();
  const { name, exports } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8")) as {
    readonly name: string;
    readonly exports: Readonly<Record<string, { readonly types?: string }>>;
  };
  for (const [path, { types }] of Object.entries(exports)) {
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
