import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Locator } from "playwright-core";
import { ROOT } from "../support/tracked-files";
import { type JupyterLab, labFor } from "./jupyter-lab";

const CELLS = [
  'import { SmoothLasso } from "smooth-edges";\nimport { loadDiabetes } from "smooth-edges/data";\nconst { columns, response } = loadDiabetes();\nnew SmoothLasso({ lambda: 1 }).fit(columns, response)',
  "new SmoothLasso().path(columns, response)",
  "new SmoothLasso().crossValidate(columns, response, { folds: 5 })",
  // Asked before each lambda whether to stop, this path takes as long as a large one, and the thread stands still.
  "const slowly = { get aborted() { const end = Date.now() + 60; while (Date.now() < end); return false; } };\nnew SmoothLasso().path(columns, response, { signal: slowly }).status",
  "loadDiabetes()",
  '({ $schema: "https://vega.github.io/schema/vega-lite/v6.json", data: { values: [{ a: 1 }, { a: 2 }] }, mark: "bar", encoding: { x: { field: "a", type: "quantitative" } } })',
  '({ $schema: "https://vega.github.io/schema/vega/v6.json", width: 90, height: 40, marks: [{ type: "rect", encode: { enter: { x: { value: 0 }, x2: { value: 90 }, y: { value: 0 }, y2: { value: 40 }, fill: { value: "teal" } } } }] })',
];

/** Bars that are drawn, of whatever length. */
const BAR = 'span[style*="background-color"][style*="height"]';

async function widths(bars: Locator): Promise<number[]> {
  return bars.evaluateAll((elements) => elements.map((element) => element.getBoundingClientRect().width));
}

describe("rich display in JupyterLab", function () {
  this.timeout(300_000);
  let lab: JupyterLab;

  before(async function () {
    lab = await labFor(this);
    await lab.openCells("display.ipynb", CELLS);
  });
  after(() => lab?.stop());

  it("draws bars beside coefficients, and the certificate in lights", async () => {
    await lab.finish(0);
    const output = lab.output(0);
    const drawn = await widths(output.locator(`table ${BAR}`));
    assert.equal(drawn.length, 7);
    assert.ok(drawn[0] > 40 && drawn.every((width) => width >= 1), `${drawn}`);
    assert.match(String(await output.textContent()), /✓ duality gap/);
    await lab.screenshot("bars");
  });

  it("shows paths, cross-validations and data as tables", async () => {
    for (const k of [1, 2, 4]) {
      await lab.finish(k);
      assert.ok((await lab.output(k).locator("table tr").count()) >= 3);
    }
    await lab.cell(2).scrollIntoViewIfNeeded();
    await lab.screenshot("tables");
  });

  it("draws specifications that name version 6 of Vega-Lite and of Vega", async () => {
    for (const k of [5, 6]) {
      await lab.finish(k);
      await lab.chart(k).waitFor();
      await lab.cell(k).scrollIntoViewIfNeeded();
      await lab.screenshot(`version-6-${k === 5 ? "vega-lite" : "vega"}`);
    }
  });

  it("moves a bar by itself while a long path keeps the thread busy", async () => {
    await lab.run(3);
    const bar = lab.output(3).locator(`${BAR} ${BAR}`);
    await bar.waitFor();
    const seen: number[] = [];
    while (seen.length < 3) {
      const [width] = await widths(bar);
      if (width > (seen.at(-1) ?? 0)) seen.push(width);
      if (seen.length === 2) await lab.screenshot("progress");
      await lab.page.waitForTimeout(150);
    }
    await lab.status("Busy").waitFor();
    const text = String(await lab.output(3).textContent());
    assert.match(text, /SmoothLasso\.path .*\d+ of \d+, .*\/s, .* s to go, lambda \S+, \d+ features/);
    await lab.done(3);
    assert.match(String(await lab.output(3).textContent()), /100 %/);
  });

  it("is readable on a dark background", async () => {
    await lab.command("apputils:change-theme", { theme: "JupyterLab Dark" });
    // Texts have JupyterLab's own colour, which is light there once the theme's style sheet has arrived.
    await lab.page.waitForFunction(
      "/\\d+/.exec(getComputedStyle(document.querySelector('.jp-OutputArea-output td')).color)[0] > 180",
    );
    await lab.page.locator("#jupyterlab-splash").waitFor({ state: "detached" }); // it covers the page meanwhile
    await lab.cell(0).scrollIntoViewIfNeeded();
    await lab.screenshot("bars-dark");
    await lab.cell(3).scrollIntoViewIfNeeded();
    await lab.screenshot("tables-dark");
    await lab.command("apputils:change-theme", { theme: "JupyterLab Light" });
  });

  it("keeps its bars in a notebook that JupyterLab does not trust", async () => {
    const folder = mkdtempSync(join(tmpdir(), "untrusted-"));
    try {
      const path = join(folder, "untrusted.ipynb");
      const cell = { cell_type: "code", metadata: {}, execution_count: null, outputs: [] };
      const cells = [{ ...cell, id: "fit", source: [CELLS[0]] }];
      writeFileSync(path, JSON.stringify({ cells, metadata: {}, nbformat: 4, nbformat_minor: 5 }));
      const run = spawnSync(process.execPath, [join(ROOT, "dist/kernel/cli/cli.js"), "run", path], {
        cwd: ROOT,
      });
      assert.equal(run.status, 0, String(run.stderr));
      await lab.open("untrusted.ipynb", readFileSync(path, "utf8"));
    } finally {
      rmSync(folder, { recursive: true });
    }
    const drawn = await widths(lab.output(0).locator(`table ${BAR}`));
    assert.equal(drawn.length, 7);
    assert.ok(drawn[0] > 40, `${drawn}`);
    await lab.screenshot("bars-untrusted");
  });
});
