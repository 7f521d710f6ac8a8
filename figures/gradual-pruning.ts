import { Chart } from "smooth-edges/plot";
import { type Draws, drawsOf } from "./comparisons/draws";
import { paired } from "./comparisons/paired";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { gradualPruning, OVERLAP, type Pruned } from "./studies/gradual-pruning";
import { meanOf } from "./studies/means";

const METHODS = { path: "sparsifyTo", pruning: "pruneTo" } as const;

/** A method at one sparsity and length: means over seeds, each at the learning rate that is best in validation. */
interface Row {
  readonly kept: string;
  /** At each lambda of the path. */
  readonly epochs: number;
  readonly method: string;
  /** In all, of the runs that were chosen. */
  readonly total: number;
  readonly accuracy: number;
  /** Standard error of the mean. */
  readonly error: number;
}

/** Accuracy of `pruneTo` less that of `sparsifyTo`, paired by seed. */
interface Gain {
  readonly kept: string;
  readonly epochs: number;
  readonly n: number;
  readonly mean: number;
  readonly error: number;
  readonly p: number;
}

/** Test accuracy of networks made equally sparse by a path of penalties and by gradual magnitude pruning. */
export const gradualPruningFigure: Figure = {
  name: "gradual-pruning",
  title: "At equal sparsity and epochs, sparsifyTo and pruneTo do not differ significantly",
  caption: "The largest difference is at 2 % of the weights.",
  study: gradualPruning,
  compute(): { rows: Row[]; gains: Gain[] } {
    const rows: Row[] = [];
    const gains: Gain[] = [];
    for (const { structure, keep, epochs } of conditions()) {
      const kept = `${100 * keep} % of ${structure === "weight" ? "weights" : "pixels"}`;
      const draws = (method: keyof typeof METHODS, value: (result: Pruned) => number): Draws =>
        drawsOf<Pruned>(gradualPruning, {
          where: { structure, keep, epochs },
          by: ["seed"],
          least: (result) => -result[method].validation,
          value,
        });
      const right = (method: keyof typeof METHODS): Draws => draws(method, (result) => result[method].test);
      for (const method of ["path", "pruning"] as const) {
        const { mean, error } = meanOf([...right(method).values()], OVERLAP);
        const total = meanOf([...draws(method, (result) => result.epochs).values()]).mean;
        rows.push({ kept, epochs, method: METHODS[method], total, accuracy: mean, error });
      }
      const { n, mean, error, p } = paired(right("pruning"), right("path"), OVERLAP);
      gains.push({ kept, epochs, n, mean, error, p });
    }
    return { rows, gains };
  },
  draw(data) {
    const { rows } = data as { rows: readonly Row[] };
    const panels = [...new Set(rows.map(({ kept }) => kept))];
    return new Chart({
      description: DESCRIPTION,
      data: {
        values: rows.map((row) => ({
          ...row,
          low: row.accuracy - row.error,
          high: row.accuracy + row.error,
        })),
      },
      hconcat: panels.map((kept, k) => panel(kept, k === 0)),
    } as never);
  },
};

interface Condition {
  readonly structure: string;
  readonly keep: number;
  readonly epochs: number;
}

/** The sparsities and lengths of the study, in its order. */
function conditions(): Condition[] {
  const found = new Map<string, Condition>();
  for (const { parameters } of gradualPruning.tasks("desk")) {
    const { structure, keep, epochs } = parameters as unknown as Condition;
    found.set(`${structure} ${keep} ${epochs}`, { structure, keep, epochs });
  }
  return [...found.values()];
}

const DESCRIPTION =
  "Test accuracy of networks of the digits, 64-32-10, over the epochs of training in all, one panel for each share of weights or pixels that stays: sparsifyTo and pruneTo, each at the learning rate of the best validation accuracy.";

function panel(kept: string, isFirst: boolean): object {
  const y = {
    type: "quantitative",
    title: isFirst ? ["Test accuracy,", "mean and standard error"] : null,
    scale: { zero: false },
    axis: { format: ".3f", tickCount: 5 },
  };
  return {
    title: { text: kept, fontSize: 13, fontWeight: "normal", anchor: "middle" },
    transform: [{ filter: `datum.kept === '${kept}'` }],
    width: 140,
    height: 180,
    encoding: {
      x: {
        field: "total",
        type: "quantitative",
        title: "Epochs in all",
        scale: { type: "log", domain: [25, 130], nice: false },
        axis: { values: [30, 50, 100] },
      },
      color: {
        field: "method",
        sort: null,
        scale: colourScale(Object.values(METHODS)),
        legend: { orient: "top", title: null },
      },
    },
    layer: [
      { mark: { type: "line", strokeWidth: 1.5 }, encoding: { y: { field: "accuracy", ...y } } },
      {
        mark: { type: "rule", strokeWidth: 1.5 },
        encoding: { y: { field: "low", ...y }, y2: { field: "high" } },
      },
      {
        mark: { type: "point", filled: true, size: 50, opacity: 1 },
        encoding: { y: { field: "accuracy", ...y } },
      },
    ],
  };
}
