/** The losses of rows as expressions of SQL ({@link sqlLossOf}): what `src/datafits` computes of arrays. */
import type { Datafit } from "../../datafits";
import { mustBe } from "../../errors";
import { recipeOf } from "../../recipe";
import {
  abs,
  cases,
  type Expression,
  equals,
  exp,
  greatest,
  isAtLeast,
  isAtMost,
  isLess,
  isMore,
  least,
  ln,
  log1p,
  minus,
  type Operand,
  over,
  plus,
  power,
  times,
} from "./expression";

/** The loss of a row in expressions of its response `y` and its predictor `eta`. */
export interface SqlLoss {
  /** Expressions that the others share, such as an exponential: each becomes a column, which they are given. */
  shared(y: Expression, eta: Expression): readonly Expression[];
  /** The loss, its first and its second derivative in `eta`. */
  terms(y: Expression, eta: Expression, shared: readonly Expression[]): LossTerms;
  /** The expected response. */
  prediction(eta: Expression): Expression;
  /** The least loss over all `eta`. */
  saturated(y: Expression): Operand;
  /** The conjugate; left out where it has no closed form, so that there is no duality gap. */
  readonly conjugate?: Conjugate;
}

interface LossTerms {
  readonly value: Operand;
  readonly slope: Operand;
  readonly curvature: Operand;
}

interface Conjugate {
  /** The smallest and the largest slope, which bound dual points; undefined where there is none. */
  domain(y: Expression): readonly [least: Operand | undefined, largest: Operand | undefined];
  /** `value + conjugate(u) - eta u`, at least 0. */
  fenchelYoung(y: Expression, eta: Expression, u: Expression, shared: readonly Expression[]): Operand;
}

/** Returns the loss in SQL. @throws InputError for one that is not written in it. */
export function sqlLossOf(where: string, datafit: Datafit): SqlLoss {
  const { factory, args } = recipeOf(datafit) ?? { factory: datafit.name, args: [] };
  const options = (args[0] ?? {}) as Readonly<Record<string, number>>;
  const loss = losses[factory]?.(options);
  if (loss) return loss;
  const rule = `one of ${Object.keys(losses).join(", ")}, which are written in SQL`;
  throw mustBe(where, "datafit", rule, datafit.name, "fit it to rows in memory or in files");
}

function negative(x: Operand): Expression {
  return minus(0, x);
}

function square(x: Operand): Expression {
  return times(x, x);
}

/** `-1` of the class 1, `1` of the class 0. */
function signOf(y: Expression): Expression {
  return minus(1, times(2, y));
}

/** `a log(a / b) - a + b`, by a series where the terms would cancel. @see relativeEntropy of the datafits */
function relativeEntropy(a: Operand, b: Operand, logB: Operand): Expression {
  const gap = minus(b, a);
  const share = over(gap, plus(a, b));
  const s = square(share);
  const series = plus(1 / 3, times(s, plus(1 / 5, times(s, plus(1 / 7, over(s, 9))))));
  return cases(
    [
      [isAtMost(a, 0), b],
      // The next term of the series is below 1e-16 of the first.
      [isLess(s, 1e-4), times(share, minus(gap, times(2, a, s, series)))],
    ],
    plus(times(a, minus(ln(a), logB)), gap),
  );
}

/** The parts of a logistic loss at `z`, by `odds = exp(-|z|)`. */
const logisticParts = (z: Expression, odds: Expression) => {
  const [likely, unlikely] = [over(1, plus(1, odds)), over(odds, plus(1, odds))];
  return {
    softplus: plus(greatest(z, 0), log1p(odds)),
    above: cases([[isAtLeast(z, 0), likely]], unlikely),
    below: cases([[isAtLeast(z, 0), unlikely]], likely),
    product: over(odds, square(plus(1, odds))),
  };
};

/** The relative entropy of the shares `own` and `other` with respect to those of the predictor `z`. */
function bernoulliRelativeEntropy(own: Operand, other: Operand, z: Expression, odds: Expression): Expression {
  const { above, below } = logisticParts(z, odds);
  return plus(
    relativeEntropy(own, above, logSigmoid(z, odds)),
    relativeEntropy(other, below, logSigmoid(negative(z), odds)),
  );
}

/** Huber's `h(r) + h*(u) - r u` with the kink `delta`. */
function huberFenchelYoung(r: Expression, u: Expression, delta: number): Expression {
  const beyond = minus(abs(r), delta);
  const rest = minus(delta, times(cases([[isLess(r, 0), -1]], 1), u));
  return cases(
    [[isAtMost(beyond, 0), over(square(minus(r, u)), 2)]],
    times(rest, plus(beyond, over(rest, 2))),
  );
}

const itself = (eta: Expression): Expression => eta;
const probability = (eta: Expression): Expression => over(1, plus(1, exp(negative(eta))));

type Options = Readonly<Record<string, number>>;

const losses: Readonly<Record<string, (options: Options) => SqlLoss | undefined>> = {
  squaredError: () => ({
    shared: () => [],
    terms: (y, eta) => ({ value: over(square(minus(eta, y)), 2), slope: minus(eta, y), curvature: 1 }),
    prediction: itself,
    saturated: () => 0,
    conjugate: {
      domain: () => [undefined, undefined],
      fenchelYoung: (y, eta, u) => over(square(minus(u, minus(eta, y))), 2),
    },
  }),

  logistic: () => ({
    shared: (y, eta) => [times(signOf(y), eta), exp(negative(abs(eta)))],
    terms(y, _eta, [z, odds]) {
      const { softplus, above, product } = logisticParts(z, odds);
      return { value: softplus, slope: times(signOf(y), above), curvature: product };
    },
    prediction: probability,
    saturated: () => 0,
    conjugate: {
      domain: (y) => [negative(y), minus(1, y)],
      fenchelYoung: (_y, _eta, u, [z, odds]) => bernoulliRelativeEntropy(abs(u), minus(1, abs(u)), z, odds),
    },
  }),

  binomial: ({ link }) => {
    if (link !== undefined && String(link) !== "logit") return undefined;
    return {
      shared: (_y, eta) => [exp(negative(abs(eta)))],
      terms(y, eta, [odds]) {
        const { above, product } = logisticParts(eta, odds);
        const line = cases([[isMore(eta, 0), times(minus(1, y), eta)]], negative(times(y, eta)));
        return { value: plus(line, log1p(odds)), slope: minus(above, y), curvature: product };
      },
      prediction: probability,
      saturated: (y) => negative(plus(entropyTerm(y), entropyTerm(minus(1, y)))),
      conjugate: {
        domain: (y) => [negative(y), minus(1, y)],
        fenchelYoung: (y, eta, u, [odds]) =>
          bernoulliRelativeEntropy(plus(y, u), minus(minus(1, y), u), eta, odds),
      },
    };
  },

  squaredHinge: () => ({
    // How much of the margin is missing.
    shared: (y, eta) => [plus(1, times(signOf(y), eta))],
    terms: (y, _eta, [missing]) => ({
      value: square(greatest(0, missing)),
      slope: times(2, greatest(0, missing), signOf(y)),
      curvature: cases([[isAtLeast(missing, 0), 2]], 0),
    }),
    prediction: (eta) => greatest(0, least(over(plus(1, eta), 2), 1)),
    saturated: () => 0,
    conjugate: {
      domain: (y) => [cases([[equals(y, 1), -1e300]], 0), cases([[equals(y, 1), 0]], 1e300)],
      fenchelYoung(_y, _eta, u, [missing]) {
        const half = over(abs(u), 2);
        const beyond = times(half, minus(half, times(2, missing)));
        return cases([[isAtLeast(missing, 0), square(minus(missing, half))]], beyond);
      },
    },
  }),

  poisson: () => ({
    shared: (_y, eta) => [exp(eta)],
    terms: (y, eta, [mean]) => ({
      value: minus(mean, times(y, eta)),
      slope: minus(mean, y),
      curvature: mean,
    }),
    prediction: exp,
    saturated: (y) => minus(y, entropyTerm(y)),
    conjugate: {
      domain: (y) => [negative(y), undefined],
      fenchelYoung: (y, eta, u, [mean]) => relativeEntropy(plus(y, u), mean, eta),
    },
  }),

  gamma: () => ({
    shared: (y, eta) => [times(y, exp(negative(eta)))],
    terms: (_y, eta, [ratio]) => ({ value: plus(eta, ratio), slope: minus(1, ratio), curvature: ratio }),
    prediction: exp,
    saturated: (y) => plus(1, ln(y)),
    conjugate: {
      domain: () => [undefined, 1],
      fenchelYoung: (y, eta, u, [ratio]) => relativeEntropy(minus(1, u), ratio, minus(ln(y), eta)),
    },
  }),

  // The predictor whose slope a dual is has no closed form.
  tweedie: ({ power: p = 1.5 }) => {
    const [above, below] = [p - 1, 2 - p];
    return {
      shared: (y, eta) => [exp(times(below, eta)), times(y, exp(times(-above, eta)))],
      terms: (_y, _eta, [mean, risk]) => ({
        value: plus(over(mean, below), over(risk, above)),
        slope: minus(mean, risk),
        curvature: plus(times(below, mean), times(above, risk)),
      }),
      prediction: exp,
      saturated: (y) => over(power(y, below), above * below),
    };
  },

  negativeBinomial: ({ theta }) => {
    if (typeof theta !== "number") return undefined;
    const level = Math.log(theta);
    return {
      shared: (_y, eta) => [minus(eta, level), exp(negative(abs(minus(eta, level))))],
      terms(y, eta, [z, odds]) {
        const line = cases(
          [[isMore(z, 0), minus(times(theta, z), times(y, level))]],
          negative(times(y, eta)),
        );
        const numerator = cases([[isMore(z, 0), minus(theta, times(y, odds))]], minus(times(theta, odds), y));
        return {
          value: plus(times(plus(y, theta), log1p(odds)), line),
          slope: over(numerator, plus(1, odds)),
          curvature: times(plus(y, theta), logisticParts(z, odds).product),
        };
      },
      prediction: exp,
      saturated: (y) => minus(times(plus(y, theta), log1p(over(y, theta))), entropyTerm(y)),
      conjugate: {
        domain: (y) => [negative(y), theta],
        fenchelYoung(y, _eta, u, [z, odds]) {
          const total = plus(y, theta);
          const [own, other] = [over(plus(y, u), total), over(minus(theta, u), total)];
          return times(total, bernoulliRelativeEntropy(own, other, z, odds));
        },
      },
    };
  },

  huber: ({ delta }) => ({
    shared: (y, eta) => [minus(eta, y)],
    terms(_y, _eta, [r]) {
      const size = abs(r);
      const isInside = isAtMost(size, delta);
      return {
        value: cases([[isInside, over(square(r), 2)]], times(delta, minus(size, delta / 2))),
        slope: greatest(-delta, least(r, delta)),
        curvature: cases([[isInside, 1]], 0),
      };
    },
    prediction: itself,
    saturated: () => 0,
    conjugate: {
      domain: () => [-delta, delta],
      fenchelYoung: (_y, _eta, u, [r]) => huberFenchelYoung(r, u, delta),
    },
  }),

  logCosh: ({ delta }) => ({
    // Residuals are in units of delta here.
    shared: (y, eta) => [over(minus(eta, y), delta), exp(times(-2, abs(over(minus(eta, y), delta))))],
    terms(_y, _eta, [x, odds]) {
      const [size, s] = [abs(x), square(x)];
      const series = plus(1 / 2, times(s, plus(-1 / 12, times(s, plus(1 / 45, times(-17 / 2520, s))))));
      // The next term of the series is 1e-15 of the first.
      const ratio = cases([[isLess(size, 0.03), times(s, series)]], plus(minus(size, Math.LN2), log1p(odds)));
      const sign = cases([[isLess(x, 0), -1]], 1);
      return {
        value: times(delta * delta, ratio),
        slope: times(delta, sign, over(minus(1, odds), plus(1, odds))),
        curvature: times(4, logisticParts(x, odds).product),
      };
    },
    prediction: itself,
    saturated: () => 0,
    conjugate: {
      domain: () => [-delta, delta],
      fenchelYoung(_y, _eta, u, [x, odds]) {
        const [z, scaled] = [times(2, x), over(u, delta)];
        const [share, other] = [over(plus(1, scaled), 2), over(minus(1, scaled), 2)];
        // Shares near 1/2 would lose the digits in which they differ; the parabola is off by rounding only.
        const isParabola = isLess(greatest(abs(x), abs(scaled)), 1e-8);
        return times(
          delta * delta,
          cases(
            [[isParabola, over(square(minus(x, scaled)), 2)]],
            bernoulliRelativeEntropy(share, other, z, odds),
          ),
        );
      },
    },
  }),

  quantile: ({ tau = 0.5, smoothing: h }) => ({
    shared: (y, eta) => [minus(y, eta)],
    terms: (_y, _eta, [r]) => ({
      value: cases(
        [
          [isAtLeast(r, h), times(tau, r)],
          [isAtMost(r, -h), times(tau - 1, r)],
        ],
        plus(times(plus(over(r, 4 * h), tau - 0.5), r), h / 4),
      ),
      slope: cases(
        [
          [isAtLeast(r, h), -tau],
          [isAtMost(r, -h), 1 - tau],
        ],
        negative(plus(over(r, 2 * h), tau - 0.5)),
      ),
      curvature: cases([[isAtMost(abs(r), h), 1 / (2 * h)]], 0),
    }),
    prediction: itself,
    saturated: () => h * tau * (1 - tau),
    conjugate: {
      domain: () => [-tau, 1 - tau],
      fenchelYoung: (_y, _eta, u, [r]) =>
        over(huberFenchelYoung(r, greatest(-h, minus(h, times(2 * h, plus(tau, u)))), h), 2 * h),
    },
  }),
};

/** `log(1 / (1 + exp(-z)))` of `odds = exp(-|z|)`. */
function logSigmoid(z: Expression, odds: Expression): Expression {
  return minus(least(z, 0), log1p(odds));
}

/** `y log y`, 0 at 0. */
function entropyTerm(y: Expression): Expression {
  return cases([[isMore(y, 0), times(y, ln(y))]], 0);
}
