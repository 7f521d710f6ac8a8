import { SmoothLasso } from "smooth-edges";
import { markdownTable, seconds } from "./comparison/markdown";
import { interleaved } from "./interleaved";
import { problemOf } from "./problems";
import { toeplitz } from "./problems/designs";
import { evenly, noisy, signalOf } from "./problems/responses";

/** A lasso path, drawn as the problems of README.md are. */
interface Size {
  readonly n: number;
  readonly p: number;
  /** Coefficients of the truth that are not zero. */
  readonly nonzeros: number;
  readonly rho: number;
  readonly lambdas: number;
}

const MIDDLE: Size = { n: 500, p: 2000, nonzeros: 25, rho: 0.5, lambdas: 50 };

/** What varies, the rest as in the middle. */
const CURVES: { readonly [K in keyof Size]: readonly number[] } = {
  n: [125, 250, 500, 1000, 2000],
  p: [500, 1000, 2000, 4000, 8000],
  nonzeros: [5, 25, 125],
  rho: [0, 0.5, 0.9, 0.98],
  lambdas: [10, 25, 50, 100, 200],
};

const [SEED, RATIO, SMALLEST] = [1601, 3, 0.05];

/**
 * Lasso paths by the default solver beside a model of their cost, in Markdown: `2 n p` operations for each pass over `X`, which
 * every row of a trace but the first took, and `n a^2` for the Gram matrix of the `a` features that were ever in the model. Where
 * the model holds, operations a second change little along a curve.
 */
export function benchScaling(scale: number, tol: number, rounds: number): string {
  const title = `Lasso paths down to ${SMALLEST} of the largest lambda, to a gap of ${tol}, median of ${rounds} rounds, data reading included`;
  const columns = ["seconds", "passes a lambda", "ever active", "passes, GFlop", "Gram, GFlop", "GFlop/s"];
  const curves = (Object.keys(CURVES) as (keyof Size)[]).map((name) => {
    const rows = CURVES[name].map((value) => rowOf({ ...MIDDLE, [name]: value }, scale, tol, rounds));
    return markdownTable(
      [name, ...columns],
      rows.map((row, k) => [String(CURVES[name][k] * (name === "n" || name === "p" ? scale : 1)), ...row]),
    );
  });
  return [title, ...curves].join("\n\n");
}

function rowOf(size: Size, scale: number, tol: number, rounds: number): string[] {
  const n = Math.round(size.n * scale);
  const p = Math.round(size.p * scale);
  const X = toeplitz(n, p, size.rho, SEED);
  const y = noisy(signalOf(X, n, evenly(p, Math.min(size.nonzeros, p))), RATIO, SEED);
  const { lambdas } = problemOf("scaling", X, y, { ratio: SMALLEST, count: size.lambdas });
  const columns = Object.fromEntries(
    Array.from({ length: p }, (_, j) => [`x${j}`, X.data.subarray(j * n, (j + 1) * n)]),
  );
  const model = new SmoothLasso({ fitIntercept: false, standardize: false, tol });
  let { fits } = model.path(columns, y, { lambdas });
  const run = (): void => {
    fits = model.path(columns, y, { lambdas }).fits;
  };
  const [time] = interleaved([{ name: "auto", run }], rounds);
  const passes = fits.reduce((sum, { trace }) => sum + Math.max(trace.length - 1, 0), 0);
  const active = new Set(fits.flatMap(({ support }) => [...support])).size;
  const ofPasses = (2 * n * p * passes) / 1e9;
  const ofGram = (n * active ** 2) / 1e9;
  const rate = (ofPasses + ofGram) / time;
  return [
    seconds(time),
    (passes / lambdas.length).toFixed(2),
    String(active),
    ofPasses.toFixed(3),
    ofGram.toFixed(3),
    rate.toFixed(2),
  ];
}
