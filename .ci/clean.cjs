// Takes out of dist what no source makes any more, before a build: `npm run clean`. What a build writes again stays until then, since
// kernels, and whatever else runs from dist, load most of it when it is needed. What is not compiled from one source each, it keeps:
// WebAssembly, and dist/browser, which `npm run browser` clears itself.
const { existsSync, readdirSync, rmSync } = require("node:fs");
const { join, relative } = require("node:path");

/** Modules, declarations and source maps by the name of their source. */
const MADE = /\.(?:d\.ts|js|js\.map)$/;

/** The files of `root`/dist to take out. */
function staleFiles(root) {
  const dist = join(root, "dist");
  if (!existsSync(dist)) return [];
  return readdirSync(dist, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath ?? entry.path, entry.name))
    .filter((file) => !MADE.test(file) || !existsSync(join(root, relative(dist, file).replace(MADE, ".ts"))))
    .filter((file) => !/\.(?:wasm|mjs|d\.mts)$/.test(file));
}

module.exports = { staleFiles };

if (require.main === module) for (const file of staleFiles(join(__dirname, ".."))) rmSync(file);
