// Writes build/browser-kernel/kernel.mjs, the kernel that runs in a Web Worker, with all that it needs in one module: the compiler of
// cells, TypeScript, the declarations that it reads, the library with its data, and Vega: `npm run browser-kernel`, after a build.
const { existsSync, readdirSync, readFileSync } = require("node:fs");
const { dirname, join, relative, sep } = require("node:path");
const { build, transform } = require("esbuild");

const { withoutComments } = require("../dist/kernel/compiler/source-files");

const ROOT = join(__dirname, "..");
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

/** The entries that a browser has, with their declarations, and what cells have of the kernel. */
function ownManifest() {
  const inBrowser = Object.entries(entries).filter(([, { browser }]) => browser !== undefined);
  const exports = Object.fromEntries(inBrowser.map(([name, { node }]) => [name, { types: node.types }]));
  return { ...manifest, exports: { ...exports, "./kernel": entries["./kernel"] } };
}

/** The texts that the compiler reads and the data, by their paths in the kernel's memory. */
function files() {
  const found = new Map([[`${OWN}/package.json`, JSON.stringify(ownManifest())]]);
  const take = (from, to) => found.set(to, readFileSync(join(ROOT, from), "utf8"));
  for (const path of filesBelow(join(ROOT, "dist/src"), /^(?!nn\/|node_modules\/).*\.d\.ts$/))
    take(`dist/src/${path}`, `${OWN}/dist/src/${path}`);
  for (const path of filesBelow(join(ROOT, "data"), /\.csv$/)) take(`data/${path}`, `${OWN}/data/${path}`);
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
  found.set(`${types}/index.d.ts`, `${references.join("\n")}\n`);
  found.set(`${types}/package.json`, '{ "name": "@types/node", "version": "22.0.0", "types": "index.d.ts" }');
  return Object.fromEntries(found);
}

/** The file of dist/browser for a source of the library. */
function moduleOfLibrary(source) {
  const stem = join(LIBRARY, relative(join(ROOT, "src"), source).replace(/\.ts$/, ""));
  return [`${stem}.mjs`, join(stem, "index.mjs")].find(existsSync);
}

/** Packages and modules of Node that danfojs-node asks for and that a browser has not. */
const MISSING =
  /^(@tensorflow\/tfjs-node|mathjs|xlsx|request|node-fetch|stream-json(\/.*)?|plotly\.js-dist-min|fs|stream)$/;

const browser = {
  name: "browser",
  setup({ onLoad, onResolve, resolve }) {
    const packaged = (name) => resolve(name, { kind: "import-statement", resolveDir: ROOT });
    onResolve({ filter: /^(node:)?path$/ }, () => packaged("path-browserify"));
    onResolve({ filter: /^node:fs$/ }, () => ({ path: join(KERNEL, "browser/files.ts") }));
    onResolve({ filter: /^node:/ }, ({ importer }) =>
      importer === NODE_MODULES ? packaged("node-inspect-extracted") : { path: NODE_MODULES },
    );
    onResolve({ filter: /^@tslab\/typescript-for-tslab$/ }, () => ({ path: "fork", namespace: "fork" }));
    onLoad({ filter: /.*/, namespace: "fork" }, () => ({
      contents: `module.exports = require(${JSON.stringify(join(KERNEL, "browser/packages.ts"))}).fork;`,
      resolveDir: ROOT,
    }));
    onResolve({ filter: MISSING }, ({ path, importer }) =>
      importer.includes("danfojs-node") ? { path, namespace: "missing" } : undefined,
    );
    onLoad({ filter: /.*/, namespace: "missing" }, ({ path }) => {
      const file = JSON.stringify(join(KERNEL, "browser/missing-package.ts"));
      const contents = `module.exports = require(${file}).missingPackage(${JSON.stringify(path)});`;
      return { contents, resolveDir: ROOT };
    });
    onResolve({ filter: /^smooth-edges(\/|$)/ }, ({ path }) => ({
      path: join(ROOT, entries[`.${path.slice("smooth-edges".length)}`].browser.default),
    }));
    onResolve({ filter: /^\./ }, ({ path, importer }) => {
      const target = join(dirname(importer), path);
      // The kernel and the library share what both have.
      if (target.startsWith(join(ROOT, "src") + sep)) return { path: moduleOfLibrary(target) };
      if (target === join(LIBRARY, "platform/browser.mjs") && !importer.startsWith(KERNEL))
        return { path: join(KERNEL, "browser/platform.ts") };
      if (target === join(KERNEL, "browser/files")) return { path: `${target}.ts`, sideEffects: true };
      const standIn = STAND_INS.get(`${target}.ts`);
      return standIn && { path: standIn };
    });
    // The names of the library's classes and functions are shown to users; those of these packages are not.
    onLoad({ filter: /node_modules[\\/].*\.m?js$/ }, async ({ path }) => ({
      contents: (await transform(readFileSync(path, "utf8"), { minify: true, target: "es2022" })).code,
    }));
  },
};

async function main() {
  await build({
    entryPoints: [join(ROOT, "kernel/browser/index.ts")],
    outfile: join(ROOT, "build/browser-kernel/kernel.mjs"),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minifyWhitespace: true,
    minifySyntax: true,
    legalComments: "none",
    define: { FILES: JSON.stringify(files()), __dirname: JSON.stringify(`${OWN}/dist/kernel/compiler`) },
    inject: [join(KERNEL, "browser/process.ts")],
    plugins: [browser],
    logLevel: "warning",
  });
}

void main();
