/** Small problems with global minima that can be enumerated, and the penalties to prove them with. */
import { logSum, lq, mcp, type Penalty, scad, seededRandom } from "../../src";
import { l0 } from "../../src/global";
import { type ConcaveTerm, TERMS } from "./global-minimum";

export interface SmallProblem {
  readonly X: number[][];
  readonly columns: number[][];
  readonly y: number[];
  readonly lambda: number;
}

/** A small problem: correlations up to 0.99, and now and then equal, opposite, constant or nearly equal columns, and too few rows. */
export function smallProblem(seed: number, p: number): SmallProblem {
  const random = seededRandom(seed);
  const n = seed % 6 === 0 ? p - 1 : 3 * p;
  const rho = [0, 0.5, 0.9, 0.99][seed % 4];
  const columns: number[][] = [];
  for (let j = 0; j < p; j++) {
    const before = columns[j - 1];
    columns.push(
      Array.from({ length: n }, (_, i) =>
        before ? rho * before[i] + Math.sqrt(1 - rho ** 2) * random.normal() : random.normal(),
      ),
    );
  }
  if (seed % 5 === 0) columns[1] = columns[0].slice();
  if (seed % 7 === 0) columns[2] = columns[0].map((x) => -x);
  if (seed % 11 === 0) columns[3].fill(0);
  if (seed % 13 === 0) columns[3] = columns[0].map((x) => x * (1 + 1e-2 * random.normal()));
  const scale = seed % 3 === 0 ? 10 ** (4 * random.uniform() - 2) : 1;
  for (const column of columns) for (let i = 0; i < n; i++) column[i] *= scale;
  const y = Array.from({ length: n }, () => 0.7 * random.normal());
  for (const column of columns) {
    if (random.uniform() > 0.5) continue;
    const b = (2 * random.normal()) / scale;
    for (let i = 0; i < n; i++) y[i] += b * column[i];
  }
  return {
    X: y.map((_, i) => columns.map((column) => column[i])),
    columns,
    y,
    lambda: 10 ** (-2 + 1.5 * random.uniform()),
  };
}

export const GLOBAL_CASES: readonly {
  readonly name: string;
  readonly penalty: Penalty;
  readonly term: (lambda: number) => ConcaveTerm;
  readonly p: number;
}[] = [
  { name: "l0", penalty: l0(), term: (lambda) => TERMS.l0(lambda, 0), p: 8 },
  {
    name: "l0 with a ridge",
    penalty: l0({ lambda2: 0.1 }),
    term: (lambda) => TERMS.l0(lambda, 0.1),
    p: 8,
  },
  {
    name: "the bridge of 1/2",
    penalty: lq({ q: 0.5 }),
    term: (lambda) => TERMS.bridge(lambda, 0.5),
    p: 6,
  },
  {
    name: "the bridge of 2/3",
    penalty: lq({ q: 2 / 3 }),
    term: (lambda) => TERMS.bridge(lambda, 2 / 3),
    p: 6,
  },
  {
    name: "the bridge of 0.8",
    penalty: lq({ q: 0.8 }),
    term: (lambda) => TERMS.bridge(lambda, 0.8),
    p: 5,
  },
  {
    name: "log-sum",
    penalty: logSum({ epsilon: 0.2 }),
    term: (lambda) => TERMS.logSum(lambda, 0.2),
    p: 6,
  },
  { name: "MCP", penalty: mcp({ gamma: 3 }), term: (lambda) => TERMS.mcp(lambda, 3), p: 5 },
  { name: "SCAD", penalty: scad({ gamma: 3.7 }), term: (lambda) => TERMS.scad(lambda, 3.7), p: 4 },
];
