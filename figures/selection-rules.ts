import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { shownName, TUNED_MCP } from "./studies/bridges-against-folded-penalties";
import { meanOf } from "./studies/means";
import { type Chosen, RULES, type Rule, selectionRules } from "./studies/selection-rules";

/** What a method's measure exceeds that of MCP with the tuned gamma by, of the same rule: the mean of pairs, two standard errors to either side. */
interface Row {
  readonly snr: number;
  readonly measure: Measure;
  readonly rule: Rule;
  readonly method: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

type Measure = "estimationError" | "f1";

const METHODS = ["lasso", "product, k = 3", "product, k = 3, from small lambda", "SmoothBridge, q = 1/2"];
const NAMES = METHODS.map(shownName);
const RATIOS = [1, 3, 10];
const SHOWN = RULES.filter((rule) => rule !== "EBIC of any size");

/** Each method less MCP with the tuned gamma, by each rule that chooses lambda. */
export const selectionRulesFigure: Figure = {
  name: "selection-rules",
  title: "A bridge has a smaller error than MCP at a signal-to-noise ratio of 1, and a larger error at 10",
  caption: "MCP is tuned like the bridge. The result is the same for every rule that chooses λ.",
  study: selectionRules,
  compute(): Row[] {
    const records = readRecords<Chosen>(selectionRules, "desk");
    const of = (snr: number, method: string, rule: Rule, measure: Measure): number[] =>
      records
        .filter(({ task: { parameters } }) => parameters.method === method && parameters.snr === snr)
        .map(({ result }) => result[rule][measure]);
    return RATIOS.flatMap((snr) =>
      (["estimationError", "f1"] as const).flatMap((measure) =>
        SHOWN.flatMap((rule) => {
          const ofMcp = of(snr, TUNED_MCP, rule, measure);
          return METHODS.map((method) => {
            const { mean, error } = meanOf(
              of(snr, method, rule, measure).map((value, r) => value - ofMcp[r]),
            );
            return {
              snr,
              measure,
              rule,
              method: shownName(method),
              mean,
              low: mean - 2 * error,
              high: mean + 2 * error,
            };
          });
        }),
      ),
    );
  },
  draw: (data) =>
    new Chart({
      description:
        "Relative estimation error and F1 of the lasso, two descents on three factors and a bridge of 1/2, less those of MCP with γ = 1.2, by the rule that chooses lambda, with two standard errors to either side, at signal-to-noise ratios of 1, 3 and 10. The error of the bridge is smaller at a ratio of 1, by 0.02 to 0.06, and larger at 10, by 0.01 to 0.06. Its F1 at the minimum of cross-validation is higher by 0.11 at 1 and 0.02 at 3 and lower by 0.01 at 10; by EBIC it is lower by 0.05 at 1 and level at 3 and 10; where stable features are refitted it is higher by 0.12 and 0.07 and lower by 0.01.",
      data: { values: data as unknown as [] },
      vconcat: RATIOS.map((snr) => ({
        title: { text: `Signal-to-noise ratio ${snr}`, anchor: "middle" },
        hconcat: [
          panel(snr, "estimationError", "Relative estimation error less MCP's, γ = 1.2", true),
          panel(snr, "f1", "F1 of the support less MCP's, γ = 1.2", false),
        ],
      })),
    } as never),
};

function panel(snr: number, measure: Measure, title: string, named: boolean): object {
  const y = {
    field: "rule",
    type: "nominal",
    sort: SHOWN,
    title: null,
    axis: { labels: named, ticks: false, domain: false, labelLimit: 200 },
    scale: { paddingInner: 0.35 },
  };
  const yOffset = { field: "method", sort: NAMES };
  const color = {
    field: "method",
    scale: colourScale(NAMES),
    legend: { orient: "top", title: null },
  };
  return {
    width: 270,
    height: 200,
    transform: [{ filter: `datum.snr === ${snr} && datum.measure === "${measure}"` }],
    layer: [
      { mark: { type: "rule", color: "#888888" }, encoding: { x: { datum: 0 } } },
      {
        mark: { type: "rule", strokeWidth: 2 },
        encoding: {
          x: { field: "low", type: "quantitative", title, axis: { tickCount: 5 } },
          x2: { field: "high" },
          y,
          yOffset,
          color,
        },
      },
      {
        mark: { type: "point", filled: true, size: 50, opacity: 1 },
        encoding: {
          x: { field: "mean", type: "quantitative", title, axis: { tickCount: 5 } },
          y,
          yOffset,
          color,
        },
      },
    ],
  };
}
