/** The small projects of examples/ with the tarball in their node_modules, as `npm install` puts it there. */
import assert from "node:assert/strict";
import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from "node:fs";
import { join } from "node:path";
import { SmoothLasso } from "../../src";
import { loadDiabetes } from "../../src/data";
import { output, scratchFolder, tarball } from "../support/tarball";
import { ROOT } from "../support/tracked-files";

interface Manifest {
  readonly scripts: Readonly<Record<string, string>>;
  readonly dependencies: Readonly<Record<string, string>>;
}

const manifestOf = (name: string): Manifest =>
  JSON.parse(readFileSync(join(ROOT, "examples", name, "package.json"), "utf8"));

/** A folder whose node_modules has the package from its tarball, and links to all packages of the repository. */
function installedFolder(): string {
  const folder = scratchFolder("examples");
  const modules = join(folder, "node_modules");
  mkdirSync(modules);
  output(folder, "tar", "-xzf", tarball().path);
  cpSync(join(folder, "package"), join(modules, "smooth-edges"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules")))
    if (!name.startsWith(".")) symlinkSync(join(ROOT, "node_modules", name), join(modules, name), "junction");
  return folder;
}

/** The value that a table of coefficients, or a line, prints after a word. */
const numberAfter = (word: string, text: string): number =>
  Number(new RegExp(`^${word}:? +(-?[\\d.]+)`, "m").exec(text)?.[1]);

describe("the examples", () => {
  const folder = installedFolder();

  /** Runs the program that `npm start` runs in the copy of an example. */
  function run(name: string): string {
    const project = join(folder, name);
    cpSync(join(ROOT, "examples", name), project, {
      recursive: true,
      filter: (path) => !path.includes("node_modules"),
    });
    const [program, ...options] = manifestOf(name).scripts.start.split(" ");
    const command = join(folder, "node_modules/smooth-edges/dist/kernel/cli/cli.js");
    return output(project, process.execPath, ...(program === "node" ? [] : [command]), ...options);
  }

  it("are those that their page lists, each with a line on it and the package of the clone", () => {
    const page = readFileSync(join(ROOT, "examples/README.md"), "utf8");
    const listed = Array.from(page.matchAll(/^\| \[(\w+)\]\(\1\) /gm), ([, name]) => name);
    const folders = readdirSync(join(ROOT, "examples")).filter((name) => !name.includes("."));
    assert.deepEqual(listed.toSorted(), folders.sort());
    for (const name of folders) {
      assert.match(readFileSync(join(ROOT, "examples", name, "README.md"), "utf8"), /^# .+\n\n.*`npm start`/);
      assert.match(readFileSync(join(ROOT, "examples", name, ".npmrc"), "utf8"), /^install-links=true$/m);
      assert.equal(manifestOf(name).dependencies["smooth-edges"], "file:../..");
    }
  });

  it("ask for packages in the versions that are tested here", () => {
    const { peerDependencies } = JSON.parse(readFileSync(join(ROOT, "package.json"), "utf8"));
    for (const name of ["duckdb", "network"])
      for (const [other, version] of Object.entries(manifestOf(name).dependencies))
        if (other !== "smooth-edges") assert.equal(version, peerDependencies[other], other);
  });

  it("fit a file, keep the model and predict rents near the rule that made them", () => {
    const printed = run("script");
    assert.match(printed, /^SmoothLasso, lambda = /);
    const [kiel, bonn] = /rents: (\d+), (\d+)/.exec(printed)!.slice(1).map(Number);
    // 150 + 8 a square metre, and 120 more in Bonn, with noise of 40.
    assert.ok(Math.abs(kiel - 790) < 60 && Math.abs(bonn - 630) < 60, printed);
    assert.ok(existsSync(join(folder, "script/model.json")));
  });

  it("run a notebook without an error", () => {
    run("notebook");
    const { cells } = JSON.parse(readFileSync(join(folder, "notebook/done/wine.ipynb"), "utf8")) as {
      cells: { cell_type: string; outputs: { output_type: string; data: Record<string, unknown> }[] }[];
    };
    const outputs = cells.filter(({ cell_type }) => cell_type === "code").map((cell) => cell.outputs.at(-1)!);
    assert.deepEqual(
      outputs.map(({ output_type }) => output_type),
      ["execute_result", "execute_result", "execute_result"],
    );
    assert.ok("image/png" in outputs[2].data);
  });

  it("fit a query and a file of DuckDB to the same coefficients", () => {
    const printed = run("duckdb");
    const { columns, response } = loadDiabetes();
    const fit = new SmoothLasso({ lambda: 5 }).fit(columns, response);
    Object.keys(columns).forEach((name, j) => {
      const expected = fit.support.includes(j) ? Number(fit.coef[j].toPrecision(4)) : Number.NaN;
      assert.equal(numberAfter(name, printed), expected, name);
    });
    assert.match(printed, /^the largest difference of a coefficient: below 1e-9$/m);
  });

  it("train a network that loses neurons and still reads digits", () => {
    const printed = run("network");
    // The weights into the hidden layer, 64 for each of its neurons.
    const units = numberAfter("hidden +Dense", printed) / 64;
    assert.ok(units > 0 && units < 32, printed);
    assert.ok(numberAfter("right", printed) > 0.75 * 400, printed);
  });
});
