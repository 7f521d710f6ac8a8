import assert from "node:assert/strict";
import { type JsonObject, tradeoffPlot } from "../../../src/plot";
import { textsOf } from "../../support/vega-lite";

const curves = {
  "a[0]": [
    { x: 10, y: 0.5 },
    { x: 1, y: 0.9 },
  ],
  b: [{ x: 2, y: 0.8, standardError: 0.1 }],
};

describe("tradeoffPlot", () => {
  it("draws each curve in the order of x, with a band where there is an error, and its name at the end", async () => {
    const chart = tradeoffPlot(curves);
    const layers = chart.spec.layer as unknown as { data: { values: Record<string, number>[] } }[];
    assert.deepEqual(
      layers[0].data.values.map(({ x }) => x),
      [1, 10],
    );
    assert.deepEqual(
      layers[2].data.values.map(({ low, high }) => [low, high]),
      [[0.7, 0.9]],
    );
    const texts = textsOf(await chart.toSVG());
    for (const text of [
      "a[0]",
      "b",
      "compression ratio (log scale)",
      "accuracy",
      "bands of one standard error",
    ])
      assert.ok(texts.includes(text), `${text}: ${texts.join("|")}`);
  });

  it("leads by dots from a curve that ends before the others to its name", () => {
    const rulesOf = (given: typeof curves | object): JsonObject[] =>
      (tradeoffPlot(given as typeof curves, { log: false }).spec.layer as unknown as JsonObject[]).filter(
        ({ mark }) => (mark as JsonObject).type === "rule" && `${(mark as JsonObject).strokeDash}` === "1,3",
      );
    const [dots, ...others] = rulesOf({
      long: [
        { x: 0, y: 0 },
        { x: 10, y: 1 },
      ],
      short: [
        { x: 0, y: 0 },
        { x: 5, y: 1 },
      ],
    });
    assert.deepEqual(others, []);
    const { x, x2 } = dots.encoding as unknown as { x: { value: number }; x2: { value: number } };
    assert.ok(x.value > 150 && x.value < 250, `${x.value}`);
    assert.equal(x2.value, 380);
  });

  it("says in words where the curves begin and end", () => {
    assert.equal(
      tradeoffPlot(curves, { x: "size", y: "score", log: false }).toString(),
      "Line chart. 2 methods: score against size. a[0] from 0.9 at 1 to 0.5 at 10; b from 0.8 at 2 to 0.8 at 2.",
    );
  });

  it("refuses what is no set of curves", () => {
    const refused = (given: unknown, message: string): void =>
      assert.throws(() => tradeoffPlot(given as never), {
        name: "InputError",
        message: `tradeoffPlot: ${message}`,
      });
    refused(
      [],
      "curves must be an object with the points of at least one method by its name, got an array of 0",
    );
    refused({ a: [] }, '"a" must be an array with at least one point { x, y }, got an array of 0');
    refused({ a: [{ x: 0, y: 1 }] }, '"a"[0].x must be a finite number > 0 on a logarithmic axis, got 0');
    refused({ a: [{ x: 1, y: Number.NaN }] }, '"a"[0].y must be a finite number, got NaN');
    refused(
      { a: [{ x: 1, y: 1, standardError: -1 }] },
      '"a"[0].standardError must be a finite number >= 0, got -1',
    );
  });
});
