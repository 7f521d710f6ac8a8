import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { meanOf } from "./studies/means";
import { phaseTransitions, type Search, SUCCESS } from "./studies/phase-transitions";

/** How often a way of search recovers the truth, with a standard error to either side. */
interface Row {
  readonly panel: string;
  readonly line: string;
  readonly nSamples: number;
  readonly share: number;
  readonly low: number;
  readonly high: number;
}

const BY_Q = "Gates opened again, by q";
const BY_SEARCH = "q = 2/3, by how it is searched";
const SEARCHES = ["IRLS", "gates opened again", "published gates", "equal gates", "random gates"];

/** Share of recovered vectors by number of measurements: by exponent, and by search. */
export const phaseTransitionsFigure: Figure = {
  name: "phase-transitions",
  title: "A smaller q recovers vectors from fewer measurements, if the search avoids poor local minima",
  study: phaseTransitions,
  compute(): Row[] {
    const successes = new Map<string, number[]>();
    for (const { task, result } of readRecords<Search>(phaseTransitions, "desk")) {
      for (const place of placesOf(task.parameters)) {
        const key = JSON.stringify({ ...place, nSamples: task.parameters.nSamples });
        successes.set(key, [...(successes.get(key) ?? []), result.error < SUCCESS ? 1 : 0]);
      }
    }
    return [...successes].map(([key, values]) => {
      const { mean, error } = meanOf(values);
      return { ...JSON.parse(key), share: mean, low: mean - error, high: mean + error };
    });
  },
  draw: (data) =>
    new Chart({
      description:
        "Share of vectors with 40 of 256 coefficients that are recovered, over the number of measurements, with bands of a standard error. Left, with gates opened again: the smaller q, the fewer measurements. Right, for q = 2/3: IRLS needs the fewest, gates opened again a few more, ten descents in the published gates more, one descent from equal gates still more, and ten descents from random gates hardly ever do it.",
      data: { values: data as unknown as [] },
      hconcat: [
        panel(BY_Q, ["q = 2/3", "q = 3/4", "q = 9/10", "lasso"]),
        panel(BY_SEARCH, SEARCHES),
      ] as unknown as [],
      resolve: { scale: { color: "independent" } },
    }),
};

/** The lines that a search is part of. */
function placesOf({ q, method }: Readonly<Record<string, unknown>>): { panel: string; line: string }[] {
  if (method === "lasso") return [{ panel: BY_Q, line: "lasso" }];
  const places: { panel: string; line: string }[] = [];
  if (method === "gates opened again") places.push({ panel: BY_Q, line: `q = ${q}` });
  if (q === "2/3" && SEARCHES.includes(String(method)))
    places.push({ panel: BY_SEARCH, line: String(method) });
  return places;
}

function panel(title: string, lines: readonly string[]): object {
  return {
    title: { text: title, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    transform: [{ filter: { field: "panel", equal: title } }],
    width: 260,
    height: 220,
    encoding: {
      x: {
        field: "nSamples",
        type: "quantitative",
        title: "Measurements",
        scale: { zero: false },
      },
      color: {
        field: "line",
        sort: null,
        scale: colourScale(lines),
        legend: {
          orient: "bottom",
          title: null,
          columns: 2,
          symbolType: "stroke",
          symbolStrokeWidth: 2,
          symbolOpacity: 1,
        },
      },
    },
    layer: [
      {
        mark: { type: "area", opacity: 0.2 },
        encoding: { y: { field: "low", ...SHARE }, y2: { field: "high" } },
      },
      { mark: "line", encoding: { y: { field: "share", ...SHARE } } },
      ...lines.filter((line) => line === "published gates").map(pointsAtFewSizes),
    ],
  };
}

function pointsAtFewSizes(line: string): object {
  return {
    transform: [{ filter: { field: "line", equal: line } }],
    mark: { type: "point", filled: true, opacity: 1 },
    encoding: { y: { field: "share", ...SHARE } },
  };
}

const SHARE = {
  type: "quantitative",
  title: "Share recovered",
  axis: { format: "%" },
  scale: { domain: [0, 1] },
};
