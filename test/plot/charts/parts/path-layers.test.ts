import assert from "node:assert/strict";
import { endLabels, pathLines, type RankedFeature } from "../../../../src/plot/charts/parts/path-layers";

const feature = (name: string, last: number, index: number, rank = 0): RankedFeature => ({
  index,
  name,
  rank,
  lowest: Math.min(0, last),
  highest: Math.max(0, last),
  peak: Math.abs(last),
  last,
});
const steps = [
  { lambda: 2, coef: [0, 0] },
  { lambda: 1, coef: [1, -3] },
];
const frame = {
  width: 300,
  height: 200,
  lambdas: [2, 1],
  domain: [-4, 2] as const,
  title: "coefficient",
  symbol: "b",
};
const ranked = [feature("b.d", -3, 1), feature("a[0]", 1, 0, 1)];

describe("pathLines", () => {
  it("holds the path under generated keys, not under the names of features", () => {
    const { data } = pathLines(steps, ranked, 2, frame) as { data: { values: object[] } };
    assert.deepEqual(data.values, [
      { lambda: 2, b0: 0, b1: 0 },
      { lambda: 1, b0: -3, b1: 1 },
    ]);
  });

  it("paints the largest line last, and lines without a name thin and grey", () => {
    const { layer } = pathLines(steps, ranked, 1, frame) as unknown as {
      layer: {
        transform: [
          { fold: string[] },
          { from: { data: { values: { key: string; named: boolean; color: string }[] } } },
        ];
      }[];
    };
    const [{ transform }] = layer;
    assert.deepEqual(transform[0].fold, ["b1", "b0"]);
    const [first, second] = transform[1].from.data.values;
    assert.deepEqual([first.named, second.named], [true, false]);
    assert.notEqual(first.color, second.color);
  });

  it("zooms along lambda alone: the names stand at the heights of the lines", () => {
    const { layer } = pathLines(steps, ranked, 2, frame) as { layer: { params: object[] }[] };
    const [{ params }] = layer;
    assert.deepEqual(params, [
      { name: "zoom", select: { type: "interval", encodings: ["x"] }, bind: "scales" },
    ]);
  });
});

describe("endLabels", () => {
  it("are not clipped by zooming, and shortened where they are long", () => {
    const layers = endLabels([feature("x".repeat(50), 1, 0)], frame, 100) as {
      mark: { clip: boolean; text?: string };
    }[];
    assert.ok(layers.every(({ mark }) => mark.clip === false));
    assert.deepEqual(
      layers.flatMap(({ mark }) => mark.text ?? []),
      [`${"x".repeat(6)}…${"x".repeat(6)}`],
    );
  });
});
