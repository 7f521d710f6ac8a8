import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./support/tracked-files";

const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** Words of a page outside of its blocks of code; links count by what they show. */
function wordsOf(page: string): number {
  const prose = page.replace(/^```.*?^```/gms, "").replace(/\]\([^)]*\)/g, "]");
  return prose.split(/\s+/).filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** Cells of the Markdown table whose first heading is given, by row. */
function tableOf(page: string, heading: string): string[][] {
  const lines = page.slice(page.search(new RegExp(`^\\| ${heading} +\\|`, "m"))).split("\n");
  const end = lines.findIndex((line) => !line.startsWith("|"));
  return lines.slice(2, end).map((line) =>
    line
      .split("|")
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
}

describe("the length of documents", () => {
  it("holds the README to a thousand words outside of code", () => {
    const words = wordsOf(textOf("README.md"));
    assert.ok(words <= 1000, `README.md has ${words} words`);
  });

  it("holds each version's changes to 120 lines", () => {
    const [, ...versions] = textOf("CHANGELOG.md").split(/^(?=## )/m);
    assert.ok(versions.length > 0);
    for (const version of versions) {
      const lines = version.trimEnd().split("\n");
      assert.ok(lines.length <= 120, `CHANGELOG.md, ${lines[0]}: ${lines.length} lines`);
    }
  });

  it("knows nothing but additions in the first version", () => {
    const first = textOf("CHANGELOG.md")
      .split(/^(?=## )/m)
      .at(-1)!;
    assert.deepEqual(first.match(/^### .*$/gm), ["### Added"]);
  });

  it("holds the decisions to 300 lines, each row with a reason and a date", () => {
    const page = textOf("docs/decisions.md");
    const lines = page.trimEnd().split("\n");
    assert.ok(
      lines.length <= 300,
      `docs/decisions.md has ${lines.length} lines; experiments have a page of their own`,
    );
    const rows = lines.filter((line) => line.startsWith("| ") && !/^\| (decision|-+) /.test(line));
    assert.deepEqual(
      rows.filter((row) => !/^\| [^|]*\S[^|]* \| [^|]*\S[^|]* \| \d{4}-\d\d-\d\d \|$/.test(row)),
      [],
    );
  });
});

describe("the README's table of times", () => {
  /** The problem of each loss in the report, and what the report calls the fastest other program. */
  const problems: Record<string, [problem: string, peer: string, shown: string]> = {
    squared: ["P4, 1e-6", "sklearn-cd", "scikit-learn"],
    logistic: ["P5, 1e-6", "adelie", "adelie"],
    Poisson: ["P14poisson, 1e-6", "adelie", "adelie"],
    multinomial: ["P14multinomial, 1e-6", "glmnet", "glmnet"],
  };
  const report = textOf("bench/report.md");
  const equalError = tableOf(report.slice(report.indexOf("## Equal error, 1 : 1 thread")), "problem");

  it("has the numbers of the report", () => {
    const rows = tableOf(textOf("README.md"), "loss");
    assert.deepEqual(
      rows.map(([loss]) => loss),
      Object.keys(problems),
    );
    for (const [loss, , ours, other, ratio, withLoading] of rows) {
      const [problem, peer, shown] = problems[loss];
      const measured = equalError.find(([name]) => name === problem);
      assert.ok(measured, `${problem} is not in bench/report.md`);
      assert.equal(measured[4], peer);
      assert.deepEqual(
        [ours, other, ratio, withLoading],
        [measured[1], `${shown} ${measured[5]}`, measured[7], measured[8]],
      );
    }
  });

  it("begins with the least favourable row of its accuracy", () => {
    const ratios = equalError.filter(([name]) => name.endsWith(", 1e-6")).map((row) => Number(row[7]));
    const [first] = tableOf(textOf("README.md"), "loss");
    assert.equal(Number(first[4]), Math.min(...ratios));
  });
});
