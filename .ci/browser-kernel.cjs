// Writes build/browser-kernel, the kernel that runs in a Web Worker: `npm run browser-kernel`, after a build.
//
// kernel.mjs and the modules that it imports are what a visitor loads first: the compiler of cells, TypeScript, the declarations that it
// reads, the library with its data, and Vega. The other modules are loaded by the first cell that needs them: networks, and the code of
// figures/ that notebooks import. files/ has the records and tables which that code reads; first.json lists what is loaded first.
const { cpSync, existsSync, readdirSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { basename, dirname, join, relative, sep } = require("node:path");
const { build, transform } = require("esbuild");

const { withoutComments } = require("../dist/kernel/compiler/source-files");

const ROOT = join(__dirname, "..");
const OUTPUT = join(ROOT, "build/browser-kernel");
const KERNEL = join(ROOT, "kernel");
const LIBRARY = join(ROOT, "dist/browser");
const { exports: entries, ...manifest } = require("../package.json");

/** Files of the kernel, and what stands in for them in a browser. */
const STAND_INS = new Map(
  [
    ["compiler/packages", "browser/packages"],
    ["display/chart-bundle", "browser/chart-bundle"],
    ["errors/hints-of-node", "browser/hints"],
  ].map(([file, standIn]) => [join(KERNEL, `${file}.ts`), join(KERNEL, `${standIn}.ts`)]),
);

/** What stands in for Node's modules, apart from files and paths. */
const NODE_MODULES = join(KERNEL, "browser/node-modules.ts");

const OWN = "/node_modules/smooth-edges";

/** The files below a folder, by their paths from it. */
const filesBelow = (folder, pattern) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .map((path) => path.split(sep).join("/"))
    .filter((path) => pattern.test(path));

/** The modules of figures that notebooks import, by their names there. */
function figuresOfNotebooks() {
  const cells = filesBelow(join(ROOT, "notebooks"), /\.ipynb$/).flatMap((path) =>
    JSON.parse(readFileSync(join(ROOT, "notebooks", path), "utf8")).cells.flatMap(({ source }) => source),
  );
  const imported = cells.flatMap((text) =>
    Array.from(text.matchAll(/from "(\.\.\/figures\/[^"]+)"/g), ([, name]) => name),
  );
  return [...new Set(imported)].sort();
}

/** The records and tables that the code of figures reads, and the notebooks, whose names it reads. */
const SERVED = ["figures/records/desk", "figures/housing", "figures/peers", "notebooks"].flatMap((folder) =>
  filesBelow(join(ROOT, folder), /\.(?:jsonl?|csv|ipynb)$/).map((path) => `${folder}/${path}`),
);

/** The entries that a browser has, with their declarations, and what cells have of the kernel. */
function ownManifest() {
  const inBrowser = Object.entries(entries).filter(([name, { browser }]) => browser || name === "./nn");
  const exports = Object.fromEntries(
    inBrowser.map(([name, { node, types }]) => [name, { types: node?.types ?? types }]),
  );
  return { ...manifest, exports: { ...exports, "./kernel": entries["./kernel"] } };
}

/** What cells have of Node in a browser, by files, as kernel/browser/process.ts and files.ts have it. */
const NODE_DECLARATIONS = {
  process: `declare var process: {
  readonly version: string;
  cwd(): string;
  emitWarning(message: string, name?: string): void;
  removeAllListeners(event?: "warning"): void;
};
`,
  fs: `declare module "node:fs" {
  export function readFileSync(path: string, encoding: "utf8"): string;
  export function existsSync(path: string): boolean;
  export function readdirSync(path: string): string[];
}
`,
};

/** The texts that the compiler reads and the data, by their paths in the kernel's memory. */
function files() {
  const found = new Map([[`${OWN}/package.json`, JSON.stringify(ownManifest())]]);
  const take = (from, to) => found.set(to, readFileSync(join(ROOT, from), "utf8"));
  for (const path of filesBelow(join(ROOT, "dist/src"), /^(?!nn\/|node_modules\/).*\.d\.ts$/))
    take(`dist/src/${path}`, `${OWN}/dist/src/${path}`);
  for (const path of filesBelow(join(ROOT, "data"), /\.csv$/)) take(`data/${path}`, `${OWN}/data/${path}`);
  take("dist/src/nn/index.d.ts", `${OWN}/dist/src/nn/index.d.ts`); // for hints
  const api = "dist/kernel/notebook-api";
  take("dist/kernel/browser/notebook-api.d.ts", `${OWN}/${api}/index.d.ts`);
  take(`${api}/display-handle.d.ts`, `${OWN}/${api}/display-handle.d.ts`);
  const names = [...found.get(`${OWN}/${api}/index.d.ts`).matchAll(/\w+/g)].flat();
  const globals = readFileSync(join(ROOT, api, "cell-globals.d.ts"), "utf8").replace(
    / {4}(?:\/\*\*(?:(?!\*\/)[\s\S])*\*\/\s*)?var (\w+): typeof api.*\n/g,
    (declaration, name) => (names.includes(name) ? declaration : ""),
  );
  found.set(`${OWN}/${api}/cell-globals.d.ts`, globals);
  const danfojs = "node_modules/danfojs-node";
  for (const path of filesBelow(join(ROOT, danfojs), /\.d\.ts$|^package\.json$/))
    take(`${danfojs}/${path}`, `/${danfojs}/${path}`);
  const typescript = "node_modules/typescript/lib";
  for (const path of filesBelow(join(ROOT, typescript), /^lib\.(?:es.*|decorators.*)\.d\.ts$/))
    take(`${typescript}/${path}`, `/${typescript}/${path}`);
  // The globals of a worker stand in for those of Node.
  const types = "/node_modules/@types/node";
  const parts = ["webworker", "webworker.iterable", "webworker.asynciterable"];
  for (const part of parts)
    found.set(
      `${types}/${part}.d.ts`,
      withoutComments(readFileSync(join(ROOT, typescript, `lib.${part}.d.ts`), "utf8")),
    );
  const references = parts.map((part) => `/// <reference path="${part}.d.ts" />`);
  for (const [name, text] of Object.entries(NODE_DECLARATIONS)) {
    found.set(`${types}/${name}.d.ts`, text);
    references.push(`/// <reference path="${name}.d.ts" />`);
  }
  found.set(`${types}/index.d.ts`, `${references.join("\n")}\n`);
  found.set(`${types}/package.json`, '{ "name": "@types/node", "version": "22.0.0", "types": "index.d.ts" }');
  return Object.fromEntries(found);
}

/** The declarations of packages, without their comments. */
function declarationsOf(...packages) {
  const found = {};
  for (const name of packages)
    for (const path of filesBelow(
      join(ROOT, "node_modules", name),
      /^(?!node_modules\/).*\.d\.ts$|^package\.json$/,
    )) {
      const text = readFileSync(join(ROOT, "node_modules", name, path), "utf8");
      found[`/node_modules/${name}/${path}`] = path.endsWith(".json") ? text : withoutComments(text);
    }
  return found;
}

/** The declarations in a folder of the compiled repository. */
function declarationsBelow(folder, to) {
  const paths = filesBelow(join(ROOT, "dist", folder), /\.d\.ts$/);
  return Object.fromEntries(
    paths.map((path) => [`${to}/${folder}/${path}`, readFileSync(join(ROOT, "dist", folder, path), "utf8")]),
  );
}

/** The modules that are loaded together, by the names of kernel/browser/modules-of-cells.ts, and the files that the compiler reads. */
const PACKS = {
  "networks-of-cells": () => ({
    names: { "smooth-edges/nn": "smooth-edges/nn", "@tensorflow/tfjs": "@tensorflow/tfjs" },
    files: { ...declarationsBelow("src/nn", `${OWN}/dist`), ...declarationsOf(...TENSORFLOW) },
  }),
  "figures-of-cells": () => ({
    names: Object.fromEntries(figuresOfNotebooks().map((name) => [name, join(ROOT, "notebooks", name)])),
    files: { ...declarationsBelow("figures", ""), ...declarationsBelow("notebooks", "") },
  }),
};

/** The packages of TensorFlow.js that a browser has. */
const TENSORFLOW = ["", "-core", "-layers", "-data", "-converter", "-backend-cpu", "-backend-wasm"].map(
  (part) => `@tensorflow/tfjs${part}`,
);

/** The part of Node's modules that a browser has. */
const PARTS_OF_NODE = {
  "node:crypto": NODE_MODULES,
  "node:fs": join(KERNEL, "browser/files.ts"),
  "node:path": "path-browserify",
  "node:util": "node-inspect-extracted",
};

/** The source of a module with the names of one of Node's: what a browser has, and functions that fail in a sentence. */
function sourceOfNode(path) {
  const part = PARTS_OF_NODE[path];
  const names = Object.keys(require(path)).filter((name) => name !== "default");
  const missing = JSON.stringify(join(KERNEL, "browser/missing-package.ts"));
  return `import { missingFunction } from ${missing};
${part ? `import * as part from ${JSON.stringify(part)};` : "const part = {};"}
const has = (name) => part[name] ?? missingFunction(${JSON.stringify(`${path}.`)} + name);
${names.map((name, i) => `const n${i} = has("${name}");`).join("\n")}
export { ${names.map((name, i) => `n${i} as ${name}`)} };
export default { ...part };
`;
}

/** The source of a pack. */
function sourceOfPack({ names, files }) {
  const imports = Object.values(names).map((path, i) => `import * as m${i} from ${JSON.stringify(path)};\n`);
  const modules = Object.keys(names).map((name, i) => `${JSON.stringify(name)}: m${i}`);
  return `${imports.join("")}export const modules = { ${modules} };\nexport const files = ${JSON.stringify(files)};\n`;
}

/** The file of dist/browser for a source of the library. */
function moduleOfLibrary(source) {
  const stem = join(LIBRARY, relative(join(ROOT, "src"), source).replace(/\.ts$/, ""));
  return [`${stem}.mjs`, join(stem, "index.mjs")].find(existsSync);
}

/** Packages and modules of Node that danfojs-node and TensorFlow.js ask for and that a browser has not. */
const MISSING =
  /^(@tensorflow\/tfjs-node|mathjs|xlsx|request|node-fetch|stream-json(\/.*)?|plotly\.js-dist-min|fs|stream|string_decoder)$/;

/** Has TensorFlow.js find its WebAssembly beside the kernel, and run it on one thread as on Node. */
const WASM_BACKEND = /tfjs-backend-wasm[\\/]dist[\\/]index\.js$/;
const WASM_SETTINGS = `
import { env } from "@tensorflow/tfjs-core";
import { setWasmPaths } from "./backend_wasm";
env().set("WASM_HAS_MULTITHREAD_SUPPORT", false);
setWasmPaths(new URL("./files/", import.meta.url).href);
`;
const WASM_FILES = ["tfjs-backend-wasm-simd.wasm", "tfjs-backend-wasm.wasm"];

const browser = {
  name: "browser",
  setup({ onLoad, onResolve, resolve }) {
    const packaged = (name) => resolve(name, { kind: "import-statement", resolveDir: ROOT });
    onResolve({ filter: /^(node:)?path$/ }, () => packaged("path-browserify"));
    onResolve({ filter: /^node:/ }, ({ path, importer }) => {
      if (!importer.startsWith(KERNEL) && !importer.includes("node_modules"))
        return { path, namespace: "of-node" };
      if (path === "node:fs") return { path: join(KERNEL, "browser/files.ts") };
      return importer === NODE_MODULES ? packaged("node-inspect-extracted") : { path: NODE_MODULES };
    });
    // The code of networks and figures also names functions that a browser has not, and does not call them there.
    onLoad({ filter: /.*/, namespace: "of-node" }, ({ path }) => ({
      contents: sourceOfNode(path),
      resolveDir: ROOT,
    }));
    onResolve({ filter: /-of-cells$/ }, ({ path }) =>
      path in PACKS ? { path, namespace: "pack" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "pack" }, ({ path }) => ({
      contents: sourceOfPack(PACKS[path]()),
      resolveDir: ROOT,
    }));
    // One copy of TensorFlow.js for those who import it and those who require it; with WebGL, numbers would be those of a graphics card.
    onResolve({ filter: /^@tensorflow\/tfjs-backend-webgl$/ }, ({ path }) => ({
      path,
      namespace: "left-out",
    }));
    onLoad({ filter: /.*/, namespace: "left-out" }, () => ({ contents: "" }));
    onResolve({ filter: /^@tensorflow\/tfjs(-[a-z-]+)?$/ }, ({ path, kind }) =>
      kind === "require-call" && path !== "@tensorflow/tfjs-node" ? packaged(path) : undefined,
    );
    onResolve({ filter: /^@tslab\/typescript-for-tslab$/ }, () => ({ path: "fork", namespace: "fork" }));
    onLoad({ filter: /.*/, namespace: "fork" }, () => ({
      contents: `module.exports = require(${JSON.stringify(join(KERNEL, "browser/packages.ts"))}).fork;`,
      resolveDir: ROOT,
    }));
    onResolve({ filter: MISSING }, ({ path, importer }) => {
      const user = ["danfojs-node", "@tensorflow/tfjs-data"].find((name) => importer.includes(name));
      return user && { path, namespace: "missing", pluginData: user };
    });
    onLoad({ filter: /.*/, namespace: "missing" }, ({ path, pluginData: user }) => {
      const file = JSON.stringify(join(KERNEL, "browser/missing-package.ts"));
      const contents = `module.exports = require(${file}).missingPackage(${JSON.stringify(path)}, ${JSON.stringify(user)});`;
      return { contents, resolveDir: ROOT };
    });
    onResolve({ filter: /^smooth-edges(\/|$)/ }, ({ path }) => {
      const { browser } = entries[`.${path.slice("smooth-edges".length)}`];
      return { path: browser ? join(ROOT, browser.default) : join(ROOT, "src/nn/index.ts") };
    });
    onResolve({ filter: /^\./ }, ({ path, importer }) => {
      const target = join(dirname(importer), path);
      // The kernel and the library share what both have.
      const own = target.startsWith(join(ROOT, "src") + sep) && moduleOfLibrary(target);
      if (own) return { path: own };
      if (target === join(LIBRARY, "platform/browser.mjs") && !importer.startsWith(KERNEL))
        return { path: join(KERNEL, "browser/platform.ts") };
      if (target === join(KERNEL, "browser/files")) return { path: `${target}.ts`, sideEffects: true };
      const standIn = STAND_INS.get(`${target}.ts`);
      return standIn && { path: standIn };
    });
    // The names of the library's classes and functions are shown to users; those of these packages are not.
    onLoad({ filter: /node_modules[\\/].*\.m?js$/ }, async ({ path }) => {
      // TensorFlow.js takes what has a `process` for Node.
      const define = path.includes("@tensorflow") ? { process: "undefined" } : {};
      const text = readFileSync(path, "utf8") + (WASM_BACKEND.test(path) ? WASM_SETTINGS : "");
      const { code } = await transform(text, { minify: true, target: "es2022", define });
      return { contents: code };
    });
    // A browser has no programs of their own.
    onLoad({ filter: /[\\/]figures[\\/].*\.ts$/ }, ({ path }) => ({
      contents: readFileSync(path, "utf8").replace(/\brequire\.main === module\b/, "false"),
      loader: "ts",
    }));
  },
};

async function main() {
  rmSync(OUTPUT, { recursive: true, force: true });
  const { metafile } = await build({
    entryPoints: [join(ROOT, "kernel/browser/index.ts")],
    outdir: OUTPUT,
    entryNames: "kernel",
    chunkNames: "[name].[hash]",
    outExtension: { ".js": ".mjs" },
    splitting: true,
    metafile: true,
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    define: {
      FILES: JSON.stringify(files()),
      SERVED: JSON.stringify(SERVED),
      __dirname: JSON.stringify(`${OWN}/dist/kernel/compiler`),
    },
    inject: [join(KERNEL, "browser/process.ts")],
    plugins: [browser],
    logLevel: "warning",
  });
  // A chart loads Vega, and nearly every notebook begins with one; what reads Parquet files waits for one.
  const later = /^pack:|^node_modules\/hyparquet/;
  const first = new Set(["kernel.mjs"]);
  for (const name of first)
    for (const { path, external } of metafile.outputs[`build/browser-kernel/${name}`].imports)
      if (!external && !later.test(metafile.outputs[path].entryPoint)) first.add(basename(path));
  writeFileSync(join(OUTPUT, "first.json"), JSON.stringify([...first]));
  for (const path of SERVED.filter((name) => !name.endsWith(".ipynb")))
    cpSync(join(ROOT, path), join(OUTPUT, "files", path));
  for (const name of WASM_FILES)
    cpSync(join(ROOT, "node_modules/@tensorflow/tfjs-backend-wasm/dist", name), join(OUTPUT, "files", name));
}

void main();
