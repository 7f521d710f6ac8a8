/** What a report says of a loss, by the name of its factory and its options, of the rows of an evaluation and of a status. */
import { formatNumber } from "../../display/formatting";
import type { EvaluatedOn } from "./subject";

/** How the coefficients of a loss are read. */
export interface LossInWords {
  /** As in `The loss is ...`. */
  readonly loss: string;
  /** Says in a sentence what changes with a feature. */
  readonly meaning: string;
  /** What the exponential of a coefficient is; left out where it says nothing. */
  readonly ratio?: string;
  /** What an effect is one on, as in `on the log odds`; left out for the response itself. */
  readonly effectOn?: string;
}

/** A loss, and what else its sentences depend on. */
export interface KnownLoss {
  /** The function of the library that made it; undefined for a loss of the caller's own. */
  readonly factory: string | undefined;
  /** What that was given. */
  readonly args: readonly unknown[];
  /** The labels of classes; none where the response has no classes. */
  readonly classes: readonly unknown[];
  readonly isPenalized: boolean;
  /** Whether there are several responses of numbers. */
  readonly hasTasks: boolean;
}

const HELD = "per unit of its feature, while the other features stay the same";
const ofMean = {
  meaning: `A coefficient is the change of the logarithm of the expected response ${HELD}; its exponential is the factor by which the expected response changes.`,
  ratio: "ratio of means",
  effectOn: "the logarithm of the expected response",
};
const ofLocation = `A coefficient is the change of the predicted response ${HELD}. The prediction is the expected response only where errors are symmetric.`;

function ofQuantile(tau: unknown): Pick<LossInWords, "meaning"> {
  const quantile =
    typeof tau !== "number" ? "quantile" : tau === 0.5 ? "median" : `${formatNumber(tau)} quantile`;
  return { meaning: `A coefficient is the change of the ${quantile} of the response ${HELD}.` };
}

function ofOdds(event: string): Pick<LossInWords, "meaning" | "ratio" | "effectOn"> {
  return {
    meaning: `A coefficient is the change of the log odds of ${event} ${HELD}; its exponential is the factor by which the odds change.`,
    ratio: "odds ratio",
    effectOn: `the log odds of ${event}`,
  };
}

/** What a link other than the logit makes of the probability of a success. */
const LINKS: Readonly<Record<string, string>> = {
  probit: "the normal quantile of the probability of a success",
  cloglog: "log(-log(1 - p)) of the probability p of a success",
};

function ofClasses(isPenalized: boolean): string {
  const common = isPenalized
    ? "the data determine only such differences, and the penalty what the coefficients of a feature have in common"
    : "only such differences are determined";
  return `Each class has its own coefficients. The difference between the coefficients of two classes is the change of the log odds between them ${HELD}; ${common}.`;
}

const LOSSES: Readonly<Record<string, (known: KnownLoss) => LossInWords>> = {
  squaredError: ({ hasTasks }) =>
    hasTasks
      ? {
          loss: "half the mean squared error, summed over the responses",
          meaning: `Each response has its own coefficients. One is the change of that expected response ${HELD}.`,
        }
      : {
          loss: "half the mean squared error",
          meaning: `A coefficient is the change of the expected response ${HELD}.`,
        },
  huber: () => ({
    loss: "Huber's, which is linear where residuals are large, so that outliers count less",
    meaning: ofLocation,
  }),
  logCosh: () => ({
    loss: "the logarithm of the hyperbolic cosine, which is nearly linear where residuals are large, so that outliers count less",
    meaning: ofLocation,
  }),
  quantile: ({ args }) => ({
    loss: "that of quantile regression, smoothed",
    ...ofQuantile(Object(args[0]).tau),
  }),
  pinball: ({ args }) => ({ loss: "that of quantile regression", ...ofQuantile(args[0]) }),
  logistic: ({ classes }) => ({
    loss: "that of logistic regression",
    ...ofOdds(classes.length === 2 ? `class \`${classes[1]}\`` : "the second class"),
  }),
  binomial({ args }) {
    const { link = "logit" } = Object(args[0]) as { readonly link?: string };
    const loss = "that of binomial regression";
    if (!Object.hasOwn(LINKS, link)) return { loss, ...ofOdds("a success") };
    return { loss, meaning: `A coefficient is the change of ${LINKS[link]} ${HELD}.` };
  },
  multinomial: ({ isPenalized }) => ({
    loss: "that of multinomial logistic regression",
    meaning: ofClasses(isPenalized),
  }),
  hinge: () => ({ loss: "the hinge of a support vector machine", meaning: ofScore }),
  squaredHinge: () => ({ loss: "the squared hinge of a support vector machine", meaning: ofScore }),
  poisson: () => ({ loss: "that of Poisson regression", ...ofMean }),
  negativeBinomial: () => ({ loss: "that of negative binomial regression", ...ofMean }),
  gamma: () => ({ loss: "that of gamma regression", ...ofMean }),
  tweedie: () => ({ loss: "that of Tweedie regression", ...ofMean }),
  cox: () => ({
    loss: "the negative partial log-likelihood of Cox's proportional hazards model",
    meaning: `A coefficient is the change of the log hazard ${HELD}; its exponential is the hazard ratio.`,
    ratio: "hazard ratio",
    effectOn: "the log hazard",
  }),
};

const ofScore = `A coefficient is the change of the score that tells the classes apart ${HELD}; the score is no probability.`;

/** Returns what is said of a loss; undefined for one that the library does not have. */
export function lossInWords(known: KnownLoss): LossInWords | undefined {
  const { factory } = known;
  return factory !== undefined && Object.hasOwn(LOSSES, factory) ? LOSSES[factory](known) : undefined;
}

/** What is said of the rows that a fit is evaluated on. */
export const EVALUATED_ROWS: Readonly<
  Record<EvaluatedOn, { readonly name: string; readonly beginning: string; readonly sentence: string }>
> = {
  fit: {
    name: "rows of the fit",
    beginning: "In the rows that the model was fitted to",
    sentence: "The rows are those that the model was fitted to: new rows are predicted worse as a rule.",
  },
  folds: {
    name: "rows held out",
    beginning: "In rows held out",
    sentence:
      "Each row was predicted by a fit that has not seen it. λ was chosen by such predictions too, so that new rows may be predicted a little worse.",
  },
  test: {
    name: "test rows",
    beginning: "In the test rows",
    sentence: "The rows had no part in the fit and in the choice of λ.",
  },
};

const STATUSES: Readonly<Record<string, string>> = {
  converged: "converged",
  "max-iter": "did not converge within the iterations that it was given",
  stalled: "stopped before it converged, since no further progress was possible",
  interrupted: "was interrupted before it converged",
};

/** Returns how a fit ended, as the rest of a sentence after `The fit`. */
export function statusInWords(status: string): string {
  return STATUSES[status] ?? `ended as ${status}`;
}
