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
  it("holds the README to 700 words outside of code", () => {
    const words = wordsOf(textOf("README.md"));
    assert.ok(words <= 700, `README.md has ${words} words`);
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

  it("holds the decisions to 300 lines and 4000 words beside dates, each row with a reason and a date", () => {
    const page = textOf("docs/decisions.md");
    const words = wordsOf(page.replace(/\d{4}-\d\d-\d\d/g, ""));
    assert.ok(words <= 4000, `docs/decisions.md has ${words} words; a row says its decision in some twenty`);
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

/** The texts of a notebook and what its cells gave, or the text of another file. */
function contentOf(file: string): string {
  if (!file.endsWith(".ipynb")) return textOf(file);
  const { cells } = JSON.parse(textOf(file)) as {
    cells: {
      source: string | string[];
      outputs?: { text?: string | string[]; data?: Record<string, unknown> }[];
    }[];
  };
  const outputs = ({ text, data }: { text?: string | string[]; data?: Record<string, unknown> }): unknown[] =>
    [text, data?.["text/plain"]].flat();
  return cells.flatMap((cell) => [cell.source, ...(cell.outputs ?? []).flatMap(outputs)].flat()).join("\n");
}

describe("what the README says was found", () => {
  const section = /^## What we found\n\n([\s\S]*?)^## /m.exec(textOf("README.md"))?.[1] ?? "";
  const findings = section.split(/^- /m).slice(1);
  const linkIn = (finding: string): string => /\]\(([^)#]+)/.exec(finding)?.[1] ?? "";
  const numbersOf = (text: string): string[] => text.match(/\d+(?:\.\d+)?/g) ?? [];

  it("is five findings, each with a link", () => {
    assert.equal(findings.length, 5);
    assert.deepEqual(
      findings.filter((finding) => linkIn(finding) === ""),
      [],
    );
  });

  for (const finding of findings) {
    it(`has the numbers of the page that it links to: ${finding.slice(0, 24)}`, () => {
      const there = new Set(numbersOf(contentOf(linkIn(finding))));
      const said = numbersOf(finding.replace(/\[[^\]]*\]\([^)]*\)/g, ""));
      assert.ok(said.length > 0);
      assert.deepEqual(
        said.filter((number) => !there.has(number)),
        [],
      );
    });
  }

  it("has the comparisons of notebook 25 in its words", () => {
    const [convex, folded] = ["convex penalty, simulated data", "folded penalty, simulated data"].map(
      (name) => {
        const counts = new RegExp(`\\| ${name} \\| (\\d+) better, (\\d+) level, (\\d+) worse`);
        return counts.exec(contentOf("notebooks/25-when-it-wins.ipynb"))!.slice(1).map(Number);
      },
    );
    const all = convex[0] + convex[1] + convex[2];
    const said = section.replace(/\s+/g, " ");
    const expected = [
      `convex penalties in ${convex[0]} of ${all} comparisons and larger in ${convex[2]}.`,
      `Compared with MCP, errors are smaller in ${folded[0]} comparisons and larger in ${folded[2]} `,
    ];
    assert.deepEqual(
      expected.filter((words) => !said.includes(words)),
      [],
    );
  });

  it("has the ratios of times that the report opens with", () => {
    const opening = tableOf(textOf("bench/report.md"), "times");
    const row = (name: string): string[] => opening.find(([first]) => first === `${name}, 1 : 1 thread`)!;
    const [, equal] = row("equal error");
    const [, byDefault, , behind, all] = row("default against default");
    const said = section.replace(/\s+/g, " ");
    const expected = [
      `At equal error the library is ${equal} times as fast`,
      `With all defaults it is ${byDefault} times as fast, but slower on ${behind} of ${all} problems`,
    ];
    assert.deepEqual(
      expected.filter((words) => !said.includes(words)),
      [],
    );
  });
});

describe("what the guide to global minima says was found", () => {
  it("are numbers of the notebook that it links to", () => {
    const section = /^## How often is a fit global without a proof\?\n\n([\s\S]*?)^## /m.exec(
      textOf("docs/global-optimality.md"),
    )?.[1];
    const said = section?.replace(/\[.*?\]\(.*?\)/g, "").match(/\d+ to \d+ %/g) ?? [];
    const there = contentOf("notebooks/27-how-often-global.ipynb");
    assert.equal(said.length, 2);
    assert.deepEqual(
      said.filter((share) => !there.includes(share)),
      [],
    );
  });
});
