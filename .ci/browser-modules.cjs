// Writes dist/browser, the library as modules for browsers and for whatever else takes only modules: `npm run browser`, part of a
// build. Each entry of package.json with the condition `browser` becomes a module and its declarations, and so does every source that it
// reaches. Sources that import each other in a cycle share one module, since bundlers warn of cycles.
const { existsSync, readFileSync, rmSync, writeFileSync } = require("node:fs");
const { dirname, join, relative } = require("node:path");
const { build } = require("esbuild");

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, "dist/browser");
const SOURCES = join(ROOT, "src");
const FACES = ["DejaVuSans", "DejaVuSans-Bold"];
const { exports: entries } = require("../package.json");

/** The tables of a TrueType file by name. */
function tablesOf(font) {
  const tables = new Map();
  for (let i = 0; i < font.readUInt16BE(4); i++) {
    const record = 12 + 16 * i;
    const start = font.readUInt32BE(record + 8);
    tables.set(
      font.toString("latin1", record, record + 4),
      font.subarray(start, start + font.readUInt32BE(record + 12)),
    );
  }
  return tables;
}

/** A TrueType file with nothing but what src/plot/rendering/fonts.ts reads: the widths of letters. */
function widthsOnly(font) {
  const { head, hhea, hmtx, cmap } = Object.fromEntries(tablesOf(font));
  const nMetrics = hhea.readUInt16BE(34);
  const widths = Buffer.from(hmtx.subarray(0, 4 * nMetrics));
  for (let i = 0; i < nMetrics; i++) widths.writeUInt16BE(0, 4 * i + 2); // where a letter begins, which does not widen it
  const subtables = Array.from({ length: cmap.readUInt16BE(2) }, (_, i) => cmap.readUInt32BE(8 + 8 * i));
  const letters = subtables.find((start) => cmap.readUInt16BE(start) === 12);
  const map = Buffer.concat([
    Buffer.from([0, 0, 0, 1, 0, 3, 0, 10, 0, 0, 0, 12]),
    cmap.subarray(letters, letters + cmap.readUInt32BE(letters + 4)),
  ]);
  const kept = Object.entries({ cmap: map, head, hhea, hmtx: widths });
  const directory = Buffer.alloc(12 + 16 * kept.length);
  directory.writeUInt32BE(0x00010000, 0);
  directory.writeUInt16BE(kept.length, 4);
  let end = directory.length;
  kept.forEach(([name, table], i) => {
    directory.write(name, 12 + 16 * i, "latin1");
    directory.writeUInt32BE(end, 12 + 16 * i + 8);
    directory.writeUInt32BE(table.length, 12 + 16 * i + 12);
    end += table.length;
  });
  return Buffer.concat([directory, ...kept.map(([, table]) => table)]);
}

const base64Of = (path) => readFileSync(path).toString("base64");
const fontOf = (face) => readFileSync(require.resolve(`dejavu-fonts-ttf/ttf/${face}.ttf`));

/** The source that a specifier names in another one. */
function sourceOf(importer, specifier) {
  if (specifier === "#platform") return join(SOURCES, "platform/browser.ts");
  if (specifier === "#drawing") return join(SOURCES, "platform/drawing-browser.ts");
  const path = join(dirname(importer), specifier);
  return existsSync(`${path}.ts`) ? `${path}.ts` : join(path, "index.ts");
}

/**
 * Keeps every source a module of its own, so that a bundler takes only those that a page uses, but for those of `together`, which become
 * one at the top of the folder.
 *
 * @param imports gets the sources that each one imports.
 * @param exported the names that sources export, as far as they are known: a module is imported name by name then, since a bundler keeps
 * the object that esbuild makes of a whole module within another one.
 */
const apart = (imports, together = [], exported = new Map()) => ({
  name: "apart",
  setup({ onLoad, onResolve }) {
    // In a browser nothing is loaded when it is first used: what a page does not use, its bundler leaves out. Nobody gets as far as
    // what needs threads.
    onLoad({ filter: /[\\/]src[\\/](estimators|frame)[\\/].*\.ts$/ }, ({ path }) => {
      let imported = "";
      const text = readFileSync(path, "utf8").replace(/require\("(\.[^"]+)"\)/g, (_, file) => {
        if (/threads/.test(file)) return "undefined";
        const names = exported.get(sourceOf(path, file));
        const local = `${names ? "" : "all_"}${file.replace(/\W/g, "_")}_`;
        if (!names) {
          imported += `import * as ${local} from "${file}";\n`;
          return local;
        }
        imported += `import { ${names.map((name) => `${name} as ${local}${name}`)} } from "${file}";\n`;
        return `({ ${names.map((name) => `${name}: ${local}${name}`)} })`;
      });
      return { contents: imported + text, loader: "ts" };
    });
    onResolve({ filter: /^[.#]/ }, ({ path, importer, kind }) => {
      if (kind === "entry-point") return undefined;
      const source = sourceOf(importer, path);
      if (!imports.has(importer)) imports.set(importer, new Set());
      imports.get(importer).add(source);
      if (together.includes(source)) return { path: source };
      const from = together.length > 0 ? SOURCES : dirname(importer);
      const output = relative(from, source).replaceAll("\\", "/").replace(/\.ts$/, ".mjs");
      return { path: output.startsWith(".") ? output : `./${output}`, external: true };
    });
  },
});

/** The sources that import each other, in groups: the strongly connected components of more than one, by Tarjan's algorithm. */
function cyclesOf(imports) {
  const cycles = [];
  const stack = [];
  const numbers = new Map();
  let count = 0;
  /** The smallest number of a source on the stack that this one leads to. */
  const visit = (source) => {
    const own = count++;
    let least = own;
    numbers.set(source, own);
    stack.push(source);
    for (const other of imports.get(source) ?? []) {
      if (!numbers.has(other)) least = Math.min(least, visit(other));
      else if (stack.includes(other)) least = Math.min(least, numbers.get(other));
    }
    if (least === own) {
      const component = stack.splice(stack.indexOf(source));
      if (component.length > 1) cycles.push(component.sort());
    }
    return least;
  };
  for (const source of imports.keys()) if (!numbers.has(source)) visit(source);
  return cycles;
}

async function main() {
  rmSync(FOLDER, { recursive: true, force: true });
  const modules = Object.values(entries).filter((entry) => entry.browser);
  const sources = modules.map(({ node }) =>
    join(ROOT, node.default.replace(/^\.\/dist\/(.*)\.js$/, "$1.ts")),
  );
  const imports = new Map();
  const settings = {
    outbase: SOURCES,
    outdir: FOLDER,
    outExtension: { ".js": ".mjs" },
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    packages: "external",
    minifyWhitespace: true, // A page minifies them anyhow, and an installation for Node has them too.
    define: {
      KERNELS_BASE64: JSON.stringify(base64Of(join(ROOT, "dist/src/simd/kernels.wasm"))),
      ...Object.fromEntries(
        ["breast-cancer", "diabetes", "digits", "wine"].map((name) => [
          `${name.replace("-", "_").toUpperCase()}_CSV`,
          JSON.stringify(readFileSync(join(ROOT, `data/${name}.csv`), "utf8")),
        ]),
      ),
      FONTS_BASE64: JSON.stringify(
        Object.fromEntries(FACES.map((face) => [face, widthsOnly(fontOf(face)).toString("base64")])),
      ),
    },
    plugins: [apart(imports)],
    logLevel: "warning",
  };
  const done = new Set();
  const exported = new Map();
  for (let entryPoints = sources; entryPoints.length > 0; ) {
    const { metafile } = await build({ ...settings, entryPoints, metafile: true });
    for (const source of entryPoints) done.add(source);
    for (const { entryPoint, exports } of Object.values(metafile.outputs))
      exported.set(join(process.cwd(), entryPoint), exports);
    const found = new Set([...imports.values()].flatMap((imported) => [...imported]));
    entryPoints = [...found].filter((source) => !done.has(source));
  }
  for (const together of cyclesOf(imports))
    await build({
      ...settings,
      entryPoints: together,
      splitting: true,
      chunkNames: "cycle-[hash]",
      plugins: [apart(new Map(), together, exported)],
    });
  for (const { browser, node } of modules) {
    const file = join(ROOT, browser.types);
    const declarations = relative(dirname(file), join(ROOT, node.types)).replaceAll("\\", "/");
    writeFileSync(file, `export * from "${declarations.replace(/\.d\.ts$/, ".js")}";\n`);
  }
}

void main();
