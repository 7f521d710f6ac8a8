import { medianOf, quartilesOf } from "./studies/means";
import type { Finished } from "./studies/study";

/**
 * A method under way over the replicates, an entry a look: after the same number of iterations in all that are under way
 * still, and at the end in others.
 */
export interface Way {
  readonly method: string;
  /** Of the processor, the medians. */
  readonly seconds: number[];
  /** The medians of the gaps, and the quartiles. */
  readonly gap: number[];
  readonly low: number[];
  readonly high: number[];
}

/** What a logarithmic axis shows of a gap that is smaller, as all gaps below the goal of the methods are. */
const SMALLEST = 1e-10;

/** The ways of all methods of a race. */
export function waysOf(
  records: readonly Finished<
    Finished["task"],
    { readonly gaps: Record<string, number[]>; readonly seconds: Record<string, number[]> }
  >[],
): Way[] {
  const results = records.map(({ result }) => result);
  return Object.keys(results[0].gaps).map((method) => {
    const gaps = atLooks(results.map((result) => result.gaps[method])).map((values) =>
      values.map((gap) => Math.max(gap, SMALLEST)),
    );
    return {
      method,
      seconds: rounded(atLooks(results.map((result) => result.seconds[method])).map(medianOf)),
      gap: rounded(gaps.map(medianOf)),
      low: rounded(gaps.map((values) => quartilesOf(values)[0])),
      high: rounded(gaps.map((values) => quartilesOf(values)[1])),
    };
  });
}

/** By look what the replicates have, from what each has by look; one that ends before others keeps what it has. */
function atLooks(replicates: readonly number[][]): number[][] {
  const nLooks = Math.max(...replicates.map(({ length }) => length));
  return Array.from({ length: nLooks }, (_, look) =>
    replicates.map((values) => values[Math.min(look, values.length - 1)]),
  );
}

/** To the digits that a picture shows. */
function rounded(values: readonly number[]): number[] {
  return values.map((value) => Number(value.toPrecision(4)));
}

/** Median gaps over median time on logarithmic scales, with their quartiles, the methods in the colours of a scale. */
export function gapOverSeconds(
  title: string,
  ways: readonly Way[],
  colours: { readonly domain: readonly string[]; readonly range: readonly string[] },
): object {
  return {
    title: { text: title, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    data: { values: ways },
    transform: [{ flatten: ["seconds", "gap", "low", "high"] }],
    width: 320,
    height: 240,
    encoding: {
      x: {
        field: "seconds",
        type: "quantitative",
        title: "Seconds of the processor",
        scale: { type: "log", nice: false },
        axis: { values: [0.001, 0.01, 0.1, 1, 10, 100], format: "~g" },
      },
      color: {
        field: "method",
        type: "nominal",
        sort: null,
        scale: colours,
        legend: {
          orient: "top",
          title: null,
          columns: 2,
          symbolType: "stroke",
          symbolStrokeWidth: 2,
          symbolOpacity: 1,
          labelLimit: 240,
        },
      },
    },
    layer: [
      {
        mark: { type: "area", opacity: 0.2 },
        encoding: { y: { ...GAP, field: "low" }, y2: { field: "high" } },
      },
      { mark: { type: "line" }, encoding: { y: { ...GAP, field: "gap" } } },
    ],
  };
}

const GAP = {
  type: "quantitative",
  title: "Gap to the best bound, relative",
  scale: { type: "log", domain: [SMALLEST, 10], nice: false },
  axis: { format: ".0e", values: [1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1] },
};
