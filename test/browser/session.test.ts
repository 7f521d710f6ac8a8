import assert from "node:assert/strict";
import type { Locator } from "playwright-core";
import { type JupyterLab, labFor } from "./jupyter-lab";
import { STEPS } from "./session-steps";

/** Cells after the listed steps, which are more than run and looked at. */
const MORE = {
  loop: "while (true) {}",
  never: "await new Promise(() => {})",
  forgotten: "square(2)",
  start: "interface Shape { area: number }\nconst kept = { value: 7, volume: 8 };\nkept.value",
  members: "kept.v",
  call: "Math.max(",
  widgets: `const slider = widget("IntSlider", { value: 3, max: 10, description: "depth" });
const bar = widget("IntProgress", { value: 3, max: 10 });
slider.onChange("value", (value) => bar.set({ value }));
display(slider);
display(bar);`,
  moved: "slider.state.value",
  debugged: "const half = kept.value / 2;\nconst twice = half * 4;\ntwice",
};
const at = (name: keyof typeof MORE): number => STEPS.length + Object.keys(MORE).indexOf(name);

/** Listed in docs/kernel.md by the words of its steps. */
describe("a session in JupyterLab", function () {
  this.timeout(300_000);
  let lab: JupyterLab;
  before(async function () {
    lab = await labFor(this);
    await lab.openCells("session.ipynb", [...STEPS.map(({ code }) => code), ...Object.values(MORE)]);
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

  for (const [what, name] of [
    ["stops a loop", "loop"],
    ["stops a promise that never settles", "never"],
  ] as const) {
    it(what, async () => {
      await lab.run(at(name));
      await lab.status("Busy").waitFor();
      await lab.page.locator('[data-command="notebook:interrupt-kernel"]').first().click();
      await lab.status("Idle").waitFor();
      assert.match(String(await lab.output(at(name)).textContent()), /interrupted/i);
    });
  }

  it("does not know an earlier name after a restart", async () => {
    await lab.restart();
    await lab.run(at("forgotten"));
    await lab
      .output(at("forgotten"))
      .filter({ hasText: /Cannot find name/ })
      .waitFor();
  });

  it("runs cells after a restart", async () => {
    await lab.finish(at("start"));
    assert.equal(await lab.output(at("start")).textContent(), "7");
  });

  it("highlights TypeScript", async () => {
    const classOf = (word: string): Promise<string | null> =>
      lab.cell(at("start")).locator(".cm-line span").getByText(word, { exact: true }).getAttribute("class");
    assert.equal(await classOf("interface"), await classOf("const"));
  });

  it("completes members of what a cell declared, at Tab", async () => {
    await edit(lab.cell(at("members")));
    await lab.page.keyboard.press("Tab");
    const menu = lab.page.locator(".jp-Completer");
    await menu.getByText("volume", { exact: true }).waitFor();
    await lab.screenshot("session-completion");
    await menu.getByText("value", { exact: true }).click();
    await lab.finish(at("members"));
    assert.equal(await lab.output(at("members")).textContent(), "7");
  });

  it("shows the signature of a call, at Shift+Tab", async () => {
    await edit(lab.cell(at("call")));
    await lab.page.keyboard.press("Shift+Tab");
    const tooltip = lab.page.locator(".jp-Tooltip");
    await tooltip.waitFor();
    assert.match(String(await tooltip.textContent()), /max\(\.\.\.values: number\[\]\): number/);
    await lab.screenshot("session-signature");
    await lab.page.keyboard.press("Escape");
  });

  it("shows a slider and a bar", async () => {
    await lab.finish(at("widgets"));
    await lab.cell(at("widgets")).locator(".noUi-handle").waitFor();
    await lab.cell(at("widgets")).locator(".progress-bar").waitFor();
  });

  it("moves the bar when the slider is moved", async () => {
    const cell = lab.cell(at("widgets"));
    await cell.locator(".noUi-handle").press("ArrowRight");
    await cell.locator('.progress-bar[style*="width: 40%"]').waitFor();
    await lab.screenshot("session-widgets");
    await lab.finish(at("moved"));
    assert.equal(await lab.output(at("moved")).textContent(), "4");
  });

  it("stops at a breakpoint", async () => {
    await lab.page.locator(".jp-DebuggerBugButton").first().click();
    const cell = lab.cell(at("debugged"));
    await edit(cell);
    const line = cell.locator(".cm-breakpoint-gutter .cm-gutterElement").filter({ visible: true }).nth(1);
    await line.click();
    await cell.locator(".cm-breakpoint-icon").filter({ visible: true }).waitFor();
    // The kernel has it once the panel lists it; a cell that is run before passes it by.
    await lab.page.locator(".jp-DebuggerBreakpoints-body").getByText("2", { exact: true }).first().waitFor();
    await lab.run(at("debugged"));
    await lab.page.locator(".jp-DebuggerCallstack-body li").first().waitFor();
    await lab.screenshot("session-breakpoint");
  });

  it("shows the variables at the breakpoint", async () => {
    const variables = lab.page.locator(".jp-DebuggerVariables");
    await variables.getByText("half").first().waitFor();
    // The panel shows the type of a number, not its value.
    assert.match(String(await variables.textContent()), /kept.*half.*number/);
  });

  it("goes on from the breakpoint", async () => {
    await lab.command("debugger:continue");
    await lab.done(at("debugged"));
    assert.equal(await lab.output(at("debugged")).textContent(), "14");
  });

  it("saves the notebook", async () => {
    await lab.command("docmanager:save");
    await lab.screenshot("session-end");
  });

  /** Puts the cursor at the end of a cell. */
  async function edit(cell: Locator): Promise<void> {
    await cell.scrollIntoViewIfNeeded();
    await cell.locator(".cm-content").click();
    await lab.page.keyboard.press("Control+End");
  }
});
