import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { EPOCHS, housingNetwork, REFITTED, type Trained } from "./studies/housing-network";

/** A network of a run at a stage. */
interface Row {
  readonly method: string;
  readonly stage: string;
  readonly parameters: number;
  readonly test: number;
}

const STAGES = {
  trained: "trained and pruned",
  refitted: "trained on without the penalty",
  anew: "same size, weights anew, 30 epochs",
};

/** Test error over the parameters that are left: pruned, trained on, and trained anew. */
export const housingNetworkFigure: Figure = {
  name: "housing-network",
  title:
    "Networks pruned to about a fifth of their parameters are 0.001 to 0.002 behind the whole one after a refit, on average; from new weights, trained as long as the refit, 0.012 to 0.018 behind the whole one from new weights",
  study: housingNetwork,
  compute: (): Row[] =>
    readRecords<Trained>(housingNetwork, "desk")
      .filter(({ task }) => task.parameters.epochs === EPOCHS)
      .flatMap(({ task: { parameters: p }, result }) => {
        const method = p.method === "gates" ? `gates of depth ${p.depth}` : String(p.method);
        const { parameters, test } = result.pruned[REFITTED];
        return [
          { method, stage: STAGES.trained, parameters, test },
          { method, stage: STAGES.refitted, parameters, test: result.refitted },
          { method, stage: STAGES.anew, parameters, test: result.anew },
        ];
      })
      .concat([
        { method: "published", stage: STAGES.trained, parameters: 601, test: 0.2997 },
        { method: "published", stage: STAGES.refitted, parameters: 601, test: 0.2385 },
      ]),
  draw: (data) =>
    new Chart({
      description:
        "Test error over the parameters that are left, a point a run of twenty seeds. Left, networks under gates of depth 2 and 3 and under direct descent, pruned at 0.01: 416 to 2220 parameters and errors of 0.258 to 0.304, the network without penalty of 4513 parameters 0.240 to 0.284. In the middle, trained on without the penalty, all lie at 0.236 to 0.285. Right, networks of the same sizes from weights drawn anew, trained as long as the refit: 0.256 to 0.326, higher the fewer the parameters, the whole one 0.248 to 0.299. The published one goes from 0.2997 to 0.2385 at 601 parameters.",
      data: { values: data as unknown as [] },
      facet: { column: { field: "stage", sort: null, header: { title: null, labelFontSize: 13 } } },
      spec: {
        width: 240,
        height: 260,
        mark: { type: "point", filled: true, size: 40, opacity: 0.8 },
        encoding: {
          x: {
            field: "parameters",
            type: "quantitative",
            title: "Parameters that are left, of 4513",
            scale: { type: "log", domain: [300, 5000], nice: false },
            axis: { values: [500, 1000, 2000, 4513], format: "d" },
          },
          y: { field: "test", type: "quantitative", title: "Test error", scale: { zero: false } },
          color: {
            field: "method",
            sort: null,
            scale: colourScale((data as Row[]).map(({ method }) => method)),
            legend: { orient: "top", title: null },
          },
        },
      },
    } as never),
};
