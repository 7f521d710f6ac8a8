// Makes dist what the package has of it. It copies what the package contains of others: the files that it needs of packages of which it
// needs little. There Node finds them before a whole package, and a checkout that only the compiler built runs on the whole ones. And it
// lists the declarations that no entry of the package leads to in dist/.npmignore: no program can import them, and they took 1 MB. Comments go
// out of the JavaScript, 0.7 MB; the declarations keep them.
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
const ts = require("typescript");

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
  const inner = compiled(".d.ts").filter((file) => !reached.has(file));
  const lines = inner.map((file) => `/${relative(dist, file).split("\\").join("/")}`);
  writeFileSync(join(dist, ".npmignore"), `${lines.sort().join("\n")}\n`);
}

/** The files below two folders of dist that we compiled and whose name has an ending. */
function compiled(ending) {
  return ["src", "kernel"]
    .flatMap((folder) =>
      readdirSync(join(ROOT, "dist", folder), { recursive: true }).map((name) =>
        join(ROOT, "dist", folder, name),
      ),
    )
    .filter((file) => file.endsWith(ending) && !file.includes("node_modules"));
}

/** A program without the comments that end a line. Its lines and columns stay where they are, for source maps. */
function withoutComments(text) {
  const ranges = new Map();
  const collect = (node) => {
    const around = [
      ...(ts.getLeadingCommentRanges(text, node.getFullStart()) ?? []),
      ...(ts.getTrailingCommentRanges(text, node.getEnd()) ?? []),
    ];
    for (const range of around) ranges.set(range.pos, range);
    ts.forEachChild(node, collect);
  };
  collect(ts.createSourceFile("module.js", text, ts.ScriptTarget.Latest, false, ts.ScriptKind.JS));
  let rest = "";
  let from = 0;
  for (const { pos, end } of [...ranges.values()].sort((a, b) => a.pos - b.pos)) {
    const comment = text.slice(pos, end);
    const endsLine = end === text.length || text[end] === "\n";
    if (!endsLine || comment.startsWith("//#") || comment.startsWith("#!")) continue;
    rest += text.slice(from, pos).replace(/ +$/, "") + comment.replace(/[^\n]/g, "");
    from = end;
  }
  return rest + text.slice(from);
}

function stripComments() {
  for (const file of compiled(".js")) {
    const text = readFileSync(file, "utf8");
    const stripped = withoutComments(text);
    if (stripped !== text) writeFileSync(file, stripped);
  }
}

module.exports = { BUNDLED };

if (require.main === module) {
  bundle();
  ignoreInnerDeclarations();
  stripComments();
}
