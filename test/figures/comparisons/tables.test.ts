import assert from "node:assert/strict";
import type { Comparison } from "../../../figures/comparisons/comparison";
import { differenceTable, linkTo, ratioTable, tableOf } from "../../../figures/comparisons/tables";
import type { Ratio } from "../../../figures/comparisons/times";

const named = { surrogate: "gates", alternative: "lasso", measure: "error", notebook: "06" };

describe("tables of comparisons", () => {
  it("are Markdown", () => {
    assert.equal(tableOf([{ a: 1, b: "two" }]), "| a | b |\n| --- | --- |\n| 1 | two |");
  });

  it("link to notebooks that are there", () => {
    assert.equal(linkTo("06"), "[06](06-bridges-scad-mcp.ipynb)");
  });

  it("have a setting a row, what is beyond chance in bold, and two standard errors", () => {
    const one = { ...named, kind: "convex", n: 20, p: 0.5, verdict: "less" } as const;
    const comparisons: Comparison[] = [
      { ...one, setting: "noisy", mean: 1.04, error: 2, outcome: "level" },
      { ...one, setting: "clear", mean: -30, error: 4.5, outcome: "better" },
    ];
    const [, , noisy, clear] = differenceTable(comparisons, "difference", 1).split("\n");
    assert.match(noisy, /\| noisy \| \+1\.0 ± 4\.0 \| 20 \| \[06\]/);
    assert.match(clear, /\| clear \| \*\*−30\.0 ± 9\.0\*\* \| 20 \| \[06\]/);
  });

  it("have medians of ratios with the least and the most, but of a single one", () => {
    const one = { ...named, ahead: 1, outcome: "level" } as const;
    const ratios: Ratio[] = [
      { ...one, setting: "few", n: 4, median: 1.234, least: 0, most: Number.POSITIVE_INFINITY },
      { ...one, setting: "many", n: 1, median: 14, least: 14, most: 14 },
    ];
    const [, , few, many] = ratioTable(ratios).split("\n");
    assert.match(few, /\| few \| 1\.2 \| 0 to ∞ \| 4 \|/);
    assert.match(many, /\| many \| 14 \| {2}\| 1 \|/);
  });
});
