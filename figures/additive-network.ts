import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { additiveNetwork, LONG, SHAPE_GRID, SHAPES, SHORT } from "./studies/additive-network";

/** What a run gives that is drawn: a curve a feature, over `SHAPE_GRID`. */
interface Run {
  readonly shapes: number[][];
}

/** A point of a curve. */
interface Row {
  readonly curve: string;
  readonly feature: string;
  readonly training: string;
  readonly x: number;
  readonly y: number;
}

const SEED = 1;
const LAMBDA = 0.1;

/** Shape functions of an additive network at one lambda, beside the truth. */
export const additiveNetworkFigure: Figure = {
  name: "additive-network",
  title: "Gates of depth 4 flatten the shapes of the five useful features less than direct descent",
  caption: "Both have the same λ. The difference is there after 80 epochs and after 1000.",
  study: additiveNetwork,
  compute: (): Row[] =>
    [SHORT, LONG].flatMap(({ epochs }) => {
      const runs = readRecords<Run>(additiveNetwork, "desk").filter(
        ({ task: { parameters: p } }) => p.epochs === epochs && p.seed === SEED && p.strength === LAMBDA,
      );
      const shapesOf = (method: string, depth: number): number[][] =>
        runs.find(({ task: { parameters: p } }) => p.method === method && p.depth === depth)!.result.shapes;
      const curves = {
        truth: SHAPES.map((shape) => SHAPE_GRID.map(shape)),
        "direct group lasso": shapesOf("direct group lasso", 1),
        "gates of depth 4": shapesOf("gates", 4),
      };
      return Object.entries(curves).flatMap(([curve, shapes]) =>
        shapes.flatMap((values, j) => {
          // A constant can be moved from one shape to another, so that each is drawn with mean 0.
          const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
          return values.map((y, i) => ({
            curve,
            feature: `feature ${j + 1}`,
            training: `${epochs} epochs`,
            x: SHAPE_GRID[i],
            y: Number((y - mean).toFixed(4)),
          }));
        }),
      );
    }),
  draw: (data) =>
    new Chart({
      description:
        "Shape functions of five informative features, a column each: a parabola, a sine, a bend, a hinge and a step, after 80 epochs and after 1000. Curves of direct descent on the group lasso and of gates of depth 4 follow the truth but at kinks and at the ends, where those of direct descent are flatter.",
      data: { values: data as unknown as [] },
      facet: {
        row: { field: "training", header: { title: null, labelFontSize: 13 }, sort: null },
        column: { field: "feature", header: { title: null, labelFontSize: 13 } },
      },
      spec: {
        width: 115,
        height: 150,
        mark: { type: "line" },
        encoding: {
          x: {
            field: "x",
            type: "quantitative",
            title: "Feature",
            scale: { domain: [-2, 2], nice: false },
            axis: { values: [-2, 0, 2] },
          },
          y: { field: "y", type: "quantitative", title: "Its part in the prediction" },
          color: {
            field: "curve",
            scale: colourScale((data as Row[]).map(({ curve }) => curve)),
            sort: null,
            legend: { orient: "top", title: null, symbolType: "stroke", symbolStrokeWidth: 2 },
          },
        },
      },
    } as never),
};
