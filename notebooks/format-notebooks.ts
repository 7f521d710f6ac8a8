/** Breaks the lines of code cells where a page would cut them: `npm run format` does so to all notebooks. */
import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { readNotebook, sourceOf, writeNotebook } from "../kernel/runner/notebook";

const NOTEBOOKS = resolve(__dirname, "../../notebooks");
const BIOME = require.resolve("@biomejs/biome/bin/biome");

/** As many letters as the page of a notebook has room for. */
const LINE_WIDTH = 100;

/** The sources of cells in the layout of the repository's code, in their order. */
export function formatted(sources: readonly string[]): string[] {
  const folder = mkdtempSync(join(tmpdir(), "cells-"));
  try {
    const configuration = { root: true, formatter: { indentStyle: "space", lineWidth: LINE_WIDTH } };
    writeFileSync(join(folder, "biome.json"), JSON.stringify(configuration));
    mkdirSync(join(folder, "cells"));
    const paths = sources.map((_, k) => join(folder, "cells", `${k}.ts`));
    paths.forEach((path, k) => {
      writeFileSync(path, sources[k]);
    });
    execFileSync(process.execPath, [BIOME, "format", "--write", "cells"], { cwd: folder, stdio: "pipe" });
    return paths.map((path, k) => {
      const text = readFileSync(path, "utf8").trimEnd();
      if (sources[k].trimEnd().endsWith(";")) return text;
      // The value of a last line without a semicolon is what the cell shows; a text there is put in parentheses.
      return text.replace(/;$/, "").replace(/(^|\n)\((".*")\)$/, "$1$2");
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}

/** The paths of the notebooks of the repository. */
export function notebookPaths(): string[] {
  return readdirSync(NOTEBOOKS)
    .filter((file) => file.endsWith(".ipynb"))
    .sort()
    .map((file) => join(NOTEBOOKS, file));
}

/** Writes the notebooks anew of which a cell was laid out otherwise. */
function formatNotebooks(): void {
  for (const path of notebookPaths()) {
    const notebook = readNotebook(path);
    const cells = notebook.cells.filter(({ cell_type }) => cell_type === "code");
    const sources = cells.map(sourceOf);
    const layouts = formatted(sources);
    if (layouts.every((layout, k) => layout === sources[k])) continue;
    cells.forEach((cell, k) => {
      cell.source = layouts[k];
    });
    writeNotebook(path, notebook);
  }
}

if (require.main === module) formatNotebooks();
