/** What an installation of the tarball brings: packages and space, as docs/package.md states them, and that it works. */
import assert from "node:assert/strict";
import { lstatSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { output, scratchFolder, tarball } from "../support/tarball";
import { ROOT } from "../support/tracked-files";

/** An installation into an empty project, as docs/package.md begins its row, and what it may cost at most. */
const INSTALLATIONS = [
  {
    command: "npm install smooth-edges --omit=optional",
    options: ["--omit=optional"],
    packages: 6,
    megabytes: 14,
  },
  { command: "npm install smooth-edges", options: [], packages: 120, megabytes: 180 },
];

/** Space on the disk under a folder, in MB as `du` counts. */
function megabytesOf(folder: string): number {
  const entries = readdirSync(folder, { recursive: true, encoding: "utf8" });
  return entries.reduce((sum, entry) => sum + (lstatSync(join(folder, entry)).blocks * 512) / 1e6, 0);
}

/** The packages and MB that docs/package.md states for an installation. */
function statedFor(command: string): number[] {
  const page = readFileSync(join(ROOT, "docs/package.md"), "utf8");
  const row = page.split("\n").find((line) => line.startsWith(`| \`${command}\``));
  assert.ok(row, `docs/package.md has no row of ${command}`);
  return row.split("|").slice(-3, -1).map(Number);
}

for (const { command, options, packages, megabytes } of INSTALLATIONS) {
  describe(command, () => {
    const project = scratchFolder("installed");

    before(() => {
      writeFileSync(join(project, "package.json"), '{ "private": true }');
      output(
        project,
        "npm",
        "install",
        "--no-audit",
        "--no-fund",
        "--ignore-scripts",
        ...options,
        tarball().path,
      );
    });

    it(`brings at most ${packages} packages and ${megabytes} MB, as many as are stated`, () => {
      const listed = output(project, "npm", "ls", "--all", "--parseable").trim().split("\n").slice(1);
      const found = [new Set(listed).size, megabytesOf(join(project, "node_modules"))];
      const [statedPackages, statedMegabytes] = statedFor(command);
      assert.ok(found[0] <= packages && found[1] <= megabytes, `${found[0]} packages, ${found[1]} MB`);
      assert.equal(found[0], statedPackages);
      assert.ok(
        Math.abs(found[1] / statedMegabytes - 1) < 0.1,
        `${found[1]} MB, stated are ${statedMegabytes}`,
      );
    });

    it("fits, selects, descends a surrogate and makes the specification of a chart", () => {
      const made = output(
        project,
        process.execPath,
        "-e",
        `const { SmoothLasso } = require("smooth-edges");
         const { loadDiabetes } = require("smooth-edges/data");
         const { stabilitySelection } = require("smooth-edges/selection");
         const { varPro } = require("smooth-edges/solvers");
         const { pathPlot } = require("smooth-edges/plot");
         const { columns, response } = loadDiabetes();
         const fits = [{}, { solver: varPro() }].map((options) => new SmoothLasso({ lambda: 5, ...options }).fit(columns, response));
         const path = new SmoothLasso().path(columns, response);
         const selected = stabilitySelection(new SmoothLasso(), columns, response, { seed: 1 });
         console.log(JSON.stringify([...fits, selected].map(({ status }) => status).concat(pathPlot(path).spec.$schema)));`,
      );
      assert.deepEqual(JSON.parse(made), [
        "converged",
        "converged",
        "complete",
        "https://vega.github.io/schema/vega-lite/v5.json",
      ]);
    });
  });
}
