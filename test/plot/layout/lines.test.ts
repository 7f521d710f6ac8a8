import assert from "node:assert/strict";
import fc from "fast-check";
import { hoverRuleLayer, spreadPositions } from "../../../src/plot/layout/lines";

const positions = fc.array(fc.double({ min: 0, max: 100, noNaN: true }), { minLength: 1, maxLength: 11 });

describe("spread", () => {
  it("keeps order and distance, and stays within the limits", () => {
    fc.assert(
      fc.property(positions, (given) => {
        const moved = spreadPositions(given, 10, 0, 100);
        const order = given.map((_, i) => i).sort((a, b) => moved[a] - moved[b]);
        for (const [k, i] of order.entries()) {
          assert.ok(moved[i] >= -1e-9 && moved[i] <= 100 + 1e-9);
          if (k === 0) continue;
          assert.ok(moved[i] - moved[order[k - 1]] >= 10 - 1e-9);
          assert.ok(given[i] >= given[order[k - 1]]);
        }
      }),
    );
  });

  it("moves nothing that is far enough apart", () => {
    assert.deepEqual(spreadPositions([90, 10, 50], 10, 0, 100), [90, 10, 50]);
  });

  it("parts two equal positions by half the gap each", () => {
    assert.deepEqual(spreadPositions([50, 50], 10, 0, 100), [45, 55]);
  });

  it("moves away from a border", () => {
    assert.deepEqual(spreadPositions([0, 1, 100], 10, 0, 100), [0, 10, 100]);
  });
});

const layer = hoverRuleLayer({
  name: "under_gap",
  x: { field: "x", type: "quantitative" },
  zooms: false,
  position: { field: "x", title: "iteration" },
  values: [
    { field: "s0", name: "Adam" },
    { field: "s1", name: "" },
    { field: "s2", name: "gradient descent from a tiny start without any penalty" },
  ],
}) as unknown as {
  params: { name: string }[];
  encoding: { opacity: { condition: { param: string } }; tooltip: { field: string; title: string }[] };
};

describe("rulerLayer", () => {
  it("is seen at the position that its own selection has", () => {
    assert.equal(layer.encoding.opacity.condition.param, layer.params[0].name);
  });

  it("tells the position and a line for each value, under names that fit and are never empty", () => {
    const { tooltip } = layer.encoding;
    assert.deepEqual(
      tooltip.map(({ field }) => field),
      ["x", "s0", "s1", "s2"],
    );
    assert.deepEqual(
      tooltip.slice(0, 3).map(({ title }) => title),
      ["iteration", "Adam", "(no name)"],
    );
    assert.match(tooltip[3].title, /^gradient .*….*penalty$/);
  });
});
