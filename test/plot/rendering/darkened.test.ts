import assert from "node:assert/strict";
import { coefficientPlot } from "../../../src/plot";
import { DARK, LIGHT } from "../../../src/plot/rendering/theme";

describe("a dark chart", () => {
  const fit = { coef: [1, -2], featureNames: [LIGHT.ink, "white"] };

  it("has the dark ground and leaves features alone that are called like colours", () => {
    const dark = coefficientPlot(fit).dark();
    assert.equal((dark.spec.config as { background: string }).background, DARK.ground);
    const rows = (dark.spec.data as { values: { name: string; color: string }[] }).values;
    assert.deepEqual(
      rows.map(({ name, color }) => [name, color]),
      [
        ["white", DARK.categories[1]],
        [LIGHT.ink, DARK.categories[0]],
      ],
    );
  });

  it("is the same when made dark twice, and leaves the light one as it was", () => {
    const light = coefficientPlot(fit);
    assert.deepEqual(light.dark().dark().spec, light.dark().spec);
    assert.deepEqual(light.spec, coefficientPlot(fit).spec);
  });

  it("has no colour in both palettes", () => {
    const dark = new Set(Object.values(DARK).flat());
    assert.deepEqual(
      Object.values(LIGHT)
        .flat()
        .filter((color) => dark.has(color)),
      [],
    );
  });
});
