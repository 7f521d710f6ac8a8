// Writes build/browser-kernel/kernel.mjs, the kernel that runs in a Web Worker, with all that it needs in one module: `npm run
// browser-kernel`, after a build.
const { join } = require("node:path");
const { build } = require("esbuild");

const ROOT = join(__dirname, "..");

async function main() {
  await build({
    entryPoints: [join(ROOT, "kernel/browser/index.ts")],
    outfile: join(ROOT, "build/browser-kernel/kernel.mjs"),
    bundle: true,
    format: "esm",
    platform: "browser",
    target: "es2022",
    minify: true,
    logLevel: "warning",
  });
}

void main();
