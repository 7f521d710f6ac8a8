import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { meanOf } from "./studies/means";
import { type Chosen, RULES, type Rule, selectionRules } from "./studies/selection-rules";

/** What a method's measure exceeds that of MCP by, of the same rule: the mean of pairs, two standard errors to either side. */
interface Row {
  readonly measure: Measure;
  readonly rule: Rule;
  readonly method: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

type Measure = "estimationError" | "f1";

const NAMES: Readonly<Record<string, string>> = {
  lasso: "lasso",
  "product, k = 3": "three factors",
  "product, k = 3, from small lambda": "three factors, from small λ",
  "SmoothBridge, q = 1/2": "bridge, q = 1/2",
};
const SHOWN = RULES.filter((rule) => rule !== "EBIC of any size");

/** Each method less MCP, by each rule that chooses lambda. */
export const selectionRulesFigure: Figure = {
  name: "selection-rules",
  title:
    "A bridge recovers the support better than MCP by cross-validation and EBIC, but not where features that folds keep are refitted",
  study: selectionRules,
  compute(): Row[] {
    const records = readRecords<Chosen>(selectionRules, "desk");
    const of = (method: string, rule: Rule, measure: Measure): number[] =>
      records
        .filter(({ task }) => task.parameters.method === method)
        .map(({ result }) => result[rule][measure]);
    return (["estimationError", "f1"] as const).flatMap((measure) =>
      SHOWN.flatMap((rule) => {
        const ofMcp = of("MCP", rule, measure);
        return Object.entries(NAMES).map(([method, name]) => {
          const { mean, error } = meanOf(of(method, rule, measure).map((value, r) => value - ofMcp[r]));
          return { measure, rule, method: name, mean, low: mean - 2 * error, high: mean + 2 * error };
        });
      }),
    );
  },
  draw: (data) =>
    new Chart({
      description:
        "Relative estimation error and F1 of the lasso, two descents on three factors and a bridge of 1/2, less those of MCP, by the rule that chooses lambda, with two standard errors to either side. The F1 of the bridge is higher by 0.10 at the minimum of cross-validation, by 0.06 at one standard error and by 0.39 by EBIC, and the same where stable features are refitted.",
      data: { values: data as unknown as [] },
      hconcat: [
        panel("estimationError", "Relative estimation error less MCP's", true),
        panel("f1", "F1 of the support less MCP's", false),
      ],
    } as never),
};

function panel(measure: Measure, title: string, named: boolean): object {
  const y = {
    field: "rule",
    type: "nominal",
    sort: SHOWN,
    title: null,
    axis: { labels: named, ticks: false, domain: false, labelLimit: 200 },
    scale: { paddingInner: 0.35 },
  };
  const yOffset = { field: "method", sort: Object.values(NAMES) };
  const color = {
    field: "method",
    scale: colourScale(Object.values(NAMES)),
    legend: { orient: "top", title: null },
  };
  return {
    width: 270,
    height: 280,
    transform: [{ filter: { field: "measure", equal: measure } }],
    layer: [
      { mark: { type: "rule", color: "#888888" }, encoding: { x: { datum: 0 } } },
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: {
          x: { field: "low", type: "quantitative", title },
          x2: { field: "high" },
          y,
          yOffset,
          color,
        },
      },
      {
        mark: { type: "point", filled: true, size: 50, opacity: 1 },
        encoding: { x: { field: "mean", type: "quantitative", title }, y, yOffset, color },
      },
    ],
  };
}
