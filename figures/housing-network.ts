import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { EPOCHS, housingNetwork, REFITTED, type Trained } from "./studies/housing-network";
import { medianOf, quartilesOf } from "./studies/means";

/** The runs of a method at a stage: the median and the quartiles of their test error. */
interface Row {
  readonly epochs: number;
  readonly method: string;
  readonly stage: string;
  /** The method with the median of the parameters that are left. */
  readonly label: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** "3 of 20 constant", or nothing. */
  readonly failures: string;
}

const STAGES = ["trained and pruned", "trained on without the penalty", "same size, weights anew"];

/** The source's network, before and after it is trained on. */
const PUBLISHED = { epochs: 200, method: "published", parameters: 601, tests: [0.2997, 0.2385] };

/** Networks that end up constant have errors of 1.2 or more, all others below this. */
const CONSTANT = 1;

/** Test error of networks and how many parameters they have: pruned, trained on, and trained anew. */
export const housingNetworkFigure: Figure = {
  name: "housing-network",
  title:
    "A network of a fifth of the parameters, once refitted, predicts almost as well as the whole network",
  caption:
    "On average it is 0.001 to 0.002 behind. Small networks with new weights are 0.012 to 0.033 behind.",
  study: housingNetwork,
  compute(): Row[] {
    const groups = new Map<string, Trained[]>();
    for (const { task, result } of readRecords<Trained>(housingNetwork, "desk")) {
      const { epochs, method, depth } = task.parameters;
      if (!EPOCHS.includes(Number(epochs))) continue;
      const key = JSON.stringify({
        epochs,
        method: method === "gates" ? `gates of depth ${depth}` : method,
      });
      groups.set(key, [...(groups.get(key) ?? []), result]);
    }
    const ours = [...groups].flatMap(([key, runs]) => {
      const parameters = medianOf(runs.map(({ pruned }) => pruned[REFITTED].parameters));
      return [
        runs.map(({ pruned }) => pruned[REFITTED].test),
        runs.map(({ refitted }) => refitted),
        runs.map(({ anew }) => anew),
      ].map((tests, k) => rowOf(JSON.parse(key), parameters, k, tests));
    });
    const { tests, parameters, ...network } = PUBLISHED;
    return [...ours, ...tests.map((test, k) => rowOf(network, parameters, k, [test]))];
  },
  draw(data) {
    const rows = data as Row[];
    return new Chart({
      description:
        "Medians of the test error of twenty runs with bars from quartile to quartile, above after 60 epochs, below after 200; each row names the median of the parameters left, a dashed line is at the network without a penalty, of 4513. Left, pruned at 0.01, after 60 epochs: 586 to 966 parameters and errors of 0.273 to 0.280, the whole network 0.263; after 200: 216 to 226 and 0.269 to 0.274, the whole one 0.286. In the middle, trained on without the penalty: small ones 0.262 to 0.265, the whole one 0.262; after 200 epochs 0.264 to 0.270 and 0.290. Right, networks of the same sizes from weights drawn anew, trained as long as the refit: small ones 0.286 to 0.292, the whole one 0.275; after 200 epochs 0.294 to 0.295 and 0.262, and thirteen of the 60 smallest are constant. The published one goes from 0.2997 to 0.2385 at 601 parameters.",
      data: { values: rows as unknown as [] },
      vconcat: EPOCHS.map((epochs, row) => ({
        hconcat: STAGES.map((_, column) => panel(rows, epochs, row, column)),
        spacing: 16,
      })) as unknown as [],
    });
  },
};

function rowOf(
  network: { epochs: number; method: string },
  parameters: number,
  k: number,
  tests: readonly number[],
): Row {
  const failures = tests.filter((test) => test > CONSTANT).length;
  const [low, high] = quartilesOf(tests);
  return {
    ...network,
    stage: STAGES[k],
    label: `${network.method}, ${Math.round(parameters)}`,
    ...{ median: medianOf(tests), low, high },
    failures: failures > 0 ? `${failures} of ${tests.length} constant` : "",
  };
}

function panel(rows: readonly Row[], epochs: number, row: number, column: number): object {
  const stage = STAGES[column];
  const x = {
    type: "quantitative",
    title: row === 1 ? "Test error" : null,
    scale: { domain: [0.235, 0.32], zero: false, nice: false },
    axis: { tickCount: 5, format: ".2f" },
  };
  const ofPanel = rows.filter((one) => one.epochs === epochs && one.stage === stage);
  const whole = ofPanel.find(({ method }) => method === "no penalty") as Row;
  const shared = {
    y: {
      field: "label",
      type: "nominal",
      sort: null,
      title: null,
      axis: column === 0 ? { labelLimit: 220 } : { labels: false, ticks: false },
      scale: {
        domain: [...new Set(rows.filter((one) => one.epochs === epochs).map(({ label }) => label))],
      },
    },
    color: {
      field: "method",
      sort: null,
      scale: colourScale(rows.map(({ method }) => method)),
      legend: null,
    },
  };
  return {
    title: {
      text: `${"ABCDEF"[3 * row + column]}  ${epochs} epochs, ${stage}`,
      fontSize: 12,
      fontWeight: "normal",
      anchor: "start",
    },
    transform: [{ filter: `datum.epochs === ${epochs} && datum.stage === '${stage}'` }],
    width: 250,
    height: { step: 26 },
    layer: [
      {
        mark: { type: "rule", color: "#888888", strokeDash: [4, 3] },
        encoding: { x: { datum: whole.median, ...x } },
      },
      {
        mark: { type: "rule", strokeWidth: 2, clip: true },
        encoding: { ...shared, x: { field: "low", ...x }, x2: { field: "high" } },
      },
      {
        mark: { type: "point", filled: true, size: 50, opacity: 1 },
        encoding: { ...shared, x: { field: "median", ...x } },
      },
      {
        transform: [{ filter: "datum.failures !== ''" }],
        mark: { type: "text", align: "right", dy: -9, fontSize: 10 },
        encoding: { ...shared, x: { datum: 0.32, ...x }, text: { field: "failures" } },
      },
    ],
  };
}
