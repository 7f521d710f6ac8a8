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

/** What a run gives, an entry a threshold. */
interface Run {
  readonly hits: number[];
  readonly falsePositives: number[];
  readonly test: number[];
}

/** Thresholds by what is said of them. */
const SHOWN: Readonly<Record<string, number>> = {
  "inputs of norms above 2⁻²³": ZERO,
  "inputs of norms above 10⁻²": PRUNED[0],
};

/** At a threshold: the percentage of uninformative inputs that are left, the test error, and how many informative ones are left. */
type Seen = readonly [number, number, number];

interface Row extends Readonly<Record<string, string | Seen>> {
  readonly method: string;
  readonly scale: string;
}

const SCALES = [SMALL, LARGE];

/** Test error against uninformative inputs that a network keeps. */
export const inputSelectionFigure: Figure = {
  name: "input-selection",
  title:
    "Of 50 inputs gates of depth 3 and 4 set useless ones to zero; of 500, in as many epochs, most stay above 2⁻²³ but at the two largest λ, though from 0.01 on at most 42 of 495 above 0.01",
  study: inputSelection,
  compute: (): Row[] =>
    readRecords<Run>(inputSelection, "desk").flatMap(({ task: { parameters }, result }) => {
      const scale = SCALES.find(
        ({ nInputs, rate, epochs }) =>
          nInputs === parameters.nInputs && rate === parameters.rate && epochs === parameters.epochs,
      );
      // What was added to find out why zeros are few in the large one is not drawn.
      if (!scale) return [];
      const seen = (threshold: number): Seen => {
        const k = INPUT_THRESHOLDS.indexOf(threshold);
        const others = (100 * result.falsePositives[k]) / (scale.nInputs - N_INFORMATIVE);
        return [Number(others.toFixed(1)), Number(result.test[k].toFixed(2)), result.hits[k]];
      };
      return [
        {
          method:
            parameters.method === "gates" ? `gates of depth ${parameters.depth}` : String(parameters.method),
          scale: `${scale.nInputs} inputs`,
          ...Object.fromEntries(Object.entries(SHOWN).map(([text, threshold]) => [text, seen(threshold)])),
        },
      ];
    }),
  draw: (data) =>
    new Chart({
      description:
        "Test error over the percentage of uninformative inputs that are left, a point a run, above two norms and for networks of 50 and 500 inputs. Of 50, at the threshold of collapse, direct descent has all and gates of depth 2 have 82 % or more; gates of depth 3 and 4 have anything from all to none, at errors from 1.2 where no informative input is lost, which one is in 38 runs of 40 at the largest lambda; where none is lost and the error is above 3, one has a small norm. Of 500, direct descent and depth 2 have all and most runs of depth 3 and 4 nearly all, but for the largest lambdas, where an informative input is mostly lost; above 0.01 most have few, at errors from 1.0.",
      data: { values: data as unknown as [] },
      transform: [
        { fold: Object.keys(SHOWN), as: ["threshold", "seen"] },
        { calculate: "datum.seen[0]", as: "others" },
        { calculate: "datum.seen[1]", as: "error" },
        {
          calculate: `datum.seen[2] === ${N_INFORMATIVE} ? 'all informative inputs kept' : 'some lost'`,
          as: "informative",
        },
      ],
      facet: {
        row: { field: "scale", header: { title: null, labelFontSize: 13 }, sort: null },
        column: {
          field: "threshold",
          header: { title: null, labelFontSize: 13 },
          sort: Object.keys(SHOWN),
        },
      },
      spec: {
        width: 300,
        height: 230,
        mark: { type: "point", filled: true, size: 60, opacity: 0.8 },
        encoding: {
          x: {
            field: "others",
            type: "quantitative",
            title: "Uninformative inputs that are left, in %",
            scale: { domain: [-2, 102], nice: false },
            axis: { values: [0, 25, 50, 75, 100] },
          },
          y: {
            field: "error",
            type: "quantitative",
            title: "Test error, noise = 1",
            scale: { type: "log", domain: [0.9, 18], nice: false },
            axis: { values: [1, 2, 4, 8, 16] },
          },
          color: {
            field: "method",
            sort: null,
            scale: colourScale((data as Row[]).map(({ method }) => method)),
            legend: { orient: "top", columns: 3, title: null },
          },
          shape: {
            field: "informative",
            sort: ["all informative inputs kept", "some lost"],
            scale: { range: ["circle", "cross"] },
            legend: { orient: "top", columns: 1, title: null },
          },
        },
      },
    } as never),
};
