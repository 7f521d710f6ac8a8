// Writes build/smooth-edges.min.js, the library as one script that defines `smoothEdges`, for pages without a bundler: `npm run browser-script`,
// after a build, of whose modules for browsers it is made.
const { readFileSync } = require("node:fs");
const { join } = require("node:path");
const { build } = require("esbuild");

const ROOT = join(__dirname, "..");
const { exports: entries, name, version } = require("../package.json");

/** The root's exports by their own names, and those of each other entry below its name, such as `plot.pathPlot`. */
function program() {
  return Object.entries(entries)
    .filter(([, entry]) => entry.browser)
    .map(([path, { browser }]) => {
      const names = path === "." ? "*" : `* as ${path.slice(2)}`;
      return `export ${names} from "${browser.default}";`;
    })
    .join("\n");
}

/** What the scripts of Vega define, which a page loads if it draws charts. */
const GLOBALS = { vega: "vega", "vega-lite": "vegaLite" };

const globals = {
  name: "globals",
  setup({ onLoad, onResolve }) {
    onResolve({ filter: /^vega(-lite)?$/ }, ({ path }) => ({ path, namespace: "globals" }));
    onLoad({ filter: /.*/, namespace: "globals" }, ({ path }) => ({
      contents: `if (!globalThis.${GLOBALS[path]})
  throw new Error("Chart: the page must load the script of ${path} 5, got none; put it before that of ${name}");
module.exports = globalThis.${GLOBALS[path]};`,
    }));
  },
};

const licenceOf = (path) => readFileSync(join(ROOT, path), "utf8").trim();

void build({
  stdin: { contents: program(), resolveDir: ROOT },
  outfile: join(ROOT, "build/smooth-edges.min.js"),
  bundle: true,
  minify: true,
  format: "iife",
  globalName: "smoothEdges",
  platform: "browser",
  target: "es2022",
  external: ["hyparquet", "hyparquet-compressors"],
  banner: {
    js: `/*! ${name} ${version}\n${licenceOf("LICENSE")}\n\npure-rand\n${licenceOf("node_modules/pure-rand/LICENSE")}\n*/`,
  },
  plugins: [globals],
  logLevel: "warning",
});
