import assert from "node:assert/strict";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Figure } from "../../figures/figure";
import { compareFigure, writeFigure } from "../../figures/figure-files";

/** A figure of one number and a colour; its drawing is the two as text. */
function figure(height: number, colour = "blue"): Figure {
  return {
    name: "bar",
    title: "A bar",
    compute: () => ({ heights: Float64Array.of(height, 1) }),
    draw: (data) => {
      const text = `${(data as { heights: number[] }).heights[0]} ${colour}`;
      const drawnAs = (words: string): { save(path: string): Promise<void> } => ({
        save: (path) => writeFile(path, words),
      });
      return { ...drawnAs(text), dark: () => drawnAs(`${text}, dark`) };
    },
  };
}

describe("figures", () => {
  let committed: string;
  let build: string;
  beforeEach(() => {
    committed = mkdtempSync(join(tmpdir(), "committed figures "));
    build = mkdtempSync(join(tmpdir(), "build "));
  });
  afterEach(() => {
    for (const folder of [committed, build]) rmSync(folder, { recursive: true });
  });

  it("are written as data, specification, SVG and PNG, light and dark", async () => {
    await writeFigure(figure(0.5), committed);
    assert.deepEqual(JSON.parse(readFileSync(join(committed, "data", "bar.json"), "utf8")), {
      heights: [0.5, 1],
    });
    for (const end of [".vl.json", ".svg", ".png"]) {
      assert.equal(readFileSync(join(committed, `bar${end}`), "utf8"), "0.5 blue");
    }
    assert.equal(readFileSync(join(committed, "bar-dark.png"), "utf8"), "0.5 blue, dark");
  });

  it("agree with themselves, and with numbers that differ in the last digits", async () => {
    await writeFigure(figure(0.5), committed);
    assert.equal(await compareFigure(figure(0.5), committed, build), undefined);
    assert.equal(await compareFigure(figure(0.5 + 1e-10), committed, build), undefined);
    // What was drawn are the committed numbers.
    assert.equal(readFileSync(join(build, "bar.svg"), "utf8"), "0.5 blue");
  });

  it("differ where a number does", async () => {
    await writeFigure(figure(0.5), committed);
    assert.equal(
      await compareFigure(figure(0.51), committed, build),
      "the numbers differ from the committed ones at data.heights[0]: got 0.51, committed 0.5",
    );
  });

  it("differ where the same numbers are drawn in another way", async () => {
    await writeFigure(figure(0.5), committed);
    assert.equal(
      await compareFigure(figure(0.5, "red"), committed, build),
      "the drawing differs from the committed bar.vl.json, bar.svg, bar.png, bar-dark.png",
    );
    writeFileSync(join(committed, "bar.svg"), "edited");
    assert.equal(
      await compareFigure(figure(0.5), committed, build),
      "the drawing differs from the committed bar.svg",
    );
  });

  it("are missed where nothing is committed", async () => {
    assert.equal(
      await compareFigure(figure(0.5), committed, build),
      `no committed data in ${join(committed, "data", "bar.json")}`,
    );
  });
});
