import assert from "node:assert/strict";
import ts from "typescript";
import { CompilerRecord } from "../../../kernel/compiler/compiler-record";
import { holdsEarlierCells, isVirtualFile, VirtualFiles } from "../../../kernel/compiler/virtual-files";

const [cell, newest, older] = ["/here/__tslab__.ts", "/here/__prev__.d.ts", "/here/__prev0__.d.ts"] as const;

describe("a file that is on no disk", () => {
  const texts = new Map<string, string>();
  let record: CompilerRecord;
  let files: VirtualFiles;
  const get = (path: string): ts.SourceFile => files.get(path, ts.ScriptTarget.Latest);
  beforeEach(() => {
    texts
      .set(cell, "export let __x = 1; declare global { var y: number }")
      .set(newest, "declare let a: number;");
    record = new CompilerRecord();
    record.older = ["declare let old: number;"];
    const system = { getCurrentDirectory: () => "/here", readFile: (path: string) => texts.get(path) };
    files = new VirtualFiles(system as ts.System, record);
  });

  it("is the cell, or holds declarations of earlier ones", () => {
    assert.deepEqual([cell, newest, older, "/here/a.ts"].map(isVirtualFile), [true, true, true, false]);
    assert.deepEqual([cell, newest, older].map(holdsEarlierCells), [false, true, true]);
    assert.deepEqual(files.olderCells, [older]);
    assert.equal(get(older).text, "export {};\ndeclare let old: number;");
  });

  it("is parsed once, until it changes or was emitted from, which leaves older ones whole", () => {
    const before = [cell, newest, older].map(get);
    const isKept = (): boolean[] => [cell, newest, older].map((path, at) => get(path) === before[at]);
    files.refresh();
    assert.deepEqual(isKept(), [true, true, true]);
    texts.set(newest, "declare let a: string;");
    files.refresh();
    assert.deepEqual(isKept(), [true, false, true]);
    files.wereEmitted = true;
    files.refresh();
    assert.deepEqual(isKept(), [false, false, true]);
  });

  it("tells the names that it exports as they are written, and not what it adds to the global scope", () => {
    const { locals } = files.getBound(cell, {}) as unknown as { locals: ReadonlyMap<string, unknown> };
    const names: string[] = [];
    locals.forEach((_, name) => void names.push(name));
    assert.deepEqual(names, ["__x"]);
  });

  it("is looked up in after the ones that came later", () => {
    const [inner, outer] = [get(newest), get(older)];
    files.nestScopes();
    assert.equal(inner.parent, outer);
    assert.equal(outer.parent, undefined);
  });
});
