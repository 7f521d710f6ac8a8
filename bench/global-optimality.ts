import {
  groupLq,
  groupMcp,
  groupScad,
  logSum,
  lq,
  mcp,
  type Penalty,
  SparseLinearModel,
  scad,
  Table,
} from "smooth-edges";
import { type Simulation, simulateGroups, simulateToeplitz } from "smooth-edges/data";
import { certifyGlobal } from "smooth-edges/global";

const PENALTIES: readonly Penalty[] = [
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

/** Groups of three features that are correlated by 0.5: groups, rows, groups with coefficients, standard deviation of the noise. */
const GROUP_DESIGNS = [
  [10, 60, 2, 2],
  [10, 60, 4, 2],
  [33, 500, 2, 2],
  [33, 500, 5, 2],
  [33, 500, 10, 2],
  [66, 100, 2, 1],
] as const;

/** Penalties on the norms of groups of a size, weighted by its root. */
function groupPenalties(labels: readonly number[], size: number): readonly Penalty[] {
  const weights = new Float64Array(labels.length / size).fill(Math.sqrt(size));
  return [
    groupLq(labels, { q: 1 / 2, weights }),
    groupLq(labels, { q: 2 / 3, weights }),
    groupMcp(labels, { weights }),
    groupScad(labels, { weights }),
  ];
}

/**
 * How long `certifyGlobal` takes, or the gap that it leaves, at the largest lambda of a path whose fit has as many coefficients as the truth.
 *
 * @param timeLimit seconds for each.
 * @param largest the number of features of the largest design.
 */
export function benchGlobal(timeLimit: number, largest: number): Table {
  return new Table({
    title: titleWith(timeLimit),
    columns: ["p", "n", "nonzero", "snr", "rho", ...PENALTIES.map(({ name }) => name)],
    rows: DESIGNS.filter(([p]) => p <= largest).map((design) => {
      const [nFeatures, nSamples, nActive, snr, rho] = design;
      const { X, y } = simulateToeplitz({ nFeatures, nSamples, nActive, snr, rho, seed: 1 });
      return [...design, ...PENALTIES.map((penalty) => timeOf(X, y, penalty, timeLimit, nActive))];
    }),
  });
}

/** {@link benchGlobal} of penalties on groups, at as many coefficients as the groups of the truth have. */
export function benchGlobalGroups(timeLimit: number, largest: number): Table {
  const size = 3;
  return new Table({
    title: titleWith(timeLimit),
    columns: [
      "groups of 3",
      "n",
      "nonzero",
      "sigma",
      ...groupPenalties([0, 0, 0], size).map(({ name }) => name),
    ],
    rows: GROUP_DESIGNS.filter(([count]) => size * count <= largest).map((design) => {
      const [count, nSamples, nActive, sigma] = design;
      const groupSizes = new Array<number>(count).fill(size);
      const { X, y } = simulateGroups({ groupSizes, nSamples, nActive, sigma, rho: 0.5, seed: 1 });
      const labels = groupSizes.flatMap((_, g) => [g, g, g]);
      const penalties = groupPenalties(labels, size);
      return [...design, ...penalties.map((penalty) => timeOf(X, y, penalty, timeLimit, size * nActive))];
    }),
  });
}

function titleWith(timeLimit: number): string {
  return `seconds until the global minimum is proved to 1e-6, or the gap after ${timeLimit} s`;
}

function timeOf(
  X: Simulation["X"],
  y: Simulation["y"],
  penalty: Penalty,
  timeLimit: number,
  nonzeros: number,
): string {
  const { lambdas, coefs } = new SparseLinearModel({ penalty }).path(X, y, { nLambdas: 50 });
  const k = coefs.findIndex((coef) => coef.filter((b) => b !== 0).length >= nonzeros);
  const fit = new SparseLinearModel({ penalty, lambda: lambdas[k === -1 ? lambdas.length - 1 : k] }).fit(
    X,
    y,
  );
  const proof = certifyGlobal(fit, { timeLimit });
  return proof.status === "optimal" ? `${proof.seconds.toFixed(2)} s` : `${(100 * proof.gap).toFixed(1)} %`;
}
