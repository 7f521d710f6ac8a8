import assert from "node:assert/strict";
import { coefficientPlot, setChartTheme } from "../../../src/plot";
import { DARK, LIGHT } from "../../../src/plot/rendering/theme";

describe("a dark chart", () => {
  const fit = { coef: [1, -2], featureNames: [LIGHT.foreground, "white"] };

  it("has the dark ground and leaves features alone that are called like colours", () => {
    const dark = coefficientPlot(fit).dark();
    assert.equal((dark.spec.config as { background: string }).background, DARK.background);
    const rows = (dark.spec.data as { values: { name: string; color: string }[] }).values;
    assert.deepEqual(
      rows.map(({ name, color }) => [name, color]),
      [
        ["white", DARK.categories[1]],
        [LIGHT.foreground, DARK.categories[0]],
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

  it("is what a notebook shows once it has asked for dark charts, and what is saved stays light", async () => {
    const chart = coefficientPlot(fit);
    setChartTheme("dark");
    try {
      const bundle = await chart.toMimeBundle();
      assert.deepEqual(bundle["application/vnd.vegalite.v5+json"], chart.dark().spec);
      assert.equal(bundle["image/png"], (await chart.dark().toMimeBundle())["image/png"]);
      assert.deepEqual(chart.toJSON(), chart.spec);
    } finally {
      setChartTheme("light");
    }
    assert.deepEqual((await chart.toMimeBundle())["application/vnd.vegalite.v5+json"], chart.spec);
    assert.throws(() => setChartTheme("grey" as never), {
      name: "InputError",
      message: 'setChartTheme: theme must be "light" or "dark", got "grey"',
    });
  });
});
