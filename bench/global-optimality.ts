import { logSum, lq, mcp, type SeparablePenalty, SparseLinearModel, scad, Table } from "smooth-edges";
import { simulateToeplitz } from "smooth-edges/data";
import { certifyGlobal } from "smooth-edges/global";

const PENALTIES: readonly SeparablePenalty[] = [
  lq({ q: 1 / 2 }),
  lq({ q: 2 / 3 }),
  mcp(),
  scad(),
  logSum({ epsilon: 0.1 }),
];

/** Toeplitz designs: features, rows, coefficients that are not zero, signal to noise, correlation of neighbours. */
const DESIGNS = [
  [30, 60, 5, 3, 0.5],
  [30, 60, 10, 3, 0.5],
  [100, 500, 10, 3, 0.5],
  [100, 500, 5, 3, 0.9],
  [200, 100, 5, 3, 0.5],
  [200, 100, 10, 10, 0.5],
  [1000, 500, 5, 10, 0.5],
  [1000, 500, 10, 10, 0.5],
] as const;

/**
 * How long `certifyGlobal` takes, or the gap that it leaves, at the largest lambda of a path whose fit has as many coefficients as the truth.
 *
 * @param timeLimit seconds for each.
 * @param largest the number of features of the largest design.
 */
export function benchGlobal(timeLimit: number, largest: number): Table {
  return new Table({
    title: `seconds until the global minimum is proved to 1e-6, or the gap after ${timeLimit} s`,
    columns: ["p", "n", "nonzero", "snr", "rho", ...PENALTIES.map(({ name }) => name)],
    rows: DESIGNS.filter(([p]) => p <= largest).map((design) => [
      ...design,
      ...PENALTIES.map((penalty) => timeOf(design, penalty, timeLimit)),
    ]),
  });
}

function timeOf(
  [nFeatures, nSamples, nActive, snr, rho]: (typeof DESIGNS)[number],
  penalty: SeparablePenalty,
  timeLimit: number,
): string {
  const { X, y } = simulateToeplitz({ nFeatures, nSamples, nActive, snr, rho, seed: 1 });
  const { lambdas, coefs } = new SparseLinearModel({ penalty }).path(X, y, { nLambdas: 50 });
  const k = coefs.findIndex((coef) => coef.filter((b) => b !== 0).length >= nActive);
  const fit = new SparseLinearModel({ penalty, lambda: lambdas[k === -1 ? lambdas.length - 1 : k] }).fit(
    X,
    y,
  );
  const proof = certifyGlobal(fit, { timeLimit });
  return proof.status === "optimal" ? `${proof.seconds.toFixed(2)} s` : `${(100 * proof.gap).toFixed(1)} %`;
}
