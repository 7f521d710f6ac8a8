import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { readRecords } from "./runs/records";
import { barrierOf, depthAndSaddles, STEP } from "./studies/depth-and-saddles";

interface Numbers {
  /** Iterations to leave the saddle, measured and by the law. */
  readonly escapes: { slack: string; epsilon: number; measured: number; law: number }[];
  /** Where descent from balanced factors stops ending at zero, measured and by the law. */
  readonly basins: { depth: number; lambda: number; measured: number; law: number }[];
}

/** Escape of depth 2 and basins of depths above, beside their laws. */
export const depthAndSaddlesFigure: Figure = {
  name: "depth-and-saddles",
  title:
    "Two factors leave zero after a logarithmic time; with three or more, zero has a basin of attraction",
  caption: "The time grows with the logarithm of the inverse distance between start and zero.",
  study: depthAndSaddles,
  compute(): Numbers {
    const records = readRecords<{ iterations: number[]; epsilons: number[]; radius: number }>(
      depthAndSaddles,
      "desk",
    );
    return {
      escapes: records
        .filter(({ task: { parameters } }) => parameters.optimizer === "gradient descent")
        .filter(({ task: { parameters } }) => parameters.kind === "escape")
        .flatMap(({ task: { parameters }, result: { epsilons, iterations } }) => {
          const slack = Number(parameters.slack);
          // Its slope is the law's; its height is the time from 1e-2, as the way out from there is no matter of the saddle.
          const law = (epsilon: number): number =>
            iterations[1] + Math.log(epsilons[1] / epsilon) / Math.log(1 + STEP * slack);
          return epsilons.map((epsilon, k) => ({
            slack: String(slack),
            epsilon,
            measured: iterations[k],
            law: law(epsilon),
          }));
        }),
      basins: records
        .filter(({ task: { parameters } }) => parameters.kind === "basin" && parameters.ratio === 1)
        .filter(({ task: { parameters } }) => parameters.optimizer === "gradient descent")
        .map(({ task: { parameters }, result: { radius } }) => {
          const [depth, lambda] = [Number(parameters.depth), Number(parameters.lambda)];
          return { depth, lambda, measured: radius, law: barrierOf(depth, lambda) };
        }),
    };
  },
  draw(data) {
    const { escapes, basins } = data as Numbers;
    return new Chart({
      description:
        "Left, iterations of gradient descent to leave the saddle of depth 2 over the distance it starts from: points on straight lines with the slope of the law, which start at the run from 1e-2, steeper for less slack. Right, the coefficient below which descent ends at zero over lambda, for depths 3 to 8: points on the curves of the barrier of the sparse problem, but a fifth above at depth 3 and the least lambda.",
      hconcat: [
        panel(
          "Leaving the saddle of depth 2",
          escapes,
          {
            field: "epsilon",
            title: "Distance of both factors from the saddle",
            scale: { type: "log", reverse: true },
            axis: { format: ".0e", values: [1e-1, 1e-4, 1e-8, 1e-12] },
          },
          { field: "measured", title: "Iterations to leave", scale: { zero: true } },
          { field: "slack", title: "|g| − λ" },
        ),
        panel(
          "Basin of zero from depth 3 on",
          basins,
          {
            field: "lambda",
            title: "λ, where |g| is 1",
            scale: { type: "log", domain: [0.015, 0.4], nice: false },
            axis: { values: [0.02, 0.05, 0.1, 0.2, 0.3] },
          },
          {
            field: "measured",
            title: "Basin of zero: largest β",
            scale: { type: "log", domain: [1e-6, 1e-1] },
            axis: { format: ".0e", values: [1e-6, 1e-5, 1e-4, 1e-3, 1e-2, 1e-1] },
          },
          { field: "depth", title: "Depth" },
        ),
      ] as unknown as [],
      resolve: { scale: { color: "independent" } },
    });
  },
};

function panel(
  name: string,
  rows: readonly object[],
  x: object,
  y: object,
  { field, title }: { field: string; title: string },
): object {
  return {
    title: { text: name, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    data: { values: rows },
    width: 260,
    height: 240,
    encoding: {
      x: { ...x, type: "quantitative" },
      color: { field, type: "nominal", legend: { orient: "top", title, symbolType: "circle" } },
    },
    layer: [
      { mark: { type: "line" }, encoding: { y: { ...y, field: "law", type: "quantitative" } } },
      {
        mark: { type: "point", filled: true, size: 50 },
        encoding: { y: { ...y, type: "quantitative" } },
      },
    ],
  };
}
