import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { parse, View } from "vega";
import { compile } from "vega-lite";
import { comparisonPlot, pathPlot, tradeoffPlot, trainingPlot } from "../../../src/plot";
import { Chart } from "../../../src/plot/rendering/chart";
import type { ChartSpec, JsonObject } from "../../../src/plot/rendering/chart-spec";
import { interactive } from "../../../src/plot/rendering/interactive";
import { renderPNG } from "../../../src/plot/rendering/render";
import { tooltipTitle } from "../../../src/plot/rendering/tooltips";
import { ROOT } from "../../support/tracked-files";

const number = (field: string): JsonObject => ({ field, type: "quantitative" });
const ROWS = ["a", "b"].flatMap((kind, k) => [1, 2, 3].map((x) => ({ x, y: 10 * k + x ** 2, kind })));

/** A picture of two lines with a legend. */
const lines = new Chart({
  description: "Two lines.",
  data: { values: ROWS },
  mark: "line",
  encoding: { x: { ...number("x"), title: "epoch" }, y: number("y"), color: { field: "kind" } },
}).spec;

/** What is read of a mark of Vega's scene. */
interface Item {
  readonly items?: readonly Item[];
  readonly marktype?: string;
  readonly role?: string;
  readonly tooltip?: unknown;
  readonly opacity?: number;
  readonly datum?: object;
}

/** The drawn items of each type of mark, those of axes and legends left out. */
async function itemsOf(view: View, type: string): Promise<readonly Item[]> {
  await view.runAsync();
  const found: Item[] = [];
  const visit = (mark: Item): void => {
    if (mark.marktype === type && mark.role === "mark") found.push(...(mark.items ?? []));
    for (const item of mark.items ?? []) item.items?.forEach(visit);
  };
  visit((view.scenegraph() as unknown as { root: Item }).root);
  return found;
}

const viewOf = (spec: ChartSpec): View =>
  new View(parse(compile(structuredClone(spec) as never).spec), { renderer: "none" });

const tooltipsOf = async (spec: ChartSpec, type: string): Promise<readonly unknown[]> =>
  (await itemsOf(viewOf(interactive(spec)), type)).map(({ tooltip }) => tooltip);

describe("tooltips", () => {
  it("tell each row of a line, and never its first one for the whole of it", async () => {
    const told = ROWS.map(({ x, y, kind }) => ({ kind, epoch: `${x}`, y: `${y}` }));
    assert.deepEqual(await tooltipsOf(lines, "symbol"), told);
    const withOwn = { ...(lines.encoding as JsonObject), tooltip: [number("y")] };
    assert.deepEqual(
      await tooltipsOf({ ...lines, encoding: withOwn }, "line"),
      ROWS.map(() => undefined),
    );
  });

  it("tell the channels of marks of one row, with titles in lines as one, and no codes of colours", async () => {
    const bars = {
      ...lines,
      mark: "bar",
      encoding: {
        x: { field: "x", title: ["epochs,", "in thousands"] },
        y: { ...number("y"), stack: false },
        color: { field: "kind", scale: null },
      },
    };
    const told = ROWS.map(({ x, y }) => ({ "epochs, in thousands": x, y: `${y}` }));
    assert.deepEqual(await tooltipsOf(bars, "rect"), told);
    const own = { ...bars, mark: { type: "bar", tooltip: null } };
    assert.ok((await tooltipsOf(own, "rect")).every((tooltip) => (tooltip ?? undefined) === undefined));
  });

  it("have six digits", async () => {
    const data = { values: [{ x: 1 / 3, y: 2e6 / 3 }] };
    const points = { ...lines, data, mark: "point", encoding: { x: number("x"), y: number("y") } };
    assert.deepEqual(await tooltipsOf(points, "symbol"), [{ x: "0.333333", y: "666667" }]);
  });

  it("leave a line to the rule that follows the pointer, and to points at its rows", () => {
    const path = pathPlot({ lambdas: [2, 1], coefs: [[0], [1]], featureNames: ["a"] });
    assert.deepEqual(interactive(path.spec).layer, path.spec.layer);
    const { encoding, ...rest } = lines;
    const layer = [{ mark: "line" }, { mark: "point", encoding: { color: { value: "red" } } }];
    assert.equal(
      JSON.stringify(interactive({ ...rest, encoding, layer } as never)).split('"layer"').length,
      2,
    );
  });
});

describe("a legend that is clicked", () => {
  it("mutes the other series, and shows all again", async () => {
    const view = viewOf(interactive(lines));
    const opacities = async (): Promise<unknown[]> =>
      (await itemsOf(view, "line")).map(({ opacity }) => opacity ?? 1);
    assert.deepEqual(await opacities(), [1, 1, 1, 1, 1, 1]);
    view.signal("legend_kind_legend", "b");
    assert.deepEqual(await opacities(), [0.1, 0.1, 0.1, 1, 1, 1]);
    view.signal("legend_kind_legend", null);
    assert.deepEqual(await opacities(), [1, 1, 1, 1, 1, 1]);
  });

  it("selects once in charts that share it, and not where there is none", () => {
    const selectionsOf = (spec: ChartSpec): number =>
      JSON.stringify(interactive(spec)).split('"bind":"legend"').length - 1;
    const { mark, encoding, ...rest } = lines;
    const view = { mark, encoding };
    assert.equal(selectionsOf(new Chart({ ...rest, hconcat: [view, view] }).spec), 1);
    const color = { field: "kind", legend: null };
    assert.equal(selectionsOf({ ...lines, encoding: { ...Object(encoding), color } }), 0);
    const own = { ...lines, encoding: { ...Object(encoding), opacity: { value: 0.5 } } };
    assert.ok(JSON.stringify(interactive(own)).includes('"opacity":{"value":0.5}'));
  });
});

describe("a cloud of points", () => {
  const cloud = (nRows: number): ChartSpec => ({
    description: "Points.",
    data: { values: Array.from({ length: nRows }, (_, i) => ({ x: i, y: i % 7 })) },
    mark: "point",
    encoding: { x: number("x"), y: number("y") },
  });

  it("is zoomed into from a hundred rows on", () => {
    assert.equal(interactive(cloud(99)).params, undefined);
    assert.deepEqual(interactive(cloud(100)).params, [{ name: "zoom", select: "interval", bind: "scales" }]);
  });

  it("is not where the chart has a selection of its own", () => {
    const params = [{ name: "brush", select: "interval" }];
    assert.deepEqual(interactive({ ...cloud(200), params }).params, params);
  });
});

describe("what people point at", () => {
  it("is drawn as the still picture is, pixel by pixel", async () => {
    for (const name of [
      "smoothed-edge",
      "overlapping-groups",
      "real-data",
      "additive-network",
      "diabetes-path",
    ]) {
      const { spec } = new Chart(JSON.parse(readFileSync(join(ROOT, "figures", `${name}.vl.json`), "utf8")));
      assert.deepEqual(await renderPNG(interactive(spec), 1), await renderPNG(spec, 1), name);
    }
  });
});

describe("tooltipTitle", () => {
  /** What the reader sees as the title: the key of the object that Vega-Lite's expression makes. */
  function titleShown(title: string): string {
    const { spec } = compile({
      data: { values: [{ a: 1 }] },
      mark: "point",
      encoding: { tooltip: [{ field: "a", title }] },
    });
    const { signal } = (spec.marks?.[0].encode?.update?.tooltip ?? {}) as { signal?: string };
    return Object.keys(new Function("datum", "isValid", `return ${signal}`)({ a: 1 }, () => true))[0];
  }

  it("keeps backslashes and quotes, and writes a line break as a space", () => {
    const names = ["C:\\users", "\\", 'a "b"', 'a\\"b', "in\r\nEUR", "a\u2028b"];
    assert.deepEqual(
      names.map((name) => titleShown(tooltipTitle(name))),
      ["C:\\users", "\\", 'a "b"', 'a\\"b', "in EUR", "a b"],
    );
  });

  it("lets charts be drawn whatever the columns and metrics are called", async () => {
    for (const name of ["C:\\users", "rent\nin EUR"]) {
      await pathPlot({ lambdas: [2, 1], coefs: [[0], [1]], featureNames: [name] }).toSVG();
      await comparisonPlot({ one: [1, 2] }, { metric: name }).toSVG();
      await tradeoffPlot({ one: [{ x: 1, y: 2 }] }, { x: name, y: name }).toSVG();
      await trainingPlot([{ epoch: 1, [name]: 1 }]).toSVG();
    }
  });
});
