import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { basename, dirname, join } from "node:path";
import * as root from "../src";
import * as global from "../src/global";
import * as solvers from "../src/solvers";
import * as surrogate from "../src/surrogate";
import { DOORS, INSIDE, LAYERS, OUTER, PACKAGES } from "./support/layers";
import { hasCode, importsOf, longFunctions, type SourceImport } from "./support/source-imports";
import { ROOT, trackedFiles } from "./support/tracked-files";

const MAX_LINES = 450;

/** Maximum number of lines of a function, in rooms where none is a factory whose methods stand in one object. */
const MAX_FUNCTION_LINES = 80;
const ROOMS_OF_SHORT_FUNCTIONS = [
  "src/data",
  "src/design",
  "src/display",
  "src/estimators",
  "src/frame",
  "src/linalg",
  "src/optimizers",
  "src/plot",
  "src/selection",
];

/** Families: folders whose members are alternatives to each other, so that each one must be on offer. */
const FAMILIES = [
  "datafits",
  "piecewise-linear",
  "penalties",
  "parametrizations",
  "optimizers",
  "solvers/classical",
];

/** Members of a family's folder that serve the others and are not on offer themselves. */
const FAMILY_INTERNALS = [
  "datafits/risk-sets.ts",
  "datafits/gamma-normalizer.ts",
  "datafits/logistic-function.ts",
  "datafits/robust-loss.ts",
  "datafits/scaled-sums.ts",
  "datafits/relative-entropy.ts",
  "datafits/checks.ts",
  "datafits/separable-datafit.ts",
  "optimizers/line-search.ts",
  "parametrizations/depth.ts",
  "parametrizations/gated-product.ts",
  "penalties/absolutes-and-norms.ts",
  "penalties/bilevel-penalty.ts",
  "penalties/penalty-weights.ts",
  "penalties/radial-penalty.ts",
  "penalties/scaled-penalty.ts",
  "penalties/separable-penalty.ts",
  "penalties/spectral-penalty.ts",
  "solvers/classical/majorization.ts",
];

/** What users can import of the families. */
const library: object = { ...root, ...global, ...solvers, ...surrogate };

/** What the index of a family offers to the library alone. */
const NOT_FOR_USERS = ["isGroupwise", "isSeparable"];

/** What tests start as a process or a thread, or load by name, rather than import. */
const STARTED_BY_TESTS = [
  ...["index", "chart-bundle", "hints", "missing-package", "packages", "platform", "process"].map(
    (name) => `kernel/browser/${name}.ts`,
  ),
  "kernel/browser/jupyterlite/extension.ts",
  "kernel/transport/bound-sockets.ts",
  "kernel/notebook-api/cell-globals.ts",
  "kernel/cli/cli.ts",
  "kernel/main.ts",
  ...["declared-options", "fit-thread", "library-flags"].map((name) => `kernel/model-commands/${name}.ts`),
  "kernel/execution/session.ts",
  "kernel/socket-thread.ts",
  "src/estimators/threads/supervisor-entry.ts",
  "src/estimators/threads/thread-entry.ts",
  "src/simd/assembly/index.ts",
  "src/simd/matvec-worker-thread.ts",
];

function sourcesUnder(...folders: string[]): string[] {
  return folders.flatMap((folder) =>
    readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
      .filter((path) => path.endsWith(".ts"))
      .map((path) => `${folder}/${path}`),
  );
}

function topFolders(): string[] {
  const entries = readdirSync(ROOT, { withFileTypes: true });
  const code = ["src", "kernel", "figures", "notebooks", "bench", "docs"];
  return code.filter((name) => entries.some((entry) => entry.isDirectory() && entry.name === name));
}

/** `src/plot/rendering/theme.ts` belongs to `plot`, `src/errors.ts` to `errors`. */
const layerOf = (path: string): string => path.split("/")[1].replace(/\.ts$/, "");

function packageOf(specifier: string): string {
  if (specifier.startsWith("node:")) return "node:";
  const parts = specifier.split("/");
  return specifier.startsWith("@") ? parts.slice(0, 2).join("/") : parts[0];
}

/** Why an import is against the rules, or `undefined`. */
function breach(path: string, { target, relative, typeOnly }: SourceImport): string | undefined {
  if (!relative) {
    const homes = PACKAGES[packageOf(target)];
    if (!homes) return "is a package that test/support/layers.ts does not list";
    if (typeOnly && target.startsWith("node:")) return undefined;
    return homes.some((home) => path.startsWith(home))
      ? undefined
      : `may be imported in ${homes.join(", ")} only`;
  }
  if (path.startsWith("src/")) {
    const layer = LAYERS.find(({ name }) => name === layerOf(path));
    if (!layer) return "has no layer in test/support/layers.ts";
    if (!target.startsWith("src/")) return "lies outside src/";
    const other = layerOf(target);
    if (other === layer.name || layer.uses.includes(other)) return undefined;
    if (!layer.knows?.includes(other)) return `is in a layer that ${layer.name} may not import`;
    return typeOnly ? undefined : `is in a layer that ${layer.name} may name in types only`;
  }
  const part = Object.keys(OUTER).find((folder) => path.startsWith(folder));
  if (!part) return "has no entry in test/support/layers.ts";
  if (!OUTER[part].some((folder) => target.startsWith(folder))) return `may not be imported in ${part}`;
  if (INSIDE[part]?.some((folder) => target.startsWith(folder))) return undefined;
  return target.startsWith("src/") && !typeOnly ? `may be named in types only in ${part}` : undefined;
}

describe("the architecture", () => {
  it("lets every file import only from the layers below it", () => {
    const breaches = sourcesUnder(...topFolders()).flatMap((path) =>
      importsOf(ROOT, path).flatMap((found) => {
        const why = breach(path, found);
        return why ? [`${path}: ${found.target} ${why}`] : [];
      }),
    );
    assert.deepEqual(breaches, []);
  });

  it("knows a breach when it sees one", () => {
    const value = { relative: true, typeOnly: false };
    const type = { relative: true, typeOnly: true };
    const vega = { target: "vega", relative: false, typeOnly: false };
    assert.ok(breach("src/linalg/vector.ts", { target: "src/estimators/index", ...type }));
    assert.ok(
      breach("src/plot/charts/path-plot.ts", { target: "src/estimators/named/smooth-lasso", ...value }),
    );
    assert.ok(breach("src/plot/charts/path-plot.ts", vega));
    assert.ok(breach("src/linalg/vector.ts", { target: "left-pad", relative: false, typeOnly: false }));
    assert.ok(breach("src/design/frame.ts", { target: "kernel/cli/cli", ...value }));
    assert.ok(breach("kernel/cli/cli.ts", { target: "src/errors", ...value }));
    assert.ok(breach("bench/bench.ts", { target: "src/solvers/index", ...value }));
    assert.ok(breach("src/brand-new/x.ts", { target: "src/errors", ...value }));
    assert.equal(
      breach("src/plot/charts/path-plot.ts", { target: "src/estimators/path/sparse-path", ...type }),
      undefined,
    );
    assert.equal(breach("src/platform/drawing-node.ts", vega), undefined);
    assert.ok(breach("src/platform/browser.ts", vega));
    const threads = { target: "node:worker_threads", relative: false };
    assert.ok(breach("src/simd/matvec-workers.ts", { ...threads, typeOnly: false }));
    assert.equal(breach("src/simd/matvec-workers.ts", { ...threads, typeOnly: true }), undefined);
    assert.equal(breach("bench/kernels.ts", { target: "src/simd/arena", ...value }), undefined);
    assert.equal(
      breach("kernel/display/display.ts", { target: "src/display/mime-bundle", ...type }),
      undefined,
    );
  });

  it("enters rooms by their doors", () => {
    const used = new Set<string>();
    const breaches = sourcesUnder(...topFolders()).flatMap((path) =>
      importsOf(ROOT, path).flatMap(({ target, relative }) => {
        const file = `${target}.ts`;
        const entered = relative ? (existsSync(join(ROOT, file)) ? file : `${target}/index.ts`) : "";
        const room = dirname(entered);
        if (!(room in DOORS) || room === dirname(path)) return [];
        used.add(entered);
        const isDoor = DOORS[room].includes(basename(entered, ".ts"));
        return isDoor ? [] : [`${path}: ${entered} is no door of ${room}`];
      }),
    );
    assert.deepEqual(breaches, []);
    const doors = Object.entries(DOORS).flatMap(([room, names]) => names.map((name) => `${room}/${name}.ts`));
    assert.deepEqual(
      doors.filter((door) => !used.has(door)),
      [],
    );
  });

  it(`keeps every file within ${MAX_LINES} lines`, () => {
    const long = sourcesUnder(...topFolders(), "test")
      .map((path) => ({ path, lines: readFileSync(join(ROOT, path), "utf8").split("\n").length - 1 }))
      .filter(({ lines }) => lines > MAX_LINES);
    assert.deepEqual(long, []);
  });

  it(`keeps every function within ${MAX_FUNCTION_LINES} lines where none is a factory of methods`, () => {
    const long = sourcesUnder(...ROOMS_OF_SHORT_FUNCTIONS).flatMap((path) =>
      longFunctions(ROOT, path, MAX_FUNCTION_LINES).map((line) => `${path}:${line}`),
    );
    assert.deepEqual(long, []);
    assert.ok(longFunctions(ROOT, "test/architecture.test.ts", MAX_FUNCTION_LINES).length > 0); // which sees one
  });

  it("has no files that import each other in a circle", () => {
    const paths = sourcesUnder("src", ...topFolders().filter((name) => name === "kernel"));
    const circles = circlesOf(new Map(paths.map((path) => [path, filesOf(path)])));
    assert.deepEqual(circles, []);
    const made = { a: ["b"], b: ["c"], c: ["b", "d"], d: [] };
    assert.deepEqual(circlesOf(new Map(Object.entries(made))), [["b", "c"]]);
  });

  it("has no folder or file whose name says nothing", () => {
    const vague = /(^|\/)(utils?|helpers?|common|core|misc|shared)(\/|\.ts$)/;
    assert.deepEqual(
      sourcesUnder(...topFolders(), "test").filter((path) => vague.test(path)),
      [],
    );
  });

  it("names every file in kebab-case", () => {
    const kebab = /^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*(\.test)?\.ts$/;
    assert.deepEqual(
      sourcesUnder(...topFolders(), "test").filter((path) => !kebab.test(path)),
      [],
    );
  });

  for (const family of FAMILIES) {
    it(`offers every member of ${family} in its index`, () => {
      const offered = importsOf(ROOT, `src/${family}/index.ts`).map(({ target }) => `${target}.ts`);
      const hidden = sourcesUnder(`src/${family}`).filter(
        (path) =>
          !path.endsWith("/index.ts") &&
          !offered.includes(path) &&
          !FAMILY_INTERNALS.includes(path.slice("src/".length)),
      );
      assert.deepEqual(hidden, []);
    });

    it(`offers users what the index of ${family} does`, () => {
      const members = Object.keys(require(`../src/${family}`));
      assert.deepEqual(
        members.filter((name) => !(name in library) && !NOT_FOR_USERS.includes(name)),
        [],
      );
    });
  }

  it("reaches every source file from a test, through imports or a process that tests start", () => {
    const sources = sourcesUnder("src", ...topFolders().filter((name) => name === "kernel"));
    const tests = sourcesUnder("test").filter((path) => path.endsWith(".test.ts"));
    const reached = new Set<string>();
    const pending = [...tests, ...STARTED_BY_TESTS];
    for (let path = pending.pop(); path !== undefined; path = pending.pop()) {
      if (reached.has(path) || !existsSync(join(ROOT, path))) continue;
      reached.add(path);
      pending.push(...filesOf(path));
    }
    assert.deepEqual(
      sources.filter((path) => !reached.has(path) && hasCode(ROOT, path)),
      [],
    );
  });
});

/** The sets of files of which each can be reached from each other by imports (Tarjan's strongly connected components). */
function circlesOf(imports: ReadonlyMap<string, readonly string[]>): string[][] {
  const found: string[][] = [];
  const order = new Map<string, number>();
  const lowest = new Map<string, number>();
  const open: string[] = [];
  const visit = (file: string): void => {
    const own = order.size;
    order.set(file, own);
    lowest.set(file, own);
    open.push(file);
    for (const target of imports.get(file) ?? []) {
      if (!order.has(target)) visit(target);
      if (open.includes(target)) lowest.set(file, Math.min(lowest.get(file)!, lowest.get(target)!));
    }
    if (lowest.get(file) !== own) return;
    const circle = open.splice(open.indexOf(file));
    if (circle.length > 1) found.push(circle.sort());
  };
  for (const file of imports.keys()) if (!order.has(file)) visit(file);
  return found;
}

/** The files of this repository that one of them imports. */
function filesOf(path: string): string[] {
  const targets = importsOf(ROOT, path).filter(({ relative }) => relative);
  const files = targets.flatMap(({ target }) => [`${target}.ts`, `${target}/index.ts`]);
  return files.filter((file) => existsSync(join(ROOT, file)));
}

describe("the tracked files", () => {
  it("name no machine, no home folder and no package registry", function () {
    const files = trackedFiles();
    if (!files) {
      process.stdout.write("skipped: there is no git here to say which files are tracked\n");
      return this.skip();
    }
    // Spelled in pieces, so that this file does not find itself.
    const folders = ["root", "work"].map((name) => `/${name}/`).concat(`${homedir()}/`);
    const registry = /"resolved": "https?:|^\s*registry\s*=/m;
    const leaks = files
      .filter((path) => !/\.(png|svg)$/.test(path))
      .filter((path) => {
        const content = readFileSync(join(ROOT, path), "utf8");
        return registry.test(content) || folders.some((folder) => content.includes(folder));
      });
    assert.deepEqual(leaks, []);
  });
});
