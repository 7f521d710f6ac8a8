import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { medianOf, quartilesOf } from "./studies/means";
import { APART, type Crossed, LOOKS, METHODS, STEPS, signCrossing } from "./studies/sign-crossing";

/** The coefficients of a method at a step, as `beta0`, `beta1`, ... */
type Place = { readonly step: number } & Readonly<Record<string, number>>;

interface Numbers {
  readonly paths: Record<string, Place[]>;
  /** Of the lasso. */
  readonly exact: { feature: string; beta: number }[];
  /** Which has to cross zero. */
  readonly watched: string;
  /** Over replicates: the median and the quartiles. */
  readonly gaps: { method: string; step: number; low: number; gap: number; high: number }[];
}

/** What a logarithmic axis shows of a gap that is zero to rounding. */
const SMALLEST = 1e-14;

/** Paths of coefficients from a start on the wrong side of zero, and the gap of many such starts. */
export const signCrossingFigure: Figure = {
  name: "sign-crossing",
  title:
    "All coefficients that must change sign do so from unequal factors, and none from factors of equal size",
  study: signCrossing,
  compute(): Numbers {
    const records = readRecords<Crossed>(signCrossing, "desk");
    const gapsOf = (method: string, look: number): number[] =>
      records
        .filter(({ task }) => task.parameters.method === method)
        .map(({ result }) => Math.max(result.gaps[look], SMALLEST));
    const drawn = records.filter(({ result }) => result.path);
    const { exact = [], watched } = drawn[0].result;
    return {
      paths: Object.fromEntries(
        drawn.map(({ task, result: { path = [] } }): [string, Place[]] => [
          String(task.parameters.method),
          path.map((betas, k) => ({ step: k * APART, ...named(betas) })),
        ]),
      ),
      exact: Object.entries(named(exact)).map(([feature, beta]) => ({ feature, beta })),
      watched: `beta${watched}`,
      gaps: Object.keys(METHODS).flatMap((method) =>
        LOOKS.map((step, look) => {
          const gaps = gapsOf(method, look);
          const [low, high] = quartilesOf(gaps);
          return { method, step, low, gap: medianOf(gaps), high };
        }),
      ),
    };
  },
  draw(data) {
    const numbers = data as Numbers;
    return new Chart({
      description:
        "Above, twenty coefficients over 1800 steps of four methods from one start, the one that has to cross zero in the colour of its method and the others grey, dots where the lasso has them: with ISTA, VarPro and descent on its u and v it crosses, with u and v of equal size it comes to rest at zero. Below, the median gap of a thousand such starts over steps with its quartiles: those of ISTA, VarPro and descent on its u and v fall, that of u and v of equal size stays near 0.1.",
      data: { values: [] },
      vconcat: [
        { hconcat: Object.keys(METHODS).map((method) => paths(method, numbers)) },
        {
          title: { text: "A thousand starts: median gap, and quartiles", ...HEADING },
          data: { values: numbers.gaps },
          width: 880,
          height: 200,
          encoding: {
            x: {
              field: "step",
              type: "quantitative",
              title: "Step",
              scale: { type: "log", nice: false },
              axis: { format: "~s", values: [1, 10, 100, 1000, 10000] },
            },
            color: {
              field: "method",
              type: "nominal",
              scale: colourScale(Object.keys(METHODS)),
              legend: {
                orient: "top",
                title: null,
                symbolType: "stroke",
                symbolStrokeWidth: 2,
                symbolOpacity: 1,
                labelLimit: 240,
              },
            },
          },
          layer: [
            { mark: { type: "area", opacity: 0.15 }, encoding: { y: GAP, y2: { field: "high" } } },
            { mark: { type: "line" }, encoding: { y: { ...GAP, field: "gap" } } },
          ],
        },
      ] as unknown as [],
    });
  },
};

const HEADING = { fontSize: 13, fontWeight: "normal", anchor: "middle" };
const GAP = {
  field: "low",
  type: "quantitative",
  title: "Relative gap to the lasso",
  scale: { type: "log", domain: [SMALLEST, 10], nice: false },
  axis: { format: ".0e", values: [1e-12, 1e-9, 1e-6, 1e-3, 1] },
};

function paths(method: string, { paths: places, exact, watched }: Numbers): object {
  const isFirst = method === Object.keys(METHODS)[0];
  const x = {
    field: "step",
    type: "quantitative",
    title: "Step",
    scale: { domain: [0, STEPS] },
    axis: { values: [0, 600, 1200, 1800], format: "d" },
  };
  const y = { field: "beta", type: "quantitative", title: isFirst ? "Coefficient" : null };
  const [hue] = colourScale([method]).range;
  const color = { condition: { test: `datum.feature === "${watched}"`, value: hue }, value: "#b3b3b3" };
  return {
    title: { text: method, ...HEADING },
    width: 170,
    height: 170,
    layer: [
      {
        data: { values: places[method] },
        transform: [{ fold: exact.map(({ feature }) => feature), as: ["feature", "beta"] }],
        mark: { type: "line", strokeWidth: 1.5 },
        encoding: { x, y, color, detail: { field: "feature", type: "nominal" } },
      },
      {
        data: { values: exact.map((place) => ({ ...place, step: STEPS })) },
        mark: { type: "point", filled: true, size: 28 },
        encoding: { x, y, color },
      },
      { data: { values: [{ beta: 0 }] }, mark: { type: "rule", strokeWidth: 1 }, encoding: { y } },
    ],
  };
}

/** Coefficients by name, to the digits that a picture shows. */
function named(betas: readonly number[]): Record<string, number> {
  return Object.fromEntries(betas.map((beta, j) => [`beta${j}`, Math.round(beta * 1e4) / 1e4]));
}
