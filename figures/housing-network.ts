import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { EPOCHS, housingNetwork, REFITTED, type Trained } from "./studies/housing-network";

/** A network of a run at a stage. */
interface Row {
  readonly epochs: string;
  readonly method: string;
  readonly stage: string;
  readonly parameters: number;
  readonly test: number;
}

const STAGES = {
  trained: "trained and pruned",
  refitted: "trained on without the penalty",
  anew: "same size, weights anew (▲ 1.2 to 1.4)",
};

const PUBLISHED = { epochs: "200 epochs", method: "published", parameters: 601 };

/** The most that is drawn: networks from new weights that ended up constant have 1.2 or more. */
const TOP = 0.35;

/** Test error over the parameters that are left: pruned, trained on, and trained anew. */
export const housingNetworkFigure: Figure = {
  name: "housing-network",
  title:
    "Networks of a fifth of the parameters are, refitted, 0.001 to 0.002 behind the whole one on average; 200 epochs in place of 60 leave a twentieth, 0.004 to 0.007 behind the whole one at its best, which itself gets worse by so long a training; from new weights small ones are 0.012 to 0.033 behind, and of the smallest a fifth stay constant",
  study: housingNetwork,
  compute: (): Row[] =>
    readRecords<Trained>(housingNetwork, "desk")
      .filter(({ task }) => EPOCHS.includes(Number(task.parameters.epochs)))
      .flatMap(({ task: { parameters: p }, result }) => {
        const method = p.method === "gates" ? `gates of depth ${p.depth}` : String(p.method);
        const { parameters, test } = result.pruned[REFITTED];
        const network = { epochs: `${p.epochs} epochs`, method, parameters };
        return [
          { ...network, stage: STAGES.trained, test },
          { ...network, stage: STAGES.refitted, test: result.refitted },
          { ...network, stage: STAGES.anew, test: result.anew },
        ];
      })
      .concat([
        { ...PUBLISHED, stage: STAGES.trained, test: 0.2997 },
        { ...PUBLISHED, stage: STAGES.refitted, test: 0.2385 },
      ]),
  draw: (data) =>
    new Chart({
      description:
        "Test error over the parameters that are left, a point a run of twenty seeds, above after 60 epochs, below after 200. Left, networks under gates of depth 2 and 3 and under direct descent, pruned at 0.01: 416 to 2220 parameters and errors of 0.258 to 0.304 after 60 epochs, 167 to 268 and 0.249 to 0.292 after 200, the network without penalty of 4513 parameters 0.240 to 0.284 and 0.253 to 0.316. In the middle, trained on without the penalty, small ones lie at 0.236 to 0.285 and 0.240 to 0.289, the whole one at 0.237 to 0.279 and 0.246 to 0.324. Right, networks of the same sizes from weights drawn anew, trained as long as the refit: small ones 0.256 to 0.326 and 0.265 to 0.315, the whole one 0.248 to 0.299 and 0.244 to 0.283; thirteen of the 60 smallest are constant, 1.28 to 1.36. The published one goes from 0.2997 to 0.2385 at 601 parameters.",
      data: { values: data as unknown as [] },
      facet: {
        row: { field: "epochs", sort: null, header: { title: null, labelFontSize: 13 } },
        column: { field: "stage", sort: null, header: { title: null, labelFontSize: 13 } },
      },
      spec: {
        width: 240,
        height: 200,
        transform: [{ calculate: `min(datum.test, ${TOP})`, as: "drawn" }],
        mark: { type: "point", filled: true, size: 40, opacity: 0.8 },
        encoding: {
          x: {
            field: "parameters",
            type: "quantitative",
            title: "Parameters that are left, of 4513",
            scale: { type: "log", domain: [150, 5500], nice: false },
            axis: { values: [200, 500, 1000, 2000, 4513], format: "d" },
          },
          y: { field: "drawn", type: "quantitative", title: "Test error", scale: { zero: false } },
          shape: {
            condition: { test: `datum.test > ${TOP}`, value: "triangle-up" },
            value: "circle",
          },
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
