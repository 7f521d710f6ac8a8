import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./support/tracked-files";

const textOf = (file: string): string => readFileSync(join(ROOT, file), "utf8");

/** Words of a page outside of its blocks of code; links count by what they show, and pictures by the words that stand for them. */
function wordsOf(page: string): number {
  const prose = page
    .replace(/^```.*?^```/gms, "")
    .replace(/\]\([^)]*\)/g, "]")
    .replace(/<\w[^>]* alt="([^"]*)"[^>]*>|<[^>]*>/g, " $1 ");
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

  it("holds each version's changes to 180 lines", () => {
    const [, ...versions] = textOf("CHANGELOG.md").split(/^(?=## )/m);
    assert.ok(versions.length > 0);
    for (const version of versions) {
      const lines = version.trimEnd().split("\n");
      assert.ok(lines.length <= 180, `CHANGELOG.md, ${lines[0]}: ${lines.length} lines`);
    }
  });

  it("knows additions in the first version, and what was claimed wrongly before", () => {
    const first = textOf("CHANGELOG.md")
      .split(/^(?=## )/m)
      .at(-1)!;
    assert.deepEqual(first.match(/^### .*$/gm), ["### Added", "### Corrections"]);
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

describe("the README's ratios of times", () => {
  const report = textOf("bench/report.md");
  const readme = textOf("README.md");

  it("are those that the report opens with", () => {
    const opening = tableOf(report, "times");
    const rows = tableOf(readme, "comparison");
    assert.ok(rows.length >= 3);
    for (const [comparison, mean, worst] of rows) {
      const measured = opening.find(([name]) => name === `${comparison}, 1 : 1 thread`);
      assert.ok(measured, `${comparison} is not in bench/report.md`);
      assert.deepEqual([mean, worst], [measured[1], measured[2]]);
    }
  });

  it("name how many defaults are behind, and the first call, as the report does", () => {
    const [, , , behind, all] = tableOf(report, "times").find(
      ([name]) => name === "default against default, 1 : 1 thread",
    )!;
    assert.ok(readme.replace(/\s+/g, " ").includes(`behind on ${behind} of ${all} problems`));
    const section = report.slice(report.indexOf("## First call in a fresh process"));
    const seconds = Object.fromEntries(tableOf(section, "program").map(([name, value]) => [name, value]));
    const said = `takes ${seconds["smooth-edges"]} s, with scikit-learn ${seconds["scikit-learn"]} s`;
    assert.ok(readme.replace(/\s+/g, " ").includes(said), said);
  });
});
