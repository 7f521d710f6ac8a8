import assert from "node:assert/strict";
import { barElements, barTexts, sparkline } from "../../src/display/bars";

/** Left edge and width in pixels. */
function placeOf(element: string): [number, number] {
  const [, left, width] = /margin-left: (-?\d+)px; width: (\d+)px/.exec(element)!;
  return [Number(left), Number(width)];
}

describe("bars", () => {
  it("begin at the left and are as long as their numbers where none is negative", () => {
    assert.deepEqual(barTexts([12, 6, 1.5, 0, null]), ["█".repeat(12), "██████", "█▌", "", ""]);
    assert.deepEqual(barElements([2, 1, 0]).map(placeOf), [
      [0, 120],
      [0, 60],
      [0, 0],
    ]);
  });

  it("share a zero where some are negative", () => {
    assert.deepEqual(barTexts([2, -1]), ["    ████████", "████"]);
    const [up, down] = barElements([2, -1]);
    assert.deepEqual(
      [placeOf(up), placeOf(down)],
      [
        [40, 80],
        [0, 40],
      ],
    );
    assert.notEqual(/background-color: (\S+)"/.exec(up)![1], /background-color: (\S+)"/.exec(down)![1]);
  });

  it("end at the zero on the left where all are negative", () => {
    assert.deepEqual(barTexts([-2, -1]), ["█".repeat(12), `${" ".repeat(6)}██████`]);
  });

  it("show even the smallest number that is not zero, on either side", () => {
    assert.deepEqual(barTexts([1, 1e-12]), ["█".repeat(12), "▏"]);
    assert.deepEqual(barTexts([-1, -1e-12]), ["█".repeat(12), `${" ".repeat(11)}▐`]);
    for (const element of barElements([1, 1e-12, -1e-12])) assert.ok(placeOf(element)[1] >= 1);
  });

  it("are as long for the largest numbers there are, and left out where there is no finite one", () => {
    assert.deepEqual(barTexts([Number.MAX_VALUE, -Number.MAX_VALUE]), [`${" ".repeat(6)}██████`, "██████"]);
    assert.deepEqual(barTexts([Number.NaN, Infinity, undefined]), ["", "", ""]);
    assert.deepEqual(barElements([Number.NaN, undefined]), ["", ""]);
    assert.deepEqual(barTexts([0, 0]), ["", ""]);
  });
});

describe("a sparkline", () => {
  it("has the heights of the numbers, and a gap where there is none", () => {
    assert.equal(sparkline([0, 1, 2, 3, 4, 5, 6, 7]), "▁▂▃▄▅▆▇█");
    assert.equal(sparkline([0, Number.NaN, 7]), "▁ █");
    assert.equal(sparkline([3, 3]), "▁▁");
    assert.equal(sparkline([]), "");
  });

  it("has the means of neighbours where there are more numbers than room", () => {
    assert.equal(sparkline([0, 0, 7, 7, 3, 5], [], 3), "▁█▅");
  });

  it("has brackets around the character of a marked number, wherever that is", () => {
    const marksOf = (...indices: number[]) =>
      indices.map((index, k) => ({
        index,
        brackets: k === 0 ? (["[", "]"] as const) : (["(", ")"] as const),
      }));
    assert.equal(sparkline([7, 0, 7], marksOf(1, 0)), "(█)[▁]█");
    assert.equal(sparkline([0, 0, 7, 7, 3, 5], marksOf(4, 5), 3), "▁█([▅])");
    // A number that is the only low one is where its run is low, whatever the numbers of both are.
    for (const [count, width] of [
      [7, 3],
      [100, 40],
      [41, 40],
      [5, 40],
    ])
      for (let index = 0; index < count; index++) {
        const values = Array.from({ length: count }, (_, i) => (i === index ? -1e6 : 0));
        assert.match(sparkline(values, marksOf(index), width), /^█*\[▁\]█*$/);
      }
  });
});
