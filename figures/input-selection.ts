import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import {
  INPUT_THRESHOLDS,
  inputSelection,
  LARGE,
  N_INFORMATIVE,
  PRUNED,
  SMALL,
  ZERO,
} from "./studies/input-selection";
import { medianOf, quartilesOf } from "./studies/means";

/** What a run gives, an entry a threshold. */
interface Run {
  readonly hits: number[];
  readonly falsePositives: number[];
  readonly test: number[];
}

/** The median and the quartiles of the runs of a method at one lambda. */
interface Row {
  readonly method: string;
  readonly scale: string;
  readonly strength: number;
  readonly measure: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
  /** Whether at least half of the runs have lost an informative input. */
  readonly loses: boolean;
}

const COLLAPSED = "norms above 2⁻²³";
const CUT = "norms above 0.01";
const ERROR = "test error";
const MEASURES = [COLLAPSED, CUT, ERROR];

/** Networks without a penalty have no lambda: lines across. */
const UNPENALIZED = ["no penalty", "oracle"];
const DODGE = ["direct group lasso", "gates of depth 2", "gates of depth 3", "gates of depth 4"];

const SCALES = [SMALL, LARGE];
const LETTERS: Readonly<Record<string, string>> = { "50 inputs": "ABC", "500 inputs": "DEF" };

/** Uninformative inputs that a network keeps, and its test error, over lambda. */
export const inputSelectionFigure: Figure = {
  name: "input-selection",
  title: "With 50 inputs, gates of depth 3 and 4 set useless inputs to zero",
  caption: "With 500 inputs and as many epochs, they do so only at the two largest λ.",
  study: inputSelection,
  compute(): Row[] {
    const groups = new Map<string, { nInputs: number; runs: Run[] }>();
    for (const { task, result } of readRecords<Run>(inputSelection, "desk")) {
      const { parameters } = task;
      const scale = SCALES.find(
        ({ nInputs, rate, epochs }) =>
          nInputs === parameters.nInputs && rate === parameters.rate && epochs === parameters.epochs,
      );
      // What was added to find out why zeros are few in the large one is not drawn.
      if (!scale) continue;
      const { nInputs } = scale;
      const key = JSON.stringify({
        method:
          parameters.method === "gates" ? `gates of depth ${parameters.depth}` : String(parameters.method),
        scale: `${nInputs} inputs`,
        strength: parameters.strength,
      });
      groups.set(key, { nInputs, runs: [...(groups.get(key)?.runs ?? []), result] });
    }
    return [...groups].flatMap(([key, { nInputs, runs }]) => {
      const [collapsed, cut] = [ZERO, PRUNED[0]].map((value) => INPUT_THRESHOLDS.indexOf(value));
      const uninformative = (k: number) =>
        runs.map(({ falsePositives }) => (100 * falsePositives[k]) / (nInputs - N_INFORMATIVE));
      const losses = (k: number) => runs.filter(({ hits }) => hits[k] < N_INFORMATIVE).length;
      const row = (measure: string, values: readonly number[], k: number): Row => {
        const [low, high] = quartilesOf(values);
        const loses = 2 * losses(k) >= runs.length;
        return { ...JSON.parse(key), measure, median: medianOf(values), low, high, loses };
      };
      return [
        row(COLLAPSED, uninformative(collapsed), collapsed),
        row(CUT, uninformative(cut), cut),
        row(
          ERROR,
          runs.map(({ test }) => test[collapsed]),
          collapsed,
        ),
      ];
    });
  },
  draw(data) {
    const rows = data as Row[];
    return new Chart({
      description:
        "Medians with bars from quartile to quartile of twenty runs, over lambda, for networks of 50 and of 500 inputs: the percentage of uninformative inputs above two norms, and the test error. Of 50, above the threshold of collapse, direct descent leaves all and gates of depth 2 leave 89 % or more; gates of depth 3 leave none from lambda 0.02 on, those of depth 4 at most 7 % from 0.01 on. Of 500, all are left but by depth 4 at 0.02 (38 %) and 0.05 (none) and depth 3 at 0.05 (50 %); above 0.01 at most 8 % are left from 0.01 on. The error is 1.4 at its least of 50 and 1.2 of 500, and 3.4 to 3.6 at the crosses, where half of the runs or more have lost an informative input. Dashed lines are networks of all inputs without a penalty, at 11 and 15, and of the informative ones, at 1.8 and 1.4.",
      data: { values: rows as unknown as [] },
      vconcat: Object.keys(LETTERS).map((scale) => ({
        hconcat: MEASURES.map((measure, k) => panel(rows, scale, measure, k)),
        spacing: 20,
      })) as unknown as [],
    });
  },
};

function panel(rows: readonly Row[], scale: string, measure: string, k: number): object {
  const y =
    measure === ERROR
      ? {
          type: "quantitative",
          title: "Test error (noise = 1)",
          scale: { type: "log", domain: [0.9, 18], nice: false },
          axis: { values: [1, 2, 4, 8, 16] },
        }
      : {
          type: "quantitative",
          title: "Uninformative inputs (%)",
          scale: { domain: [-3, 103], nice: false },
          axis: { values: [0, 25, 50, 75, 100] },
        };
  const x = {
    x: {
      field: "strength",
      type: "ordinal",
      title: scale === "500 inputs" ? "λ" : null,
      axis: { labelAngle: 0 },
    },
    xOffset: { field: "method", sort: DODGE },
  };
  const isPenalized = `!(${UNPENALIZED.map((method) => `datum.method === '${method}'`).join(" || ")})`;
  return {
    title: {
      text: `${LETTERS[scale][k]}  ${scale}, ${measure}`,
      fontSize: 12,
      fontWeight: "normal",
      anchor: "start",
    },
    transform: [{ filter: `datum.scale === '${scale}' && datum.measure === '${measure}'` }],
    width: 250,
    height: 170,
    encoding: {
      color: {
        field: "method",
        sort: null,
        scale: colourScale(rows.map(({ method }) => method)),
        legend: { orient: "top", title: null, symbolOpacity: 1 },
      },
    },
    layer: [
      {
        transform: [{ filter: isPenalized }],
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: { ...x, y: { field: "low", ...y }, y2: { field: "high" } },
      },
      {
        transform: [{ filter: `${isPenalized} && !datum.loses` }],
        mark: { type: "point", filled: true, size: 40, opacity: 1 },
        encoding: { ...x, y: { field: "median", ...y } },
      },
      {
        transform: [{ filter: `${isPenalized} && datum.loses` }],
        mark: { type: "point", shape: "cross", filled: true, size: 70, opacity: 1 },
        encoding: { ...x, y: { field: "median", ...y } },
      },
      ...(measure === ERROR ? [across(isPenalized, y)] : []),
    ],
  };
}

/** The medians of networks without a penalty. */
function across(isPenalized: string, y: object): object {
  return {
    transform: [{ filter: `!(${isPenalized})` }],
    mark: { type: "rule", strokeDash: [4, 3], strokeWidth: 1.5 },
    encoding: { y: { field: "median", ...y } },
  };
}
