import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import {
  bridgesAgainstFoldedPenalties,
  isOtherGamma,
  shownName,
  TUNED_MCP,
} from "./studies/bridges-against-folded-penalties";
import { meanOf } from "./studies/means";
import type { Assessment } from "./studies/regression-split";

/** A measure of one method: its mean over the replicates, with a standard error to either side. */
interface Row {
  readonly measure: string;
  readonly method: string;
  readonly kind: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const ERROR = "A  Relative estimation error: smaller is better";
const F1 = "B  F1 of the support: larger is better";

const KINDS: Readonly<Record<string, string>> = {
  bridge: "#0072b2",
  "lasso, SCAD or MCP": "#d55e00",
  "least squares on the truth": "#222222",
};

/** The best of the methods that are no bridges, to whose mean a line is drawn. */
const REFERENCE = shownName(TUNED_MCP);

/** Estimation error and support recovery of eighteen methods, tuned on validation rows, at a signal-to-noise ratio of 3. */
export const bridgesFigure: Figure = {
  name: "bridges-against-folded-penalties",
  title:
    "At a signal-to-noise ratio of 3, SmoothBridge and MCP are level if both are tuned, and ahead of the lassos",
  caption:
    "SmoothBridge has q = 1/2 and MCP has γ = 1.2. Both were chosen on the same draws, and their results cannot be told apart. SCAD and MCP with γ = 3 are behind them too.",
  study: bridgesAgainstFoldedPenalties,
  compute(): Row[] {
    const groups = new Map<string, Assessment[]>();
    for (const { task, result } of readRecords<Assessment>(bridgesAgainstFoldedPenalties, "desk")) {
      const { snr, method: name } = task.parameters;
      if (snr !== 3 || name === undefined || isOtherGamma(name)) continue;
      const method = shownName(String(name));
      groups.set(method, [...(groups.get(method) ?? []), result]);
    }
    return [...groups].flatMap(([method, results]) =>
      [
        { measure: ERROR, values: results.map(({ estimationError }) => estimationError) },
        { measure: F1, values: results.map(({ f1 }) => f1) },
      ].map(({ measure, values }) => {
        const { mean, error } = meanOf(values);
        return { measure, method, kind: kindOf(method), mean, low: mean - error, high: mean + error };
      }),
    );
  },
  draw(data) {
    const rows = data as Row[];
    return new Chart({
      description:
        "Means over a hundred replicates with bars of a standard error, methods in the order of their F1. Left, the relative estimation error: 0.19 by least squares on the true features, 0.33 by MCP with γ = 1.2, 0.35 by SmoothBridge with q = 1/2, 0.38 by MCP with γ = 3 and SCAD, 0.40 to 0.47 by the other bridges, 0.42 by the adaptive lasso and 0.52 by the lasso. Right, F1 of the support: 0.92 by MCP with γ = 1.2, 0.91 by SmoothBridge with q = 1/2, 0.84 with 2/3, 0.72 to 0.81 by the other bridges, 0.72 by MCP with γ = 3, 0.70 by the adaptive lasso, 0.54 by SCAD and 0.39 by the lasso. A dashed line is at the mean of MCP with γ = 1.2.",
      data: { values: rows as unknown as [] },
      hconcat: [panel(rows, ERROR, true), panel(rows, F1, false)] as unknown as [],
    });
  },
};

function kindOf(method: string): string {
  const [bridge, other, truth] = Object.keys(KINDS);
  if (method === "oracle") return truth;
  return /factors|Bridge/.test(method) ? bridge : other;
}

function panel(rows: readonly Row[], measure: string, isFirst: boolean): object {
  const byF1 = rows.filter((row) => row.measure === F1).sort((one, other) => other.mean - one.mean);
  const reference = rows.find((row) => row.measure === measure && row.method === REFERENCE) as Row;
  const shared = {
    y: {
      field: "method",
      type: "nominal",
      sort: byF1.map(({ method }) => method),
      title: null,
      axis: isFirst ? { labelLimit: 220 } : null,
    },
    color: {
      field: "kind",
      sort: null,
      scale: { domain: Object.keys(KINDS), range: Object.values(KINDS) },
      legend: { orient: "top", title: null, symbolType: "circle", symbolOpacity: 1 },
    },
  };
  return {
    title: { text: measure, fontSize: 13, fontWeight: "normal", anchor: "start", frame: "group" },
    transform: [{ filter: { field: "measure", equal: measure } }],
    width: 320,
    height: { step: 22 },
    layer: [
      {
        mark: { type: "rule", color: "#888888", strokeDash: [4, 3] },
        encoding: { x: { datum: reference.mean, type: "quantitative" } },
      },
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: {
          ...shared,
          x: {
            field: "low",
            type: "quantitative",
            title: measure === ERROR ? "‖β̂ − β‖ / ‖β‖" : "F1",
            scale: { domain: measure === ERROR ? [0.1, 0.6] : [0.3, 1.05], zero: false, nice: false },
            axis: { tickCount: 6, grid: true },
          },
          x2: { field: "high" },
        },
      },
      {
        mark: { type: "point", filled: true, size: 36, opacity: 1 },
        encoding: { ...shared, x: { field: "mean", type: "quantitative" } },
      },
    ],
  };
}
