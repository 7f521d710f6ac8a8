import { Chart } from "smooth-edges/plot";
import type { Figure } from "./figure";
import { colourScale } from "./method-colours";
import { readRecords } from "./runs/records";
import { GROUP_LAMBDAS, groupsByGates } from "./studies/groups-by-gates";
import { medianOf, quartilesOf } from "./studies/means";

/** What a replicate gives, an entry a lambda. */
interface Replicate {
  readonly rmse: number[];
  readonly groups: number[];
  readonly gaps: number[];
}

/** A method at a lambda, over the replicates. */
interface Row {
  readonly method: string;
  readonly lambda: number;
  readonly quantity: string;
  readonly median: number;
  readonly low: number;
  readonly high: number;
}

const N_GROUPS = 40;
const QUANTITIES: Readonly<Record<string, (result: Replicate, k: number) => number>> = {
  "Test root mean squared error": ({ rmse }, k) => rmse[k],
  "Share of groups at zero": ({ groups }, k) => 1 - groups[k] / N_GROUPS,
};

/** Error and sparsity along lambda, medians of a hundred replicates with their quartiles (D-Gating, Figure 4). */
export const groupsByGatesFigure: Figure = {
  name: "groups-by-gates",
  title: "Three and four gates come close to the error of the oracle and find the right groups",
  study: groupsByGates,
  compute(): Row[] {
    const records = readRecords<Replicate>(groupsByGates, "desk");
    const methods = [...new Set(records.map(({ task }) => String(task.parameters.method)))];
    return Object.entries(QUANTITIES).flatMap(([quantity, of]) =>
      methods.flatMap((method) =>
        GROUP_LAMBDAS.map((lambda, k) => {
          const results = records.filter(({ task }) => task.parameters.method === method);
          // The oracle has no lambda.
          const values = results.map(({ result }) => of(result, Math.min(k, result.rmse.length - 1)));
          const [low, high] = quartilesOf(values);
          return { method, lambda, quantity, median: medianOf(values), low, high };
        }),
      ),
    );
  },
  draw: (data) =>
    new Chart({
      description:
        "Medians over replicates of test error and share of groups at zero over lambda, for the oracle, the group lasso, direct descent, and two, three and four gates: two gates follow the group lasso where λ is not small, three and four come down to the oracle where 33 of 40 groups are zero; direct descent leaves most groups alive.",
      hconcat: Object.keys(QUANTITIES).map((quantity) => panel(data as readonly Row[], quantity)),
    }),
};

/** One quantity, with a band from quartile to quartile. */
function panel(rows: readonly Row[], quantity: string): Record<string, never> {
  const isError = quantity.startsWith("Test");
  const y = { type: "quantitative", title: quantity, scale: { domain: isError ? [1, 3] : [0, 1] } };
  const spec = {
    width: 300,
    height: 260,
    data: { values: rows.filter((row) => row.quantity === quantity) },
    encoding: {
      x: {
        field: "lambda",
        type: "quantitative",
        title: "λ",
        scale: { type: "log", domain: [1e-5, 15], nice: false },
        axis: { format: ".0e", values: [1e-5, 1e-3, 1e-1, 10] },
      },
      color: {
        field: "method",
        sort: null,
        scale: colourScale(rows.map(({ method }) => method)),
        legend: {
          orient: "top",
          columns: 3,
          title: null,
          symbolType: "stroke",
          symbolOpacity: 1,
          symbolStrokeWidth: 2,
        },
      },
    },
    layer: [
      {
        mark: { type: "area", opacity: 0.12, clip: true },
        encoding: { y: { field: "low", ...y }, y2: { field: "high" } },
      },
      { mark: { type: "line", clip: true }, encoding: { y: { field: "median", ...y } } },
    ],
  };
  return spec as unknown as Record<string, never>;
}
