import type { Finished } from "./studies/study";

/** A method under way in a replicate, an entry a look. */
export interface Way {
  readonly method: string;
  readonly replicate: number;
  /** Of the processor. */
  readonly seconds: number[];
  readonly gap: number[];
}

/** What a logarithmic axis shows of a gap that is smaller, as all gaps below the goal of the methods are. */
const SMALLEST = 1e-10;

/** The ways of all methods in the replicates of a race. */
export function waysOf(
  records: readonly Finished<
    Finished["task"],
    { readonly gaps: Record<string, number[]>; readonly seconds: Record<string, number[]> }
  >[],
): Way[] {
  return records.flatMap(({ task, result: { gaps, seconds } }) =>
    Object.keys(gaps).map((method) => ({
      method,
      replicate: Number(task.parameters.replicate),
      seconds: seconds[method].map((value) => Number(value.toPrecision(4))),
      gap: gaps[method].map((gap) => Number(Math.max(gap, SMALLEST).toPrecision(4))),
    })),
  );
}

/** Gaps over time on logarithmic scales, a line a replicate, the methods in the colours of a scale. */
export function gapOverSeconds(
  title: string,
  ways: readonly Way[],
  colours: { readonly domain: readonly string[]; readonly range: readonly string[] },
): object {
  return {
    title: { text: title, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    data: { values: ways },
    transform: [{ flatten: ["seconds", "gap"] }],
    width: 320,
    height: 240,
    mark: { type: "line", strokeWidth: 1 },
    encoding: {
      x: {
        field: "seconds",
        type: "quantitative",
        title: "Seconds of the processor",
        scale: { type: "log", nice: false },
        axis: { values: [0.001, 0.01, 0.1, 1, 10, 100], format: "~g" },
      },
      y: {
        field: "gap",
        type: "quantitative",
        title: "Gap to the best bound, relative",
        scale: { type: "log", domain: [SMALLEST, 10], nice: false },
        axis: { format: ".0e", values: [1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1] },
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
          labelLimit: 240,
        },
      },
      detail: { field: "replicate", type: "nominal" },
    },
  };
}
