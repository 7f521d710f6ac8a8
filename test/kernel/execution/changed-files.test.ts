import assert from "node:assert/strict";
import { mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ChangedFiles } from "../../../kernel/execution/local-modules";

describe("files beside the notebook that changed", () => {
  let folder: string;
  beforeEach(() => {
    folder = realpathSync(mkdtempSync(join(tmpdir(), "smooth edges changed ")));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  const write = (name: string, code: string): void => writeFileSync(join(folder, `${name}.js`), code);
  const changedFiles = new ChangedFiles();
  function load(name: string): unknown {
    const file = join(folder, `${name}.js`);
    changedFiles.forget(file);
    const loaded: unknown = require(file);
    changedFiles.note(file);
    return loaded;
  }

  it("are loaded anew by all that require them, on every way there", () => {
    write("a", 'module.exports = [require("./b"), require("./c")];');
    write("b", 'module.exports = require("./d");');
    write("c", 'module.exports = require("./d");');
    write("d", "module.exports = 1;");
    assert.deepEqual(load("a"), [1, 1]);
    write("d", "module.exports = 22;");
    assert.deepEqual(load("a"), [22, 22]);
  });

  it("are loaded anew by what requires them in a circle", () => {
    write(
      "a",
      'exports.b = () => require("./b").value;\nconst { value } = require("./c");\nexports.value = value;',
    );
    write("b", 'const a = require("./a");\nObject.defineProperty(exports, "value", { get: () => a.value });');
    write("c", "exports.value = 1;");
    const value = (): unknown => (load("a") as { b(): unknown }).b();
    assert.equal(value(), 1);
    assert.equal(value(), 1);
    write("c", "exports.value = 22;");
    assert.equal(value(), 22);
  });

  it("are loaded anew by a module that is loaded after another one that requires them", () => {
    write("a", 'module.exports = require("./d");');
    write("b", 'module.exports = require("./d");');
    write("d", "module.exports = 1;");
    assert.deepEqual([load("a"), load("b")], [1, 1]);
    write("d", "module.exports = 22;");
    assert.deepEqual([load("a"), load("b")], [22, 22]);
  });
});
