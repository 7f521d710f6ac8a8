import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { LOOKS, lassoByOptimizers, type Run, TARGET } from "./studies/lasso-by-optimizers";
import { medianOf } from "./studies/means";

/** Where a method stands after so many passes over the data, in the median of the replicates. */
interface Standing {
  readonly method: string;
  readonly passes: number;
  readonly gap: number;
}

/** The median passes until a gap of 1e-6 is there, and until the duality gap proves it; none where most runs have not come so far. */
interface Ending {
  readonly method: string;
  readonly reached?: number;
  readonly proved?: number;
}

/** The lambda that is drawn, of three: a tenth of the largest. */
const MIDDLE = 1;
/** What a log axis shows of a gap that is zero. */
const SMALLEST = 1e-14;

const NAMES: Readonly<Record<string, string>> = {
  "direct: subgradients": "subgradients",
  "u v: SGD, step to 0": "SGD on u v, step to 0",
  "u v: gradient descent": "gradient descent on u v",
  "u v: momentum": "momentum on u v",
  "u v: Adam": "Adam on u v",
  "u v: L-BFGS": "L-BFGS on u v",
  FISTA: "FISTA",
  "coordinate descent": "coordinate descent",
};

/** The gap of eight methods over passes, and when it could be known. */
export const lassoByOptimizersFigure: Figure = {
  name: "lasso-by-optimizers",
  title:
    "Ordinary optimizers on u v come to the lasso, at very different speed; a duality gap proves it two to seven times as late",
  study: lassoByOptimizers,
  compute(): { standings: Standing[]; endings: Ending[] } {
    const records = readRecords<{ runs: Run[] }>(lassoByOptimizers, "desk");
    const runsOf = (key: string): Run[] =>
      records
        .filter(({ task: { parameters } }) => parameters.method === key && parameters.snr === 3)
        .map(({ result }) => result.runs[MIDDLE]);
    return {
      standings: Object.entries(NAMES).flatMap(([key, method]) =>
        LOOKS.map((passes, k) => ({
          method,
          passes,
          gap: Math.max(medianOf(runsOf(key).map(({ gaps }) => gaps[k])), SMALLEST),
        })),
      ),
      endings: Object.entries(NAMES).map(([key, method]) => ({
        method,
        reached: medianPasses(runsOf(key).map(({ gaps }) => gaps)),
        proved: medianPasses(runsOf(key).map(({ bounds }) => bounds)),
      })),
    };
  },
  draw(data) {
    const { standings, endings } = data as { standings: Standing[]; endings: Ending[] };
    const color = { field: "method", scale: colourScale(Object.values(NAMES)), legend: null };
    const passes = { type: "quantitative", scale: { type: "log", domain: [1, 3000], nice: false } };
    const ticks = { values: [1, 10, 100, 1000], format: "~s" };
    const y = { field: "method", type: "nominal", sort: Object.values(NAMES), title: null };
    const gap = {
      field: "gap",
      type: "quantitative",
      title: "Relative gap to the optimum, median",
      scale: { type: "log", domain: [SMALLEST, 3], nice: false },
      axis: { format: ".0e", values: [1e-14, 1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1] },
    };
    return new Chart({
      description: DESCRIPTION,
      resolve: { scale: { color: "independent" } },
      hconcat: [
        {
          data: { values: standings },
          width: 330,
          height: 300,
          layer: [
            {
              mark: { type: "line" },
              encoding: {
                x: { ...passes, field: "passes", title: "Passes over the data", axis: ticks },
                y: gap,
                color: {
                  ...color,
                  legend: { orient: "bottom", columns: 2, title: null, symbolType: "stroke" },
                },
              },
            },
            { mark: { type: "rule", strokeDash: [4, 3] }, encoding: { y: { datum: TARGET } } },
          ],
        },
        {
          data: { values: endings },
          width: 260,
          height: 300,
          layer: [
            {
              transform: [{ filter: "isValid(datum.reached) && isValid(datum.proved)" }],
              mark: { type: "rule", strokeWidth: 2 },
              encoding: {
                x: {
                  ...passes,
                  field: "reached",
                  title: "Passes until 1e-6: there ●, proved ◆",
                  axis: ticks,
                },
                x2: { field: "proved" },
                y,
                color,
              },
            },
            ...[
              ["reached", "circle"],
              ["proved", "diamond"],
            ].map(([field, shape]) => ({
              mark: { type: "point", filled: true, size: 70, opacity: 1, shape },
              encoding: { x: { ...passes, field }, y, color },
            })),
          ],
        },
      ],
    } as never);
  },
};

/** The first look at which most runs are at most {@link TARGET}. */
function medianPasses(paths: readonly (readonly number[])[]): number | undefined {
  const first = medianOf(
    paths.map((path) => {
      const k = path.findIndex((value) => value <= TARGET);
      return k < 0 ? Number.POSITIVE_INFINITY : LOOKS[k];
    }),
  );
  return Number.isFinite(first) ? first : undefined;
}

const DESCRIPTION =
  "Left, the median relative gap to the optimum over passes, on logarithmic scales: coordinate descent is at rounding after 80 passes, L-BFGS after 260, FISTA after 1000; momentum and Adam come to 1e-7 and 2e-8 in 3000, gradient descent and SGD to 2e-4 and 3e-4; subgradients of the penalty stay at 2e-2. Right, the median passes until 1e-6 and until the duality gap proves it: 26 and 68 for coordinate descent, 83 and 261 for L-BFGS, 121 and 825 for FISTA; 1800 and 2200 for momentum and Adam, without proof.";
