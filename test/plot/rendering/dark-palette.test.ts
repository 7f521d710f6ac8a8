import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { Chart, coefficientPlot, setChartTheme } from "../../../src/plot";
import type { ChartSpec, JsonObject } from "../../../src/plot/rendering/chart-spec";
import { followingGround } from "../../../src/plot/rendering/ground";
import { interactive } from "../../../src/plot/rendering/interactive";
import { DARK, LIGHT } from "../../../src/plot/rendering/theme";
import { ROOT } from "../../support/tracked-files";

const VEGA_LITE = "application/vnd.vegalite.v5+json";

describe("a chart in a notebook", () => {
  /** What a front end draws that sets a ground, as the themes of vega-embed do. */
  const drawnOn = (spec: ChartSpec, background?: string): Promise<string> =>
    new Chart({
      ...spec,
      config: { ...(background && { background }), ...(spec.config as JsonObject) },
    }).toSVG();

  const figures = readdirSync(join(ROOT, "figures")).filter((name) => name.endsWith(".vl.json"));
  /** Figures that have colours as values of data. */
  const coloredByData = ["diabetes-path.vl.json", "diabetes-coefficients.vl.json"];

  it("is the dark one on a dark ground and the light one elsewhere", async () => {
    for (const name of figures.filter((name, k) => k % 4 === 0 || coloredByData.includes(name))) {
      const chart = new Chart(JSON.parse(readFileSync(join(ROOT, "figures", name), "utf8")));
      const shown = followingGround(chart.spec);
      assert.deepEqual((await chart.toMimeBundle())[VEGA_LITE], interactive(shown));
      assert.equal(await drawnOn(shown), await chart.toSVG(), name);
      // Labels for screen readers name the colours of data as they are.
      const seen = (svg: string): string => svg.replace(/color: #\w+/g, "");
      assert.equal(seen(await drawnOn(shown, DARK.background)), seen(await chart.dark().toSVG()), name);
      // Of what a notebook holds, the site makes a picture for a dark page.
      assert.equal(await new Chart(shown).dark().toSVG(), await chart.dark().toSVG(), name);
    }
  });

  it("keeps the dark ground that its cell asked for", async () => {
    const dark = coefficientPlot({ coef: [1, -2], featureNames: ["a", "b"] }).dark();
    assert.deepEqual((await dark.toMimeBundle())[VEGA_LITE], interactive(dark.spec));
  });
});

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

  it("has no texts or lines in black, which nobody would see, whatever it is made of", async () => {
    const y = { field: "y", type: "quantitative" };
    const rows = { field: "row", header: { title: "a title" } };
    const chart = new Chart({
      description: "Rules and texts by row",
      title: { text: "A title", subtitle: "and a subtitle" },
      data: { values: [{ row: "first", y: 1, kind: "a" }] },
      facet: { row: rows, column: { ...rows, field: "kind" } },
      spec: {
        encoding: { y, color: { field: "kind", type: "nominal" }, shape: { field: "row", type: "nominal" } },
        layer: ["point", "bar", "tick"].map((type) => ({ mark: { type } })),
      },
    });
    const uncoloured = {
      ...chart.spec,
      spec: { encoding: { y }, layer: [{ mark: "rule" }, { mark: "text" }] },
    };
    for (const each of [chart, new Chart(uncoloured)])
      assert.doesNotMatch(await each.dark().toSVG(), /(fill|stroke)="(#000|black)/);
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
      assert.deepEqual(bundle[VEGA_LITE], interactive(chart.dark().spec));
      assert.equal(bundle["image/png"], (await chart.dark().toMimeBundle())["image/png"]);
      assert.deepEqual(chart.toJSON(), chart.spec);
      setChartTheme("light");
      assert.deepEqual((await chart.toMimeBundle())[VEGA_LITE], interactive(chart.spec));
    } finally {
      setChartTheme("auto");
    }
    assert.throws(() => setChartTheme("grey" as never), {
      name: "InputError",
      message: 'setChartTheme: theme must be "auto", "light" or "dark", got "grey"',
    });
  });
});
