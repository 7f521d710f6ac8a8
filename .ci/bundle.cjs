// Makes dist what the package has of it. It copies what the package contains of others: the files that it needs of packages of which it
// needs little. There Node finds them before a whole package, and a checkout that only the compiler built runs on the whole ones. And it
// lists the declarations that no entry of the package leads to in dist/.npmignore: no program can import them, and they took 1 MB.
const {
  copyFileSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} = require("node:fs");
const { dirname, join, relative } = require("node:path");

const ROOT = join(__dirname, "..");

/** Each package with the folder of `dist` whose code uses it, and the files that are copied beside its package.json. */
const BUNDLED = [
  // The fonts of charts: 2.2 MB of the package's 12.
  {
    name: "dejavu-fonts-ttf",
    into: "src",
    files: ["LICENSE", "ttf/DejaVuSans.ttf", "ttf/DejaVuSans-Bold.ttf", "ttf/DejaVuSans-Oblique.ttf"],
  },
  // The converter of cells; tslab itself would bring a compiler of its own and a bundler, 48 MB.
  {
    name: "tslab",
    into: "kernel",
    files: ["LICENSE", "dist/converter.js", "dist/public.d.ts", "dist/tspath.js", "dist/util.js"],
  },
];

/** The compiler that the converter asks for by name. The kernel puts TypeScript into its place, so an empty one is enough. */
const FORK = "@tslab/typescript-for-tslab";

function bundle() {
  for (const { name, into, files } of BUNDLED) {
    const folder = join(ROOT, "dist", into, "node_modules", name);
    rmSync(folder, { recursive: true, force: true });
    for (const file of ["package.json", ...files]) {
      mkdirSync(dirname(join(folder, file)), { recursive: true });
      copyFileSync(join(ROOT, "node_modules", name, file), join(folder, file));
    }
  }
  const fork = join(ROOT, "dist/kernel/node_modules", FORK);
  mkdirSync(fork, { recursive: true });
  writeFileSync(
    join(fork, "package.json"),
    JSON.stringify({ name: FORK, version: "5.0.4", main: "index.js" }),
  );
  writeFileSync(join(fork, "index.js"), "");
}

/** What a declaration imports, by its path or by a comment. */
const IMPORTED = /(?:from|import\()\s*"(\.[^"]+)"|<reference path="([^"]+)"/g;

/** The declarations that an entry of the package leads to, the globals of cells among the entries. */
function reachedDeclarations() {
  const { exports: entries } = require("../package.json");
  const next = [join(ROOT, "dist/kernel/notebook-api/cell-globals.d.ts")];
  for (const entry of Object.values(entries)) {
    const types = entry.types ?? entry.require?.types;
    if (types) next.push(join(ROOT, types));
  }
  const reached = new Set();
  for (let file = next.pop(); file; file = next.pop()) {
    if (reached.has(file)) continue;
    reached.add(file);
    for (const [, imported, referenced] of readFileSync(file, "utf8").matchAll(IMPORTED)) {
      const path = join(dirname(file), imported ?? referenced);
      const found = [path, `${path}.d.ts`, join(path, "index.d.ts")].find(
        (name) => name.endsWith(".d.ts") && existsSync(name),
      );
      if (found) next.push(found);
    }
  }
  return reached;
}

function ignoreInnerDeclarations() {
  const reached = reachedDeclarations();
  const dist = join(ROOT, "dist");
  const inner = ["src", "kernel"]
    .flatMap((folder) =>
      readdirSync(join(dist, folder), { recursive: true }).map((name) => join(dist, folder, name)),
    )
    .filter((file) => file.endsWith(".d.ts") && !file.includes("node_modules") && !reached.has(file));
  const lines = inner.map((file) => `/${relative(dist, file).split("\\").join("/")}`);
  writeFileSync(join(dist, ".npmignore"), `${lines.sort().join("\n")}\n`);
}

module.exports = { BUNDLED };

if (require.main === module) {
  bundle();
  ignoreInnerDeclarations();
}
