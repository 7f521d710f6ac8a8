import { lbfgs, logistic, SmoothLasso, Table } from "smooth-edges";
import { coordinateDescent, surrogateDescent, workingSet } from "smooth-edges/solvers";
import { hadamardProduct } from "smooth-edges/surrogate";
import { interleaved } from "./interleaved";
import { type BenchProblem, PROBLEMS } from "./problems";

/** The ways to a lasso path that are compared, the default first. */
const WAYS = {
  auto: "auto",
  "L-BFGS on the surrogate": workingSet(surrogateDescent(hadamardProduct({ depth: 2 }), lbfgs())),
  "coordinate descent": workingSet(coordinateDescent()),
} as const;

/**
 * Lasso paths by the default solver, by the surrogate's way down and by coordinate descent, each with the largest duality
 * gap it ends with, relative to the null deviance. Columns are taken as they are, as the peers take them.
 */
export function benchPaths(names: readonly string[], tol: number, rounds: number): Table {
  const rows = names.flatMap((name) => {
    const problem = PROBLEMS[name]();
    const gaps = new Map<string, number>();
    const contenders = Object.entries(WAYS).map(([way, solver]) => ({
      name: way,
      run(): void {
        gaps.set(way, largestGap(problem, tol, solver));
      },
    }));
    const seconds = interleaved(contenders, rounds);
    return contenders.map(({ name: way }, k) => [
      name,
      way,
      seconds[k],
      seconds[k] / seconds[0],
      gaps.get(way)!.toExponential(1),
    ]);
  });
  return new Table({
    title: `lasso paths to a gap of ${tol}, median of ${rounds} interleaved rounds, data reading included`,
    columns: ["problem", "solver", "seconds", "ratio to auto", "largest gap"],
    maxRows: rows.length,
    rows,
  });
}

function largestGap(
  { loss, X, y, nSamples, nFeatures, lambdas }: BenchProblem,
  tol: number,
  solver: (typeof WAYS)[keyof typeof WAYS],
): number {
  const columns = Object.fromEntries(
    Array.from({ length: nFeatures }, (_, j) => [`x${j}`, X.data.subarray(j * nSamples, (j + 1) * nSamples)]),
  );
  const datafit = loss === "logistic" ? { datafit: logistic() } : {};
  const model = new SmoothLasso({ fitIntercept: false, standardize: false, tol, solver, ...datafit });
  const { fits } = model.path(columns, y, { lambdas });
  const start =
    loss === "logistic" ? Math.LN2 : y.reduce((sum, entry) => sum + entry * entry, 0) / (2 * nSamples);
  return Math.max(...fits.map(({ certificate }) => certificate.dualityGap! / start));
}
