import assert from "node:assert/strict";
import { rulerLayer } from "../../../src/plot/layout/ruler";

const layer = rulerLayer({
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
