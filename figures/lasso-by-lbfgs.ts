import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { lassoByLbfgs } from "./studies/lasso-by-lbfgs";
import { medianOf } from "./studies/means";

/** What a method gives, an entry a lambda. */
interface Along {
  readonly gaps: number[];
  readonly nIter?: number[];
}

/** A method at a lambda, over all replicates. */
interface Row {
  readonly method: string;
  /** As a share of the largest. */
  readonly share: number;
  readonly median: number;
  readonly largest: number;
}

const METHODS: Readonly<Record<string, string>> = {
  coordinateDescent: "coordinate descent",
  product: "L-BFGS on u v",
  difference: "L-BFGS on a² − b²",
};
/** What a log axis shows of a gap that is zero. */
const SMALLEST = 1e-17;

/** Relative gap to the certified optimum along the path: median and largest. */
export const lassoByLbfgsFigure: Figure = {
  name: "lasso-by-lbfgs",
  title: "L-BFGS on either surrogate ends at the lasso's optimum, from a new start at every λ",
  study: lassoByLbfgs,
  compute(): Row[] {
    const records = readRecords<Record<string, Along>>(lassoByLbfgs, "desk").map(({ result }) => result);
    return Object.entries(METHODS).flatMap(([key, method]) =>
      records[0][key].gaps.map((_, k) => {
        const gaps = records.map((record) => record[key].gaps[k]);
        return {
          method,
          share: 10 ** ((-2 * k) / (records[0][key].gaps.length - 1)),
          median: Math.max(medianOf(gaps), SMALLEST),
          largest: Math.max(...gaps, SMALLEST),
        };
      }),
    );
  },
  draw: (data) =>
    new Chart({
      description:
        "Relative gap to the certified optimum along the lambda path: the medians of both surrogates lie at rounding, below 1e-14, their largest gaps at most 1.1e-8 and those of coordinate descent below 1e-6.",
      data: { values: data as unknown as [] },
      width: 420,
      height: 260,
      encoding: {
        x: {
          field: "share",
          type: "quantitative",
          title: "λ, share of the largest",
          scale: { type: "log", reverse: true, domain: [0.01, 1], nice: false },
          axis: { values: [1, 0.3, 0.1, 0.03, 0.01] },
        },
        color: {
          field: "method",
          sort: null,
          scale: colourScale(Object.values(METHODS)),
          legend: { orient: "top", title: null, symbolType: "stroke", symbolStrokeWidth: 2 },
        },
      },
      layer: ["median", "largest"].map((field) => ({
        mark: { type: "line", ...(field === "largest" ? { strokeDash: [4, 3], opacity: 0.8 } : {}) },
        encoding: {
          y: {
            field,
            type: "quantitative",
            title: "Relative gap: median —, largest – –",
            scale: { type: "log", domain: [SMALLEST, 1e-6] },
            axis: { format: ".0e", values: [1e-16, 1e-14, 1e-12, 1e-10, 1e-8, 1e-6] },
          },
        },
      })),
    }),
};
