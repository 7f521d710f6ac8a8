import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { panelByDesign } from "./panel-by-design";
import { readRecords } from "./runs/records";
import { bridgesOverDesigns, COMPARED, DESIGNS } from "./studies/bridges-over-designs";
import { meanOf } from "./studies/means";
import type { Assessment } from "./studies/regression-split";

/** A method in a design, over the replicates. */
interface Row {
  readonly design: string;
  readonly method: string;
  readonly quantity: string;
  readonly mean: number;
  readonly low: number;
  readonly high: number;
}

const QUANTITIES: Readonly<Record<string, (result: Assessment) => number>> = {
  "Relative estimation error": ({ estimationError }) => estimationError,
  "F1 of the support": ({ f1 }) => f1,
};

/** Error and support by design and method, means of twenty replicates with their standard errors. */
export const bridgesOverDesignsFigure: Figure = {
  name: "bridges-over-designs",
  title: "TITLE",
  study: bridgesOverDesigns,
  compute(): Row[] {
    const records = readRecords<Assessment>(bridgesOverDesigns, "desk");
    return Object.entries(QUANTITIES).flatMap(([quantity, of]) =>
      Object.keys(DESIGNS).flatMap((design) =>
        COMPARED.map((method) => {
          const chosen = records.filter(
            ({ task: { parameters } }) => parameters.design === design && parameters.method === method,
          );
          const { mean, error } = meanOf(chosen.map(({ result }) => of(result)));
          return { design, method, quantity, mean, low: mean - error, high: mean + error };
        }),
      ),
    );
  },
  draw: (data) =>
    new Chart({
      description: "DESCRIPTION",
      data: { values: data as unknown as [] },
      hconcat: Object.keys(QUANTITIES).map((quantity, k) =>
        panelByDesign(quantity, COMPARED, k === 0),
      ) as unknown as [],
    }),
};
