/**
 * Keeps the types of local modules as they were when cells imported them.
 *
 * Types are passed from cell to cell as declarations, where `import("./shapes").Shape` would mean the class that the file has now. The
 * declarations of cells therefore name the version of a local module too: `import("./shapes?1").Shape`. The version that the file has
 * now means the file itself. Another one means the declarations that the file had then, which are kept here.
 */
import ts from "typescript";
import { cellOptions } from "../cell-options";
import { localModule } from "../local-source";
import { declarationsOf } from "./forced-declarations";

/** The declarations that a local module once had. */
interface ModuleVersion {
  readonly number: number;
  /** Path of the module. */
  readonly source: string;
  /** Path under which the compiler knows the declarations; nothing is written there. */
  readonly path: string;
  /** The declarations of the module and of the local modules that they name, by their paths; equal ones are of the same version. */
  readonly content: ReadonlyMap<string, string>;
  /** The declarations, which name versions of other local modules. */
  text: string;
}

/** The declarations of a module in one program. */
interface DeclaredModule {
  readonly text: string;
  /** The paths of the local modules that they name. */
  readonly named: readonly string[];
}

/** Matches the end of a module's name that tells its version; TypeScript may add an extension. */
const VERSION = /\?(\d+)(?:\.d)?(?:\.\w+)?$/;

/** Matches texts that may name a module. */
const NAMES_MODULE = /\b(?:from|import|require|module)\b/;

/** The versions of all local modules that declarations of cells have named. */
export class ModuleVersions {
  /** A path in the notebook's folder; the file need not exist. */
  readonly #cell: string;
  readonly #options: ts.CompilerOptions;
  #versions: ModuleVersion[] = [];
  /** The version that a module has now, by its path. */
  readonly #current: Map<string, ModuleVersion> = new Map();
  readonly #declared: WeakMap<ts.Program, Map<string, DeclaredModule>> = new WeakMap();
  /** The number of the last version, and what it was when the job began. */
  #last = 0;
  #lastBefore = 0;

  /** @param folder of the notebook */
  constructor(folder: string) {
    this.#cell = `${folder}/cell.ts`;
    this.#options = cellOptions(folder, "");
  }

  /** Returns the declarations that the compiler knows under a path; undefined where these are of no version. */
  read(path: string): string | undefined {
    return this.#versions.find((version) => version.path === path)?.text;
  }

  /** Finds the file that the name of a version means; undefined where the name tells no version. */
  resolve(name: string): ts.ResolvedModuleFull | undefined {
    const version = this.#named(name);
    if (!version) return undefined;
    const isCurrent = this.#current.get(version.source) === version;
    const resolvedFileName = isCurrent ? version.source : version.path;
    const extension = /(?:\.d)?\.\w+$/.exec(resolvedFileName)?.[0] ?? "";
    return { resolvedFileName, extension, isExternalLibraryImport: false };
  }

  /** Returns what tells whether two names mean the same version of a local module; other names stay as they are. */
  originOf(name: string): string {
    if (this.#versions.length === 0) return name;
    const source = this.#named(name) ? undefined : this.#find(name);
    const version = this.#named(name) ?? this.#current.get(source ?? "");
    return version ? `?${version.number}` : name;
  }

  /** Has declarations of a cell name the versions of local modules that a program knows. */
  mark(declarations: string, program: ts.Program, containingFile: string = this.#cell): string {
    let result = declarations;
    for (const name of namesOfModules(declarations).reverse()) {
      const source = this.#named(name.text) ? undefined : this.#find(name.text, containingFile);
      const version = source && this.#versionOf(source, program);
      if (version) result = `${result.slice(0, name.end - 1)}?${version.number}${result.slice(name.end - 1)}`;
    }
    return result;
  }

  /** Begins a job. @param isLastValid whether the versions that the last job found stay: it has ended and read all types */
  startJob(isLastValid: boolean): void {
    if (!isLastValid) this.#dropLast();
    this.#lastBefore = this.#last;
  }

  /** Forgets which versions modules have now, and those that a job found which did not end. */
  forget(): void {
    this.#dropLast();
    this.#current.clear();
  }

  #dropLast(): void {
    this.#versions = this.#versions.filter(({ number }) => number <= this.#lastBefore);
    for (const [source, { number }] of this.#current)
      if (number > this.#lastBefore) this.#current.delete(source);
  }

  /**
   * Finds the versions that modules have in a program.
   *
   * @param isOutdated whether a module, or one that it imports, was edited or is not part of the program
   * @returns whether a name of a version may mean another file now
   */
  update(program: ts.Program, isOutdated: (source: string) => boolean): boolean {
    const before = new Map(this.#current);
    for (const source of before.keys()) if (isOutdated(source)) this.#current.delete(source);
    for (const { source } of [...this.#versions]) this.#versionOf(source, program);
    return (
      this.#current.size !== before.size ||
      [...before].some(([source, version]) => this.#current.get(source) !== version)
    );
  }

  #named(name: string): ModuleVersion | undefined {
    const number = VERSION.exec(name)?.[1];
    return this.#versions.find((version) => String(version.number) === number);
  }

  #find(name: string, containingFile: string = this.#cell): string | undefined {
    return localModule(name, containingFile, this.#options);
  }

  #versionOf(source: string, program: ts.Program): ModuleVersion | undefined {
    const known = this.#current.get(source);
    if (known || !program.getSourceFile(source)) return known;
    const content = new Map([[source, ""]]);
    for (const path of content.keys()) {
      const { text, named } = this.#declaredBy(path, program);
      content.set(path, text);
      for (const other of named) if (!content.has(other)) content.set(other, "");
    }
    const found = this.#versions.find(
      (version) => version.source === source && areEqual(version.content, content),
    );
    const number = this.#last + 1;
    const path = isJson(source)
      ? source.replace(/\.json$/, `?${number}.json`)
      : source.replace(SCRIPT, `?${number}.d.ts`);
    const text = content.get(source) as string;
    const version = found ?? { number, source, path, content, text };
    this.#current.set(source, version);
    if (found) return found;
    this.#last = number;
    this.#versions.push(version);
    // Modules may import each other in a circle, so the version exists before those of the others.
    if (!isJson(source)) version.text = this.mark(text, program, source);
    return version;
  }

  #declaredBy(source: string, program: ts.Program): DeclaredModule {
    const all = this.#declared.get(program) ?? new Map<string, DeclaredModule>();
    this.#declared.set(program, all);
    const known = all.get(source);
    if (known) return known;
    const text = declarationsOf(source, program);
    const found = isJson(source) ? [] : namesOfModules(text).map((name) => this.#find(name.text, source));
    const named = found.filter((path) => path !== undefined && program.getSourceFile(path) !== undefined);
    const declared = { text, named: named as string[] };
    all.set(source, declared);
    return declared;
  }
}

/** Matches the extension of a module that is no JSON. */
const SCRIPT = /\.[cm]?[jt]sx?$/;

function isJson(source: string): boolean {
  return source.endsWith(".json");
}

function areEqual(some: ReadonlyMap<string, string>, others: ReadonlyMap<string, string>): boolean {
  return some.size === others.size && [...some].every(([path, text]) => others.get(path) === text);
}

/** Finds the names of modules in declarations, in their order. */
function namesOfModules(declarations: string): ts.StringLiteral[] {
  const found: ts.StringLiteral[] = [];
  if (!NAMES_MODULE.test(declarations)) return found;
  const visit = (node: ts.Node): void => {
    if (ts.isStringLiteral(node) && isNameOfModule(node)) found.push(node);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("cells.d.ts", declarations, ts.ScriptTarget.Latest, true));
  return found;
}

function isNameOfModule({ parent }: ts.StringLiteral): boolean {
  if (ts.isLiteralTypeNode(parent)) return ts.isImportTypeNode(parent.parent);
  return (
    ts.isImportDeclaration(parent) ||
    ts.isExportDeclaration(parent) ||
    ts.isExternalModuleReference(parent) ||
    ts.isModuleDeclaration(parent)
  );
}
