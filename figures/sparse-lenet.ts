import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { medianOf } from "./studies/means";
import { sparseLeNet, THRESHOLDS } from "./studies/sparse-lenet";

/** What a run gives, an entry a threshold. */
interface Run {
  readonly weights: number[];
  readonly nonZero: number[];
  readonly test: number[];
}

/** The runs of one method and strength at one threshold: medians over seeds, and what the bar spans. */
interface Row {
  readonly images: number;
  readonly method: string;
  readonly threshold: string;
  readonly compression: number;
  readonly accuracy: number;
  readonly low: number;
  readonly high: number;
}

/** The threshold of `collapse`, and a larger one. */
const SHOWN: Readonly<Record<string, number>> = {
  "weights above 2⁻²³ left": 2 ** -23,
  "weights above 0.001 left": 1e-3,
};

/** The panels of one data set: accuracies below the domain are drawn on its lower edge. */
interface Panel {
  readonly images: number;
  readonly letters: string;
  readonly title: string;
  readonly accuracies: readonly [number, number];
  readonly compressions: readonly number[];
}

const PANELS: readonly Panel[] = [
  {
    images: 960,
    letters: "AD",
    title: "Digits, 3 seeds",
    accuracies: [0.82, 1],
    compressions: [1, 10, 100, 1000],
  },
  {
    images: 20_000,
    letters: "BE",
    title: "20 000 of Fashion-MNIST, 2 seeds",
    accuracies: [0.64, 0.9],
    compressions: [1, 10, 100, 1000, 10_000, 100_000],
  },
  {
    images: 55_000,
    letters: "CF",
    title: "All of Fashion-MNIST, 1 seed",
    accuracies: [0.83, 0.91],
    compressions: [1, 10, 100, 1000],
  },
];

/** Images of Fashion-MNIST that a network is tested on. */
const TESTED = 10_000;

/** Test accuracy against compression of LeNet-300-100. */
export const sparseLeNetFigure: Figure = {
  name: "sparse-lenet",
  title:
    "Factors reach hundredfold compression with exact zeros; descent on the penalty leaves small weights",
  caption:
    "The zeros of factors become exact when the network is collapsed. The small weights need a larger threshold to be pruned.",
  study: sparseLeNet,
  compute(): Row[] {
    const groups = new Map<string, Run[]>();
    for (const { task, result } of readRecords<Run>(sparseLeNet, "desk")) {
      const { images, method, depth, strength } = task.parameters;
      const key = JSON.stringify({
        images,
        method: method === "factors" ? `${depth} factors` : method,
        strength,
      });
      groups.set(key, [...(groups.get(key) ?? []), result]);
    }
    return [...groups].flatMap(([key, runs]) =>
      Object.entries(SHOWN).map(([threshold, value]) => {
        const { images, method } = JSON.parse(key);
        return { images, method, threshold, ...summaryOf(runs, THRESHOLDS.indexOf(value)) };
      }),
    );
  },
  draw(data) {
    const rows = data as Row[];
    return new Chart({
      description:
        "Test accuracy over compression, medians over seeds, for the digits, 20 000 images of Fashion-MNIST and all of it, of weights above two thresholds. At the threshold of collapse runs on the penalty itself stay at compressions of 1 to 3, on all images of 2 to 32; two factors reach 295 on the digits, three and four factors thousands on 20 000 images. Above 0.001 the methods lie closer together; on 20 000 images two factors have higher accuracy than the penalty itself at equal compression, and pruning higher still at 20 and 100. Pruning at 200 on the digits and at 500 on all images, and four factors at their largest lambdas, lie below the panels, with their accuracy beside the mark.",
      data: { values: rows as unknown as [] },
      vconcat: Object.keys(SHOWN).map((threshold, k) => ({
        hconcat: PANELS.map((panel) => drawn(rows, panel, threshold, k)),
        spacing: 24,
      })) as unknown as [],
    });
  },
};

/** Medians of runs; the bar spans the runs, and of a single one a standard error of the images tested to either side. */
function summaryOf(runs: readonly Run[], k: number): Omit<Row, "images" | "method" | "threshold"> {
  const accuracies = runs.map(({ test }) => test[k]);
  const accuracy = medianOf(accuracies);
  const error = runs.length > 1 ? 0 : Math.sqrt((accuracy * (1 - accuracy)) / TESTED);
  return {
    // A network without any weight has as many as one has here: it guesses.
    compression: medianOf(
      runs.map(
        ({ weights, nonZero }) => weights.reduce((sum, count) => sum + count, 0) / Math.max(nonZero[k], 1),
      ),
    ),
    accuracy,
    low: Math.min(...accuracies) - error,
    high: Math.max(...accuracies) + error,
  };
}

function drawn(rows: readonly Row[], panel: Panel, threshold: string, k: number): object {
  const { images, letters, title, accuracies, compressions } = panel;
  const [least] = accuracies;
  const inside = [{ filter: `datum.accuracy >= ${least}` }];
  const outside = [{ filter: `datum.accuracy < ${least}` }];
  const y = {
    type: "quantitative",
    title: images === 960 ? "Test accuracy" : null,
    scale: { domain: accuracies, zero: false, nice: false },
    axis: { tickCount: 5, format: ".2f", minExtent: 36 },
  };
  return {
    title: {
      text: [`${letters[k]}  ${title}:`, threshold],
      fontSize: 12,
      fontWeight: "normal",
      anchor: "start",
    },
    transform: [{ filter: `datum.images === ${images} && datum.threshold === '${threshold}'` }],
    width: 230,
    height: 150,
    encoding: {
      x: {
        field: "compression",
        type: "quantitative",
        title: k === 1 ? "Compression" : null,
        scale: {
          type: "log",
          domain: [0.8, 1.1 * compressions[compressions.length - 1]],
          nice: false,
        },
        axis: { values: compressions, format: "~s" },
      },
      color: {
        field: "method",
        sort: null,
        scale: colourScale(rows.map(({ method }) => method)),
        legend: { orient: "top", title: null, symbolOpacity: 1 },
      },
    },
    layer: [
      {
        mark: { type: "line", strokeWidth: 1, opacity: 0.6, clip: true },
        encoding: { y: { field: "accuracy", ...y } },
      },
      {
        mark: { type: "rule", clip: true },
        encoding: { y: { field: "low", ...y }, y2: { field: "high" } },
      },
      {
        transform: inside,
        mark: { type: "point", filled: true, size: 36, opacity: 1 },
        encoding: { y: { field: "accuracy", ...y } },
      },
      {
        transform: outside,
        mark: { type: "point", shape: "triangle-down", filled: true, size: 60, opacity: 1 },
        encoding: { y: { datum: least, ...y } },
      },
      {
        transform: outside,
        mark: { type: "text", align: "right", dx: -7, dy: -6 },
        encoding: {
          y: { datum: least, ...y },
          text: { field: "accuracy", type: "quantitative", format: ".2f" },
        },
      },
    ],
  };
}
