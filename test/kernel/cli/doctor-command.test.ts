import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import {
  doctorCommand,
  EXAMINATIONS,
  examineCells,
  examineNode,
  examinePackage,
} from "../../../kernel/cli/doctor-command";
import type { Finding } from "../../../kernel/cli/kernel-in-jupyter";
import { ownKernelSpec } from "../../../kernel/kernelspec/kernelspec";

/** What one examination says in an environment. */
function examine(what: string, env: NodeJS.ProcessEnv = process.env): Promise<Omit<Finding, "what">> {
  const examination = EXAMINATIONS.find((each) => each.what === what);
  assert.ok(examination, what);
  return examination.examine(env);
}

describe("smooth-edges doctor", () => {
  it("counts what lacks, tells of each in a sentence, and answers 1 if anything needed lacks", async () => {
    const found: Finding[] = [
      { what: "Node", state: "works", fact: "version 20" },
      { what: "DuckDB", state: "without", fact: "is not installed", remedy: "run npm install it" },
      { what: "a cell", state: "lacks", fact: "fails", remedy: "run npm install again" },
    ];
    const told = async (findings: Finding[]): Promise<[number, string[]]> => {
      const lines: string[] = [];
      const examinations = findings.map(({ what, ...finding }) => ({ what, examine: async () => finding }));
      return [await doctorCommand((line) => lines.push(line), {}, examinations), lines];
    };
    assert.deepEqual(await told(found), [
      1,
      [
        "✓ Node: version 20.",
        "– DuckDB: is not installed; run npm install it.",
        "✗ a cell: fails; run npm install again.",
        "1 of 3 need attention: see ✗ above.",
      ],
    ]);
    assert.deepEqual((await told(found.slice(0, 2)))[0], 0);
    assert.deepEqual((await told(found.slice(0, 1)))[1][1], "Everything works.");
  });

  it("refuses a Node older than package.json asks for", () => {
    assert.deepEqual(examineNode("20.9.0"), {
      state: "lacks",
      fact: "version 20.9.0 is older than 20.19",
      remedy: "install Node 20.19 or newer",
    });
    assert.equal(examineNode(process.versions.node).state, "works");
  });

  it("tells packages of the user's folder from those beside a linked smooth-edges, and from none", () => {
    const danfojs = (folder?: string) => examinePackage("danfojs-node", "data frames", undefined, folder);
    assert.deepEqual(danfojs(), { state: "works", fact: "is installed" });
    const linked = danfojs(tmpdir());
    assert.equal(linked.state, "works");
    assert.match(linked.fact, /^is installed for cells alone, beside smooth-edges in /);
    assert.equal(linked.remedy, `programs in ${tmpdir()} need npm install danfojs-node`);
    assert.equal(examinePackage("no-such-package", "nothing").state, "without");
  });

  for (const what of ["WebAssembly SIMD", "a lasso", "a picture", "a cell", "networks"]) {
    it(`finds here that this works: ${what}`, async () => {
      const finding = await examine(what);
      assert.equal(finding.state, "works", finding.fact);
    });
  }

  describe("where cells go wrong", () => {
    let folder: string;
    before(() => {
      folder = mkdtempSync(join(tmpdir(), "doctor "));
    });
    after(() => rmSync(folder, { recursive: true }));

    /** The finding about a kernel before whose start a program ran. */
    function examineAfter(program: string): Promise<Omit<Finding, "what">> {
      const file = join(folder, "before.cjs");
      writeFileSync(file, program);
      const spec = ownKernelSpec();
      const [node = "", ...others] = spec.argv;
      return examineCells({ ...spec, argv: [node, "--require", file, ...others] });
    }
    const bundledDeclarations = JSON.stringify(require.resolve("../../../kernel/compiler/typescript-libs"));

    for (const [fault, program, fact] of [
      [
        "the language's declarations are a module",
        `const { BundledDeclarations } = require(${bundledDeclarations});
         const { read } = BundledDeclarations.prototype;
         BundledDeclarations.prototype.read = function () {
           return read.call(this) + (/[/]lib[.]/.test(this.path) ? "\\nexport {};" : "");
         };`,
        // Without a global Array, TypeScript calls the type of `[1, 2, 3]` what @types/node leaves of it, which depends on Node's version.
        /^fails with arrays \(TypeScriptError: Property 'map' does not exist on type '.+'\. \(TS2339\), line 1\)$/,
      ],
      [
        "a value is another one than it should be",
        `const path = require("node:path");
         const { basename } = path;
         path.basename = (name, ...rest) => name === "a/b" ? "c" : basename(name, ...rest);`,
        "with imports must show 'bSmoothLasso', got 'cSmoothLasso'",
      ],
      [
        "packages cannot be imported",
        `const Module = require("node:module");
         const { _resolveFilename } = Module;
         Module._resolveFilename = (name, ...rest) => {
           if (name === "smooth-edges") throw Object.assign(new Error("no such package"), { code: "BROKEN" });
           return _resolveFilename(name, ...rest);
         };`,
        "fails with imports (Error: no such package)",
      ],
      ["the kernel ends at once", "process.exit(3);", /^the kernel does not start \(.*exit code 3/],
      [
        "the kernel breaks at once",
        "throw new RangeError('too old');",
        "the kernel does not start (RangeError: too old)",
      ],
    ] as const) {
      it(`says in a sentence what: ${fault}`, async () => {
        const finding = await examineAfter(program);
        assert.equal(finding.state, "lacks");
        if (typeof fact === "string") assert.equal(finding.fact, fact);
        else assert.match(finding.fact, fact);
        assert.equal(finding.remedy, "run npm install smooth-edges@latest");
      });
    }
  });

  describe("where Jupyter looks for kernels", () => {
    let folder: string;
    beforeEach(() => {
      folder = mkdtempSync(join(tmpdir(), "doctor "));
    });
    afterEach(() => rmSync(folder, { recursive: true }));

    function install(main: string): NodeJS.ProcessEnv {
      const place = join(folder, "kernels/smooth-edges");
      mkdirSync(place, { recursive: true });
      const argv = [process.execPath, main, "{connection_file}"];
      writeFileSync(join(place, "kernel.json"), JSON.stringify({ argv }));
      return { JUPYTER_DATA_DIR: folder, PATH: folder };
    }

    it("says that no kernel is there, and no Jupyter", async () => {
      const env = { JUPYTER_DATA_DIR: folder, PATH: folder };
      assert.equal((await examine("the kernel in Jupyter", env)).state, "without");
      const jupyter = await examine("Jupyter", env);
      assert.equal(jupyter.state, "without");
      assert.match(jupyter.remedy!, /pip install jupyterlab/);
    });

    it("finds a kernel", async () => {
      assert.equal((await examine("the kernel in Jupyter", install(__filename))).state, "works");
    });
  });
});
