/** What loads with the library, and what waits until it is used: counted in a process of its own. */
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { ROOT } from "./support/tracked-files";

const DIST = join(ROOT, "dist/src");

/** The parts that load when they are used: a folder or file of `dist/src/estimators`, and a call that needs it. */
const lazyParts: readonly (readonly [part: string, call: string])[] = [
  ["json/read-fit", "lib.fitFromJSON(JSON.stringify(fit)).coef.join() === fit.coef.join()"],
  ["json/read-fit", "lib.pathFromJSON(JSON.stringify(lasso.path(X, y, grid))).fits.length === 3"],
  [
    "json/read-cross-validation",
    "lib.crossValidationFromJSON(JSON.stringify(lasso.crossValidate(X, y, { ...grid, folds: 3 }))).folds.length === 3",
  ],
  ["diagnose/findings", "lib.diagnose(fit).of('convergence').verdict === 'fine'"],
  [
    "cross-validation/cross-validate",
    "lasso.crossValidate(X, y, { ...grid, folds: 3 }).lambdas.length === 3",
  ],
  [
    "threads/folds-in-threads",
    "lasso.crossValidate(X, y, { ...grid, folds: 3, workers: 2 }).lambdas.length === 3",
  ],
  ["threads/fit-in-thread", "(await lasso.fitAsync(X, y)).coef.join() === fit.coef.join()"],
];

/** Runs `code` in a process that has the library as `lib` and data, and returns what it prints. */
function inProcess(code: string): string {
  const setting = `
    const lib = require(${JSON.stringify(DIST)});
    const loaded = () => Object.keys(require.cache).filter((file) => file.startsWith(${JSON.stringify(`${DIST}/`)}));
    const X = Array.from({ length: 30 }, (_, i) => [Math.sin(i), Math.cos(3 * i), (i % 7) - 3]);
    const y = X.map(([a, b]) => a - 2 * b);
    const grid = { lambdas: [0.3, 0.2, 0.1] };
    const lasso = new lib.SmoothLasso({ lambda: 0.1 });`;
  const script = `(async () => { ${setting} ${code} })().catch((error) => { console.log(error); process.exitCode = 1; })`;
  const { stdout, stderr } = spawnSync(process.execPath, ["-e", script], { encoding: "utf8" });
  return stdout + stderr;
}

describe("the library", () => {
  it("loads fewer than 210 modules", () => {
    const count = Number(inProcess("console.log(loaded().length);"));
    assert.ok(count > 50 && count < 210, `${count} modules`);
  });

  it("fits a model and a path without the parts that wait", () => {
    const files = inProcess("lasso.fit(X, y); lasso.path(X, y); console.log(loaded().join());");
    assert.match(files, /fit\/fitter\.js/);
    for (const [part] of lazyParts) assert.ok(!files.includes(`/${part}.js`), part);
  });

  for (const [part, call] of lazyParts) {
    it(`loads ${part} where it is used`, () => {
      const has = `loaded().some((file) => file.endsWith(${JSON.stringify(`/${part}.js`)}))`;
      const printed = inProcess(
        `const fit = lasso.fit(X, y); const before = ${has}; const works = ${call}; console.log(before, works, ${has}); process.exit();`,
      );
      assert.equal(printed, "false true true\n");
    });
  }
});
