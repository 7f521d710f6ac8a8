import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { FILTER_THRESHOLDS, filterSparseCnn } from "./studies/filter-sparse-cnn";

/** What a run gives, an entry a threshold. */
interface Run {
  readonly left: number[];
  readonly test: number[];
}

/** A run at the threshold of `collapse`, and at a larger one. */
interface Row {
  readonly method: string;
  readonly lambda: string;
  readonly warmUp: string;
  readonly threshold: string;
  readonly filters: number;
  readonly accuracy: number;
  /** The accuracy of a run that learns; that of one that guesses is its place in the strip below. */
  readonly height: number;
}

const SHOWN: Readonly<Record<string, number>> = {
  "filters of norms above 2⁻²³ left": 2 ** -23,
  "filters of norms above 0.01 left": 1e-2,
};

const COLD = "no warm-up";
const WARM = "warm-up of 5 epochs";
const LETTERS: Readonly<Record<string, string>> = { [COLD]: "AB", [WARM]: "CD" };

/** Guesses at one of ten digits are right less often than this, networks that learn more often than `LEAST`. */
const GUESS = 0.2;
const LEAST = 0.9;
/** Runs that guess lie one below the other in a strip below the accuracies, so that none hides another. */
const STRIP = { top: 0.893, step: 0.0065, middle: 0.87, end: 0.84 };

/** Test accuracy against filters of a small convolutional network. */
export const filterSparseCnnFigure: Figure = {
  name: "filter-sparse-cnn",
  title: "From λ = 0.02 on, every run with gates makes filters zero; direct descent makes at most two zero",
  caption:
    "Filters below the threshold of collapse count as zero. Some runs with gates lose all filters and predict by chance.",
  study: filterSparseCnn,
  compute: (): Row[] => {
    const rows = readRecords<Run>(filterSparseCnn, "desk").flatMap(({ task: { parameters }, result }) =>
      Object.entries(SHOWN).map(([threshold, value]) => {
        const k = FILTER_THRESHOLDS.indexOf(value);
        const method =
          parameters.method === "gates" ? `gates of depth ${parameters.depth}` : String(parameters.method);
        const accuracy = result.test[k];
        return {
          method,
          lambda: `λ = ${parameters.strength}`,
          warmUp: parameters.warmUp ? WARM : COLD,
          threshold,
          filters: result.left[k],
          accuracy,
          height: accuracy,
        };
      }),
    );
    return withStrip(rows);
  },
  draw(data) {
    const rows = data as Row[];
    return new Chart({
      description:
        "Test accuracy over the number of filters that are left, a point a run, above two norms, of runs from the full rate at once and of runs whose rate rises first. At the threshold of collapse 46 to 48 filters of direct descent are there, those of gates that learn are 12 to 36 at lambda 0.02 and 0.03 without a warm-up and 10 to 40 with one; above 0.01 both lie between 10 and 41, at accuracies of 0.92 to 0.99. In a strip below are the runs that guess: eight of 27 gated ones without a warm-up, four with one, and one without a penalty.",
      data: { values: rows as unknown as [] },
      vconcat: [COLD, WARM].map((warmUp) => ({
        hconcat: Object.keys(SHOWN).map((threshold, k) => panel(rows, warmUp, threshold, k)),
        spacing: 24,
      })) as unknown as [],
    });
  },
};

/** Sets the heights of the runs that guess, by method in each panel. */
function withStrip(rows: readonly Row[]): Row[] {
  const guesses = rows.filter(({ accuracy }) => accuracy < GUESS);
  return rows.map((row) => {
    const beside = guesses
      .filter(({ warmUp, threshold }) => warmUp === row.warmUp && threshold === row.threshold)
      .sort((one, other) => one.method.localeCompare(other.method));
    const k = beside.indexOf(row);
    return k < 0 ? row : { ...row, height: STRIP.top - k * STRIP.step };
  });
}

function panel(rows: readonly Row[], warmUp: string, threshold: string, k: number): object {
  const scale = { domain: [STRIP.end, 1], zero: false, nice: false };
  return {
    title: {
      text: `${LETTERS[warmUp][k]}  ${warmUp}: ${threshold}`,
      fontSize: 12,
      fontWeight: "normal",
      anchor: "start",
    },
    transform: [{ filter: `datum.warmUp === '${warmUp}' && datum.threshold === '${threshold}'` }],
    width: 410,
    height: 180,
    layer: [
      {
        mark: { type: "rule", color: "#888888", strokeDash: [4, 3] },
        encoding: { y: { datum: LEAST, type: "quantitative", scale } },
      },
      {
        mark: { type: "point", filled: true, size: 50, clip: false },
        encoding: {
          x: {
            field: "filters",
            type: "quantitative",
            title: warmUp === WARM ? "Filters left, of 48" : null,
            scale: { domain: [-1, 49], nice: false },
            axis: { values: [0, 8, 16, 24, 32, 40, 48] },
          },
          y: {
            field: "height",
            type: "quantitative",
            title: k === 0 ? "Test accuracy" : null,
            scale,
            axis: {
              values: [STRIP.middle, 0.9, 0.92, 0.94, 0.96, 0.98, 1],
              labelOverlap: false,
              labelExpr: `datum.value < ${LEAST} ? 'guess' : format(datum.value, '.2f')`,
            },
          },
          color: {
            field: "method",
            sort: null,
            scale: colourScale(rows.map(({ method }) => method)),
            legend: { orient: "top", title: null, symbolOpacity: 1 },
          },
          shape: {
            field: "lambda",
            scale: {
              domain: ["λ = 0", "λ = 0.01", "λ = 0.02", "λ = 0.03"],
              range: ["diamond", "circle", "square", "triangle-up"],
            },
            legend: { orient: "top", title: null, symbolOpacity: 1 },
          },
        },
      },
    ],
  };
}
