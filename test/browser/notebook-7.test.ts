import { type JupyterLab, labFor } from "./jupyter-lab";

const CELLS = [
  "const six: number = 6; six * 7",
  "const wrong: string = six;",
  'display({ [Symbol.for("Jupyter.display")]: () => ({ "text/html": "<b>bold</b>" }) });',
  "while (true) {}",
  "six",
  '({ $schema: "https://vega.github.io/schema/vega-lite/v6.json", data: { values: [{ a: 1 }] }, mark: "bar", encoding: { x: { field: "a", type: "quantitative" } } })',
];

describe("a session in Notebook 7", function () {
  this.timeout(300_000);
  let lab: JupyterLab;

  before(async function () {
    lab = await labFor(this);
    if (await lab.openInNotebook7("session.ipynb", CELLS)) return;
    process.stdout.write("skipped: the server has no Notebook 7\n");
    this.skip();
  });
  after(() => lab?.stop());

  it("runs cells, shows results, types' errors and HTML", async () => {
    await lab.finish(0);
    await lab.output(0).getByText("42").waitFor();
    await lab.finish(1);
    await lab.output(1).getByText("is not assignable").first().waitFor();
    await lab.finish(2);
    await lab.output(2).locator("b", { hasText: "bold" }).waitFor();
  });

  it("stops a loop, and keeps what was there", async () => {
    await lab.run(3);
    await lab.prompt(3).filter({ hasText: "[*]:" }).waitFor();
    for (const key of ["Escape", "i", "i"]) await lab.page.keyboard.press(key);
    await lab.output(3).getByText("InterruptError").first().waitFor();
    await lab.finish(4);
    await lab.output(4).getByText("6").waitFor();
  });

  it("draws a specification that names version 6 of Vega-Lite", async () => {
    await lab.finish(5);
    await lab.chart(5).waitFor();
  });

  it("highlights TypeScript", async () => {
    await lab.cell(0).locator(".cm-line span", { hasText: "const" }).first().waitFor();
    await lab.screenshot("notebook-7");
  });
});
