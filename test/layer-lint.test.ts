import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { LAYERS, PACKAGES } from "./support/layers";
import { ROOT } from "./support/tracked-files";

const BIOME = join(ROOT, "node_modules/@biomejs/biome/bin/biome");
const FILES = new Set(["errors", "options", "json-number", "json-record", "recipe", "index"]);

/** An import that the linter should pass or refuse. */
interface Probe {
  readonly path: string;
  readonly specifier: string;
  readonly refused: boolean;
}

/** For every layer one import of every other layer and of every package. */
function probes(): Probe[] {
  const files = LAYERS.map((layer) => ({
    layer,
    path: FILES.has(layer.name) ? `src/${layer.name}.ts` : `src/${layer.name}/probe.ts`,
  }));
  const plot = files.find(({ layer }) => layer.name === "plot");
  if (plot) files.push({ ...plot, path: "src/plot/render.ts" });
  const frame = files.find(({ layer }) => layer.name === "frame");
  if (frame) files.push({ ...frame, path: "src/frame/summary.ts" });
  return files.flatMap(({ layer, path }) => {
    const up = FILES.has(layer.name) ? "./" : "../";
    const others = LAYERS.filter(({ name }) => name !== layer.name && name !== "index").map(({ name }) => ({
      path,
      specifier: FILES.has(name) ? `${up}${name}` : `${up}${name}/member`,
      refused: ![...layer.uses, ...(layer.knows ?? [])].includes(name),
    }));
    const packages = Object.entries(PACKAGES).map(([name, homes]) => ({
      path,
      specifier: { "node:": "node:fs", "pure-rand": "pure-rand/generator/xoroshiro128plus" }[name] ?? name,
      refused: !homes.some((home) => path.startsWith(home)),
    }));
    return [...others, ...packages, { path, specifier: `${up}../kernel/cli`, refused: true }];
  });
}

/** The probes that the linter refuses, as `path specifier`. */
function lint(all: readonly Probe[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "layers-"));
  try {
    for (const file of ["biome.json", "biome.layers.json"]) cpSync(join(ROOT, file), join(folder, file));
    const byFile = new Map<string, Probe[]>();
    for (const probe of all) byFile.set(probe.path, [...(byFile.get(probe.path) ?? []), probe]);
    for (const [path, imports] of byFile) {
      mkdirSync(dirname(join(folder, path)), { recursive: true });
      writeFileSync(join(folder, path), imports.map(({ specifier }) => `import "${specifier}";\n`).join(""));
    }
    const options = ["--vcs-enabled=false", "--max-diagnostics=none", "--reporter=github"];
    const only = "--only=style/noRestrictedImports";
    const { stdout } = spawnSync(process.execPath, [BIOME, "lint", ...options, only], {
      cwd: folder,
      encoding: "utf8",
    });
    return [...stdout.matchAll(/file=[^,\n]*?(src\/[^,\n]+),line=(\d+)/g)].map(([, path, line]) => {
      const probe = byFile.get(path)?.[Number(line) - 1];
      return `${path} ${probe?.specifier}`;
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

describe("the lint rules of the layers", () => {
  it("refuse every import that the table refuses, and no other", () => {
    const all = probes();
    const expected = all
      .filter(({ refused }) => refused)
      .map(({ path, specifier }) => `${path} ${specifier}`);
    assert.deepEqual(lint(all).sort(), expected.sort());
  });
});
