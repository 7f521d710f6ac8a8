import assert from "node:assert/strict";
import { basename } from "node:path";
import { readNotebook, sourceOf } from "../../kernel/runner/notebook";
import { notebookPaths } from "../../notebooks/format-notebooks";

/** Most words of the first cell, which has four paragraphs: claim, question, setting and what was found. */
const LEAD_WORDS = 130;

/** Most words of any other cell of text, headings and tables left out. */
const PROSE_WORDS = 60;

/** Most words of one cell of a table of verdicts, which has three columns. */
const VERDICT_WORDS = 25;

describe("the text of notebooks", () => {
  it("counts a word for each token with a letter or a digit", () => {
    assert.equal(countWords("Two factors: $\\beta = u v$, at 1e-8 — done."), 8);
  });

  it("finds a long lead, a long cell and a wide table of verdicts", () => {
    const long = Array(130).fill("word").join(" ");
    const table = `| claim | paper | verdict |\n| --- | --- | --- |\n| a | b | ${long} |`;
    assert.deepEqual(breaches(["# Title\n\nOne.", long, table, `${table}\n| a | b | c | d |`]), [
      "cell 1: 1 paragraph under the title instead of four",
      "cell 2: 130 words",
      "cell 3: a verdict of 130 words",
      "cell 4: a verdict of 130 words",
      "cell 4: a table of verdicts with 4 columns",
    ]);
  });

  for (const path of notebookPaths()) {
    const file = basename(path);
    it(`keeps to its limits in ${file}`, () => {
      const texts = readNotebook(path)
        .cells.filter(({ cell_type }) => cell_type === "markdown")
        .map(sourceOf);
      assert.deepEqual(breaches(texts), []);
    });
  }
});

/** What the Markdown cells of a notebook, in their order, have too much of. */
function breaches(texts: readonly string[]): string[] {
  return texts.flatMap((text, k) => {
    const where = `cell ${k + 1}`;
    const prose = text
      .split("\n")
      .filter((line) => !/^[#|]/.test(line))
      .join("\n");
    const found: string[] = [];
    const paragraphs = prose.split(/\n\s*\n/).filter((paragraph) => paragraph.trim() !== "").length;
    if (k === 0 && paragraphs !== 4)
      found.push(
        `${where}: ${paragraphs} paragraph${paragraphs === 1 ? "" : "s"} under the title instead of four`,
      );
    const words = countWords(prose);
    if (words > (k === 0 ? LEAD_WORDS : PROSE_WORDS)) found.push(`${where}: ${words} words`);
    for (const cells of verdictRows(text)) {
      if (cells.length !== 3) found.push(`${where}: a table of verdicts with ${cells.length} columns`);
      for (const cell of cells)
        if (countWords(cell) > VERDICT_WORDS) found.push(`${where}: a verdict of ${countWords(cell)} words`);
    }
    return found;
  });
}

/** The rows of the tables in a text whose first row names a verdict, as cells. */
function verdictRows(text: string): string[][] {
  return text
    .split(/\n(?!\|)/)
    .map((block) => block.split("\n").filter((line) => line.startsWith("|")))
    .filter(([head]) => head?.includes("verdict"))
    .flatMap((rows) => rows.map((row) => row.replace(/^\||\|$/g, "").split(/(?<!\\)\|/)));
}

function countWords(text: string): number {
  return text.split(/\s+/).filter((token) => /[\p{L}\p{N}]/u.test(token)).length;
}
