import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../support/tracked-files";
import { type JupyterLab, labFor } from "./jupyter-lab";

const CELLS = [
  'import { SmoothLasso } from "smooth-edges";\nimport { loadDiabetes } from "smooth-edges/data";\nimport { pathPlot } from "smooth-edges/plot";\nconst { columns, response } = loadDiabetes();\nconst fit = new SmoothLasso({ lambda: 1 }).fit(columns, response);\nfit',
  "const path = new SmoothLasso().path(columns, response);\npathPlot(path)",
  "while (true) {}",
  "await new Promise(() => {})",
  "fit.lambda * 2",
  "fit.",
  "null.length",
  'for (let k = 0; k < 3; k++) {\n  await new Promise((resolve) => setTimeout(resolve, 50));\n  console.log("step", k);\n}',
  "fit.predict",
];

/** One each of data frames, groups, files, and two of networks. */
const RUN_HERE = [
  "01-first-fit.ipynb",
  "07-group-sparsity.ipynb",
  "18-real-data.ipynb",
  "20-feature-and-modality-selection.ipynb",
  "21-how-deep.ipynb",
];

describe("JupyterLab in a browser", function () {
  this.timeout(300_000);
  let lab: JupyterLab;

  before(async function () {
    lab = await labFor(this);
  });
  after(() => lab?.stop());

  describe("opens a notebook of our kernel, and", () => {
    before(() => lab.openCells("cells.ipynb", CELLS));

    it("shows a fit as a table with its certificate", async () => {
      await lab.finish(0);
      const output = lab.output(0);
      assert.ok((await output.locator("table tr").count()) > 5);
      assert.match(String(await output.textContent()), /duality gap/);
      await lab.screenshot("fit");
    });

    it("draws a chart of a path", async () => {
      await lab.finish(1);
      await lab.chart(1).waitFor();
      const box = await lab.chart(1).boundingBox();
      assert.ok(box && box.width > 300 && box.height > 200, JSON.stringify(box));
      await lab.cell(1).scrollIntoViewIfNeeded();
      await lab.screenshot("path");
    });

    for (const [what, k] of [
      ["a synchronous loop", 2],
      ["a pending promise", 3],
    ] as const) {
      it(`stops ${what} by its stop button, and keeps what was declared`, async () => {
        await lab.run(k);
        await lab.status("Busy").waitFor();
        await lab.page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
        await lab.status("Idle").waitFor();
        assert.match(String(await lab.output(k).textContent()), /interrupted/i);
        await lab.finish(4);
        assert.equal(await lab.output(4).textContent(), "2");
      });
    }

    it("completes members at Tab", async () => {
      await lab.cell(5).locator(".cm-content").click();
      await lab.page.keyboard.press("Control+End");
      await lab.page.keyboard.press("Tab");
      const menu = lab.page.locator(".jp-Completer");
      await menu.getByText("certificate", { exact: true }).waitFor();
      await lab.screenshot("completion");
      await lab.page.keyboard.press("Escape");
    });

    it("tells a signature at Shift+Tab", async () => {
      await lab.cell(8).locator(".cm-content").click();
      await lab.page.keyboard.press("Control+End");
      await lab.page.keyboard.press("Shift+Tab");
      const tooltip = lab.page.locator(".jp-Tooltip");
      await tooltip.waitFor();
      assert.match(String(await tooltip.textContent()), /predict\(X: /);
      await lab.page.keyboard.press("Escape");
    });

    it("shows an error with its name, its message and the line of the cell", async () => {
      await lab.finish(6);
      const text = String(await lab.output(6).textContent());
      assert.match(text, /null/);
      assert.doesNotMatch(text, /node:internal|dist\/kernel/);
    });

    it("prints while a cell runs, in order", async () => {
      await lab.finish(7);
      assert.equal((await lab.output(7).textContent())?.trim(), "step 0\nstep 1\nstep 2");
    });

    it("forgets everything at a restart, and works again", async () => {
      await lab.restart();
      await lab.run(4);
      await lab.output(4).filter({ hasText: /fit/ }).waitFor();
      await lab.finish(0);
      assert.match(String(await lab.output(0).textContent()), /duality gap/);
    });
  });

  for (const name of readdirSync(join(ROOT, "notebooks")).filter((file) => file.endsWith(".ipynb"))) {
    it(`draws each chart of ${name} as it is committed`, async () => {
      const notebook = readFileSync(join(ROOT, "notebooks", name), "utf8");
      await lab.open(name, notebook);
      await assertChartsDrawn(lab, name, chartCells(notebook));
    });
  }

  // nbconvert runs all of them through the same protocol.
  for (const name of RUN_HERE) {
    it(`runs every cell of ${name} and draws each of its charts`, async () => {
      const committed = readFileSync(join(ROOT, "notebooks", name), "utf8");
      const notebook = JSON.parse(committed) as Notebook;
      const code = notebook.cells.filter(({ cell_type }) => cell_type === "code");
      for (const cell of code) Object.assign(cell, { outputs: [], execution_count: null });
      await lab.open(name, JSON.stringify(notebook));
      await lab.command("notebook:run-all-cells");
      for (let k = 0; k < code.length; k++) await lab.done(k);
      assert.equal(await lab.page.locator('[data-mime-type="application/vnd.jupyter.error"]').count(), 0);
      await assertChartsDrawn(lab, name, chartCells(committed));
    });
  }

  it("shows the chart of notebook 1 in the theme of JupyterLab", async () => {
    const name = "01-first-fit.ipynb";
    const notebook = readFileSync(join(ROOT, "notebooks", name), "utf8");
    const [first] = chartCells(notebook);
    await lab.open(name, notebook);
    for (const theme of ["Light", "Dark"]) {
      await lab.command("apputils:change-theme", { theme: `JupyterLab ${theme}` });
      // A chart is drawn once, in the theme of that time.
      await lab.open(name, notebook);
      await lab.chart(first).scrollIntoViewIfNeeded();
      assert.deepEqual(
        await lab.chart(first).evaluate(cornerOf),
        theme === "Dark" ? [51, 51, 51] : [255, 255, 255],
        theme,
      );
      // docs/jupyterlab.png, and the one for a dark ground.
      await lab.screenshot(`jupyterlab-${theme.toLowerCase()}`);
    }
  });
});

/** As far as this test reads one. */
interface Notebook {
  readonly cells: readonly CodeCell[];
}

interface CodeCell {
  readonly cell_type: string;
  readonly outputs?: readonly { readonly data?: Readonly<Record<string, unknown>> }[];
}

/** Which of a notebook's code cells draw a chart, from 0. */
function chartCells(notebook: string): number[] {
  const { cells } = JSON.parse(notebook) as Notebook;
  return cells
    .filter(({ cell_type }) => cell_type === "code")
    .flatMap((cell, k) => (drawsChart(cell) ? [k] : []));
}

async function assertChartsDrawn(lab: JupyterLab, name: string, cells: readonly number[]): Promise<void> {
  for (const k of cells) {
    const chart = lab.chart(k);
    await chart.scrollIntoViewIfNeeded();
    const box = await chart.boundingBox();
    assert.ok(box && box.width > 100 && box.height > 100, `cell ${k}: ${JSON.stringify(box)}`);
    await lab.screenshot(`${name.replace(/\.ipynb$/, "")}-${k}`);
  }
}

/** The colour of a chart's ground, of a browser's page. */
function cornerOf(canvas: unknown): number[] {
  const { data } = (canvas as Canvas).getContext("2d").getImageData(2, 2, 1, 1);
  return [...data].slice(0, 3);
}

/** What {@link cornerOf} asks of a canvas; tests are compiled without the types of browsers. */
interface Canvas {
  getContext(kind: "2d"): {
    getImageData(x: number, y: number, width: number, height: number): { readonly data: Uint8ClampedArray };
  };
}

function drawsChart({ outputs = [] }: CodeCell): boolean {
  return outputs.some(({ data = {} }) => Object.keys(data).some((type) => type.includes("vegalite")));
}
