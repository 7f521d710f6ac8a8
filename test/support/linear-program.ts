import highs from "highs";

/** A linear program in HiGHS's words: costs and rows by name of the variable; all variables are at least 0 but the free ones. */
interface LinearProgram {
  readonly costs: Readonly<Record<string, number>>;
  readonly rows: readonly {
    readonly entries: Readonly<Record<string, number>>;
    readonly relation: "=" | ">=";
    readonly bound: number;
  }[];
  readonly free: readonly string[];
}

/** Rows, a response, and what the textbook formulations need besides. */
export interface PenalizedLoss {
  readonly X: readonly (readonly number[])[];
  readonly y: readonly number[];
  readonly lambda: number;
  readonly fitIntercept?: boolean;
}

/** The optimum of `(1/n) sum pinball_tau(y - b0 - X beta) + lambda ||beta||_1`, by HiGHS. */
export function quantileOptimum(problem: PenalizedLoss, tau: number): Promise<number> {
  const { costs, predictor, free } = penalizedPredictor(problem);
  const n = problem.y.length;
  const rows = problem.y.map((bound, i) => {
    costs[`above${i}`] = tau / n;
    costs[`below${i}`] = (1 - tau) / n;
    return {
      entries: { ...predictor(i, 1), [`above${i}`]: 1, [`below${i}`]: -1 },
      relation: "=" as const,
      bound,
    };
  });
  return optimumOf({ costs, rows, free });
}

/** The optimum of `(1/n) sum max(0, 1 - s (b0 + x'beta)) + lambda ||beta||_1` with `s = 2 y - 1`, by HiGHS. */
export function supportVectorOptimum(problem: PenalizedLoss): Promise<number> {
  const { costs, predictor, free } = penalizedPredictor(problem);
  const n = problem.y.length;
  const rows = problem.y.map((label, i) => {
    costs[`slack${i}`] = 1 / n;
    return {
      entries: { ...predictor(i, 2 * label - 1), [`slack${i}`]: 1 },
      relation: ">=" as const,
      bound: 1,
    };
  });
  return optimumOf({ costs, rows, free });
}

/**
 * How far apart a direction of length 1 in each coordinate drives rows with an event and rows at risk with them, none of them the wrong way, by HiGHS.
 * Where it is above 0 the partial likelihood rises for ever along that direction, and else it has a maximum.
 *
 * @param times positive for an event, negative for a sample censored there.
 * @see Bryson and Johnson, The incidence of monotone likelihood in the Cox model (1981)
 */
export async function monotonePart(
  X: readonly (readonly number[])[],
  times: readonly number[],
): Promise<number> {
  const costs: Record<string, number> = {};
  const rows: LinearProgram["rows"][number][] = X[0].flatMap((_, j) =>
    ["plus", "minus"].map((sign) => {
      costs[`${sign}${j}`] = 0;
      return { entries: { [`${sign}${j}`]: -1 }, relation: ">=" as const, bound: -1 };
    }),
  );
  times.forEach((time, i) => {
    if (!(time > 0)) return;
    X.forEach((row, k) => {
      if (k === i || Math.abs(times[k]) < time) return;
      const gaps = X[i].map((x, j) => x - row[j]);
      const entries = Object.fromEntries(
        gaps.flatMap((gap, j) =>
          gap === 0 ? [] : [[`plus${j}`, gap] as const, [`minus${j}`, -gap] as const],
        ),
      );
      if (Object.keys(entries).length === 0) return;
      rows.push({ entries, relation: ">=", bound: 0 });
      for (const [name, gap] of Object.entries(entries)) costs[name] -= gap;
    });
  });
  return -(await optimumOf({ costs, rows, free: [] }));
}

/** The penalty as costs of `beta = plus - minus`, and `scale * (b0 + x_i'beta)` as entries of a row. */
function penalizedPredictor({ X, lambda, fitIntercept = true }: PenalizedLoss) {
  const costs: Record<string, number> = {};
  X[0].forEach((_, j) => {
    costs[`plus${j}`] = lambda;
    costs[`minus${j}`] = lambda;
  });
  const predictor = (i: number, scale: number): Record<string, number> => {
    const entries: Record<string, number> = fitIntercept ? { intercept: scale } : {};
    X[i].forEach((x, j) => {
      entries[`plus${j}`] = scale * x;
      entries[`minus${j}`] = -scale * x;
    });
    return entries;
  };
  return { costs, predictor, free: fitIntercept ? ["intercept"] : [] };
}

async function optimumOf({ costs, rows, free }: LinearProgram): Promise<number> {
  const sum = (entries: Readonly<Record<string, number>>): string =>
    Object.entries(entries)
      .map(([name, value]) => `${value < 0 ? "-" : "+"} ${Math.abs(value)} ${name}`)
      .join("\n ");
  const constraints = rows.map(
    ({ entries, relation, bound }, i) => `row${i}: ${sum(entries)} ${relation} ${bound}`,
  );
  const bounds = free.map((name) => `${name} free`);
  const text = `Minimize\nobjective: ${sum(costs)}\nSubject To\n${constraints.join("\n")}\nBounds\n${bounds.join("\n")}\nEnd\n`;
  const tight = { primal_feasibility_tolerance: 1e-10, dual_feasibility_tolerance: 1e-10 };
  const { Status, ObjectiveValue } = (await highs()).solve(text, tight);
  if (Status !== "Optimal") throw new Error(`HiGHS says ${Status}`);
  return ObjectiveValue;
}
