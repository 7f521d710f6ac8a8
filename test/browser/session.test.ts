import assert from "node:assert/strict";
import { JupyterLab, lacksJupyterLab } from "./jupyter-lab";
import { STEPS } from "./session-steps";

const LAST = STEPS.length;
/** Cells after the listed ones, for stopping and restarting. */
const MORE = ["while (true) {}", "await new Promise(() => {})", "square(2)", "const start = 1;"];

/** Listed in docs/kernel.md by the words of its steps. */
describe("a session in JupyterLab", function () {
  this.timeout(120_000);
  let lab: JupyterLab;
  before(async function () {
    const lack = lacksJupyterLab();
    if (lack) {
      process.stdout.write(`skipped: ${lack}\n`);
      return this.skip();
    }
    lab = await JupyterLab.start();
    await lab.openCells("session.ipynb", [...STEPS.map(({ code }) => code), ...MORE]);
  });
  after(() => lab?.stop());

  for (const [k, { what, shows, has }] of STEPS.entries()) {
    it(what, async () => {
      await lab.finish(k);
      const outputs = lab.cell(k).locator(".jp-OutputArea-output");
      if (has) await lab.cell(k).locator(has).first().waitFor();
      if (shows.source !== "^$") await outputs.first().waitFor();
      assert.match((await outputs.allTextContents()).join("\n").trim(), shows);
    });
  }

  for (const [at, what] of ["stops a loop", "stops a promise that never settles"].entries()) {
    it(what, async () => {
      await lab.run(LAST + at);
      await lab.status("Busy").waitFor();
      await lab.page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
      await lab.status("Idle").waitFor();
      assert.match(String(await lab.output(LAST + at).textContent()), /interrupted/i);
    });
  }

  it("restarts without them", async () => {
    await lab.restart();
    await lab.run(LAST + 2);
    await lab
      .output(LAST + 2)
      .filter({ hasText: /Cannot find name/ })
      .waitFor();
  });

  it("works again, and is saved", async () => {
    await lab.finish(LAST + 3);
    await lab.command("docmanager:save");
    await lab.screenshot("session-end");
  });
});
