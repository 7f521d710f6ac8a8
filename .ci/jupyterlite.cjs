// Writes build/jupyterlite/site, a JupyterLite with the kernel that runs in a Web Worker and with notebooks: `npm run jupyterlite`, after
// a build. JUPYTER names a jupyter that has `lite`: pip install jupyterlite-core jupyter-server.
const { execFileSync } = require("node:child_process");
const { createHash } = require("node:crypto");
const {
  cpSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} = require("node:fs");
const { join } = require("node:path");
const { gzipSync } = require("node:zlib");
const { buildSync } = require("esbuild");
const { installKernelSpec, ownKernelSpec } = require("../dist/kernel/kernelspec/kernelspec.js");
const { readNotebook, withJoinedTexts } = require("../dist/kernel/runner/notebook.js");
const { notebookChoice } = require("../dist/docs/site/playground.js");
const { version, license } = require("../package.json");

const ROOT = join(__dirname, "..");
const FOLDER = join(ROOT, "build/jupyterlite");
const EXTENSION = join(FOLDER, "smooth-edges-jupyterlite");
const KERNEL = join(ROOT, "build/browser-kernel");
const NOTEBOOKS = readdirSync(join(ROOT, "notebooks")).filter((name) => name.endsWith(".ipynb"));

/** Bytes that a first visit may load of ours, beside JupyterLite itself. */
const MAX_BYTES = 12e6;

/** The name of a file of that content, which a browser may keep for good. */
const named = (name, suffix, content) =>
  `${name}.${createHash("sha256").update(content).digest("hex").slice(0, 12)}.${suffix}`;

/** Writes the extension as JupyterLab's builder would, and returns the files that a first visit loads of it. */
function writeExtension() {
  execFileSync(process.execPath, [join(ROOT, ".ci/browser-kernel.cjs")], { cwd: ROOT, stdio: "inherit" });
  const kernel = readFileSync(join(KERNEL, "kernel.mjs"));
  const first = JSON.parse(readFileSync(join(KERNEL, "first.json"), "utf8"));
  const kernelFile = named("kernel", "mjs", kernel);
  const specFolder = installKernelSpec(ownKernelSpec(), join(FOLDER, "kernelspec"));
  const { outputFiles } = buildSync({
    entryPoints: [join(ROOT, "kernel/browser/jupyterlite/extension.ts")],
    bundle: true,
    write: false,
    format: "iife",
    platform: "browser",
    target: "es2022",
    minify: true,
    define: {
      VERSION: JSON.stringify(version),
      DISPLAY_NAME: JSON.stringify(ownKernelSpec().display_name),
      LOGO: JSON.stringify(readFileSync(join(specFolder, "logo-svg.svg"), "utf8")),
      KERNEL_FILE: JSON.stringify(kernelFile),
      KERNEL_MODULES: JSON.stringify(first.filter((name) => name !== "kernel.mjs")),
    },
    logLevel: "warning",
  });
  const entry = Buffer.from(outputFiles[0].contents);
  const entryFile = named("remoteEntry", "js", entry);
  const manifest = {
    name: "smooth-edges-jupyterlite",
    version,
    license,
    jupyterlab: {
      extension: true,
      outputDir: "static",
      _build: { load: `static/${entryFile}`, extension: "./extension" },
    },
  };
  const filter = (path) => !/kernel\.mjs$|first\.json$/.test(path);
  cpSync(KERNEL, join(EXTENSION, "static"), { recursive: true, filter });
  writeFileSync(join(EXTENSION, "package.json"), JSON.stringify(manifest));
  writeFileSync(join(EXTENSION, "static", entryFile), entry);
  writeFileSync(join(EXTENSION, "static", kernelFile), kernel);
  return [entry, ...first.map((name) => readFileSync(join(KERNEL, name)))];
}

/** What the site is to JupyterLite: its name, its kernel, and the notebooks that a visitor finds. */
function writeSource() {
  const config = {
    "jupyter-lite-schema-version": 0,
    "jupyter-config-data": { appName: "smooth-edges in JupyterLite", defaultKernelName: "smooth-edges" },
  };
  mkdirSync(join(FOLDER, "source/files"), { recursive: true });
  writeFileSync(join(FOLDER, "source/jupyter-lite.json"), JSON.stringify(config));
  for (const name of NOTEBOOKS) {
    // JupyterLite serves files as they are, and JupyterLab takes a list of lines for a list.
    const notebook = withJoinedTexts(readNotebook(join(ROOT, "notebooks", name)));
    for (const cell of notebook.cells) {
      if (cell.cell_type !== "markdown") continue;
      // The site has no other files of the repository, so that links to them become text.
      cell.source = cell.source.replace(/\[([^\]]+)\]\(\.\.\/[^)]*\)/g, "$1");
    }
    const { needs } = notebookChoice(`notebooks/${name}`, name);
    if (needs !== "")
      notebook.cells.splice(1, 0, { cell_type: "markdown", id: "in-a-browser", metadata: {}, source: needs });
    writeFileSync(join(FOLDER, "source/files", name), JSON.stringify(notebook));
  }
}

function main() {
  rmSync(FOLDER, { recursive: true, force: true });
  const files = writeExtension();
  writeSource();
  const options = ["--lite-dir", "source", "--output-dir", "site", "--contents", "files"];
  options.push(`--LiteBuildConfig.federated_extensions=${EXTENSION}`, "--ignore-sys-prefix");
  options.push("--no-sourcemaps");
  execFileSync(process.env.JUPYTER ?? "jupyter", ["lite", "build", ...options], {
    cwd: FOLDER,
    stdio: "inherit",
  });
  const own = join(FOLDER, "site/service-worker.js");
  renameSync(own, join(FOLDER, "site/jupyterlite-service-worker.js"));
  cpSync(join(ROOT, "kernel/browser/jupyterlite/service-worker.js"), own);
  const bytes = files.reduce((sum, file) => sum + file.length, 0);
  const compressed = files.reduce((sum, file) => sum + gzipSync(file).length, 0);
  process.stdout.write(
    `the kernel adds ${bytes} bytes to JupyterLite, ${compressed} of them where the server compresses\n`,
  );
  if (bytes > MAX_BYTES) throw new Error(`a first visit may load ${MAX_BYTES} bytes of ours, got ${bytes}`);
}

main();
