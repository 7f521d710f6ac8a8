import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { canCompileKernels } from "./support/kernel-arenas";
import { ROOT } from "./support/tracked-files";

/** The files of an entry. */
interface Target {
  readonly types: string;
  readonly default: string;
}

interface Manifest {
  readonly name: string;
  readonly main: string;
  readonly types: string;
  readonly bin: Record<string, string>;
  readonly exports: Record<string, Target | Record<string, Target>>;
  readonly typesVersions: { readonly "*": Record<string, string[]> };
}

const manifest: Manifest = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
const SUBPATHS = Object.keys(manifest.exports).filter((subpath) => subpath !== "./package.json");
const targetsOf = (subpath: string): Record<string, Target> => {
  const entry = manifest.exports[subpath];
  return typeof entry.types === "string" ? { require: entry as Target } : (entry as Record<string, Target>);
};
const nameOf = (subpath: string): string => manifest.name + subpath.slice(1);

/** The data sets that the package ships. */
const DATA = ["diabetes", "breast-cancer", "digits", "wine"].map((name) => `data/${name}.csv`);

/** Packages that cost a second or a hundred megabytes, or that a machine may lack: loaded when used, never before. */
const HEAVY =
  /[\\/]node_modules[\\/](vega|vega-lite|@duckdb|@resvg|@tensorflow|danfojs-node|zeromq|tslab|@tslab|typescript)[\\/]/;

/** Runs code as a user's file beside the package would, and gives back what it prints, read as JSON. */
function printed(code: string, ...flags: string[]): unknown {
  const { stdout, stderr, status } = spawnSync(process.execPath, [...flags, "-e", code], {
    cwd: ROOT,
    encoding: "utf8",
  });
  assert.equal(status, 0, stderr);
  return JSON.parse(stdout);
}

describe("the package by its name", () => {
  for (const subpath of SUBPATHS) {
    const name = nameOf(subpath);

    it(`gives ${name} the same names by require and by import`, () => {
      const required = printed(`console.log(JSON.stringify(Object.keys(require("${name}"))))`) as string[];
      const imported = printed(
        `import * as all from "${name}"; console.log(JSON.stringify(Object.keys(all)))`,
        "--input-type=module",
      ) as string[];
      assert.ok(required.length > 0);
      const interop = ["default", "module.exports", "__esModule"]; // what Node adds to a CommonJS module
      assert.deepEqual(imported.filter((key) => !interop.includes(key)).sort(), required.sort());
    });

    it(`loads nothing heavy with ${name}`, () => {
      const files = printed(
        `require("${name}"); console.log(JSON.stringify(Object.keys(require.cache)))`,
      ) as string[];
      assert.deepEqual(
        files.filter((file) => HEAVY.test(file)),
        [],
      );
    });

    it(`has the files that ${name} stands for, in every way of resolving it`, () => {
      const targets = targetsOf(subpath);
      for (const file of Object.values(targets).flatMap((target) => Object.values(target)))
        assert.ok(existsSync(join(ROOT, file)), file);
      const old = subpath === "." ? manifest.types : manifest.typesVersions["*"][subpath.slice(2)][0];
      assert.equal(old, targets.require.types);
      for (const runtime of ["node", "deno", "bun"])
        assert.deepEqual(targets[runtime] ?? targets.require, targets.require);
    });

    const { browser, import: module, require: commonjs } = targetsOf(subpath);
    if (browser === undefined) continue;
    it(`gives ${name} the same names as a module for browsers`, () => {
      assert.deepEqual(module, browser);
      const names = printed(
        `const required = require("./${commonjs.default}");
         import("./${browser.default}").then((all) => console.log(JSON.stringify([all, required].map(Object.keys))));`,
      ) as string[][];
      assert.ok(names[0].length > 0);
      assert.deepEqual(names[0].sort(), names[1].sort());
    });
  }

  it("has its main file and its command", () => {
    for (const file of [manifest.main, ...Object.values(manifest.bin)])
      assert.ok(existsSync(join(ROOT, file)), file);
  });

  it("leaves everything else closed", () => {
    const { stderr } = spawnSync(process.execPath, ["-e", `require("${manifest.name}/dist/src/errors.js")`], {
      cwd: ROOT,
      encoding: "utf8",
    });
    assert.match(stderr, /ERR_PACKAGE_PATH_NOT_EXPORTED/);
  });
});

describe("the packed package", () => {
  const pack = () => {
    const { stdout, stderr, status } = spawnSync("npm", ["pack", "--dry-run", "--json", "--ignore-scripts"], {
      cwd: ROOT,
      encoding: "utf8",
    });
    assert.equal(status, 0, stderr);
    return (JSON.parse(stdout) as [{ files: { path: string }[] }])[0].files.map(({ path }) => path);
  };

  it("holds every file that package.json names, and the data with their licence", () => {
    const files = new Set(pack());
    const named = SUBPATHS.flatMap((subpath) =>
      Object.values(targetsOf(subpath)).flatMap((target) => [target.types, target.default]),
    );
    const expected = [...named, manifest.main, manifest.types, ...Object.values(manifest.bin)]
      .map((file) => file.replace(/^\.\//, ""))
      .concat(DATA, "data/README.md", "data/LICENSE-scikit-learn.txt", "README.md", "LICENSE");
    if (canCompileKernels) expected.push("dist/src/simd/kernels.wasm", "dist/src/simd/shared-kernels.wasm");
    assert.deepEqual(
      expected.filter((file) => !files.has(file)),
      [],
    );
  });

  it("holds nothing else than what is emitted from src/ and kernel/, and the guides with their pictures", () => {
    const emitted = /^dist\/((?:src|kernel|browser)\/(?!node_modules\/).+?)\.(js|d\.ts|mjs|d\.mts)$/;
    const documents =
      /^(dist\/src\/simd\/(shared-)?kernels\.wasm|package\.json|README\.md|LICENSE|CHANGELOG\.md|data\/((diabetes|breast-cancer|digits|wine)\.csv|README\.md|LICENSE-scikit-learn\.txt))$/;
    // Sources that import each other share one module in browsers.
    const cycles = /^dist\/browser\/cycle-\w+\.mjs$/;
    const bundled = /^dist\/(src\/node_modules\/dejavu-fonts-ttf|kernel\/node_modules\/@?tslab)\//;
    const guides =
      /^(docs\/(?!decisions|experiments|former-names)[a-z-]+\.md|(docs\/jupyterlab|figures\/diabetes-path)(-dark)?\.png)$/;
    const stray = pack().filter((file) => {
      if (cycles.test(file)) return false;
      const source = emitted.exec(file)?.[1];
      return source
        ? !existsSync(join(ROOT, `${source.replace(/^browser/, "src")}.ts`))
        : ![documents, bundled, guides].some((expected) => expected.test(file));
    });
    assert.deepEqual(stray, []);
  });
});
