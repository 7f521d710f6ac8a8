/**
 * The type of one response: numbers, labels of classes, or times until an event, negative where they are censored.
 *
 * A loss of two classes sees them as 0 and 1, whatever their labels, and its inverse link is above 1/2 where the second is
 * the likelier one.
 */
export type ResponseType = "numbers" | "classes" | "times";

/** Several responses of a sample are either numbers of their own or indicators of the classes that it may belong to. */
export type ResponseKind = "tasks" | "classes";

/** The columns that say, beside the times, which samples are at risk together: one number a sample each; undefined for the same of all. */
export interface RiskSetColumns {
  /** The time after which a sample is under observation, below its own time. */
  readonly start: Float64Array | undefined;
  /** The number of its stratum; samples are compared within strata only. */
  readonly strata: Float64Array | undefined;
}

/**
 * The properties that a loss states: estimators and solvers choose by these properties, and never by which of the methods
 * there are.
 */
export interface DatafitProperties {
  /** The type of the response decides how a target is read and how predictions are scored. */
  readonly response: ResponseType;

  /**
   * Whether the inverse link of a loss of classes is a probability that no predictor makes certain, and not only above 1/2
   * for the likelier class.
   */
  readonly hasProbabilities: boolean;

  /** Whether `f` is a multiple of `||y - eta||^2`, so that the curvature is one number. */
  readonly quadratic: boolean;

  /** Whether `f` depends on `y - eta` only, so that what unpenalized columns explain may be taken off `y`. */
  readonly dependsOnResidual: boolean;

  /** Whether the curvature is the same at every predictor, though not in every entry. */
  readonly hasConstantHessian: boolean;

  /** Whether the second derivative is diagonal, as it is where no two entries of the predictors meet. */
  readonly hasDiagonalHessian: boolean;

  /** Whether the loss consists of quadratic pieces, some of them possibly flat. Then it has a minimiser for every design. */
  readonly piecewiseQuadratic: boolean;

  /** Whether the loss of a sample grows without bound in every direction of its predictors. Then it has a minimiser too. */
  readonly coercive: boolean;

  /**
   * Whether the loss of a sample depends on the predictors of other samples, as a partial likelihood does. Then held-out
   * samples are scored by what they add to the loss of the others.
   */
  readonly comparesSamples: boolean;

  /** Whether a constant added to all predictors of one response changes the loss; where it does not, a model has no intercept. */
  readonly determinesIntercept: boolean;

  /**
   * Whether a constant added to all predictors of one sample changes nothing, so that only differences between responses
   * are determined.
   */
  readonly shiftInvariant: boolean;
}

/** A parameter of a loss that is minus a log-likelihood, of which the likeliest value is taken in turns with the coefficients. */
export interface EstimatedParameter {
  readonly name: string;
  /** Undefined until data are seen. */
  readonly value: number | undefined;
  /** Whether the likelihood rises up to `value` and has no maximum below it. */
  readonly isLargest: boolean;
  /** The loss with a value. */
  at(value: number): Datafit;
  /** The loss with the value that is likeliest where only a constant is fitted beside the offset. */
  atStart(y: Float64Array, weights?: Float64Array, offset?: Float64Array): Datafit;
  /** The loss with the value that is likeliest at these predictors. */
  atPredictors(y: Float64Array, eta: Float64Array, weights?: Float64Array): Datafit;
  /** Minus the second derivative of the mean log-likelihood in the value, at these predictors. */
  information(y: Float64Array, eta: Float64Array, weights?: Float64Array): number;
  /** The terms of the mean log-likelihood with this value that the loss leaves out, times -1, but for those of `y` alone. */
  leftOut(y: Float64Array, weights?: Float64Array): number;
}

/**
 * A smooth loss `f(eta)` of the linear predictor, averaged over samples: the `L` of the paper.
 *
 * Every method takes the target `y` and works on vectors of its length. With several responses (multi-task, classes)
 * that is an `n` x `nResponses` matrix, one response after the other.
 */
export interface Datafit extends DatafitProperties {
  /** The name with the parameters, such as `"huber(1.5)"`. */
  readonly name: string;

  /** The number of entries of `y` and `eta` that one sample has. */
  readonly nResponses: number;

  /** The kind of several responses, stated even where only one is given; left out for a loss of one response. */
  readonly responses?: ResponseKind;

  /** @throws InputError when `y` is outside the loss's domain. */
  checkTarget(where: string, y: Float64Array): void;

  /** Returns `f(eta)` and sets `gradient = df/deta` (which includes the `1/n`). */
  valueAndGradient(y: Float64Array, eta: Float64Array, gradient: Float64Array): number;

  /** `out[i] = d2f/deta_i^2` (which includes the `1/n`). */
  curvature(y: Float64Array, eta: Float64Array, out: Float64Array): void;

  /**
   * A number `M` with `|f'''| <= M f''` in each entry, so that over a distance `d` the second derivative changes at most by a factor
   * `exp(M d)`. Left out where there is none, or none is known.
   *
   * @see Bach, Self-concordant analysis for logistic regression (2010)
   */
  readonly selfConcordance?: number;

  /**
   * `out = d2f/deta2 v`, where the second derivative is not diagonal; of several responses only the predictors of one sample
   * meet.
   */
  hessianProduct?(y: Float64Array, eta: Float64Array, v: Float64Array, out: Float64Array): void;

  /**
   * The loss with one weight a sample, `(1/n) sum_i weights[i] loss_i`, in place of any weights it had. They act like
   * copies of the samples.
   *
   * @param weights at least 0, of mean one; copied.
   * @throws InputError when one is negative or not finite.
   */
  weighted(weights: Float64Array): Datafit;

  /** The loss with other risk sets, for times until an event; it keeps its weights. Left out where the loss has no risk sets. */
  withRiskSets?(columns: RiskSetColumns): Datafit;

  /**
   * The mean of the losses of the samples `rows` alone, for targets and predictors that hold only those: what
   * mini-batches go by. Left out where a loss is no mean over samples (Cox).
   */
  subset?(rows: Int32Array): Datafit;

  /**
   * Returns the same loss for a response whose scale it takes for an option that was left open; it has no weights. Left out where
   * nothing is open.
   *
   * @param y less its offset.
   * @param weights as those of `weighted`. Default: ones.
   */
  forTarget?(y: Float64Array, weights?: Float64Array): Datafit;

  /** `out = E[y | eta]`, or what the loss predicts in its place. */
  inverseLink(eta: Float64Array, out: Float64Array): void;

  /** `inf f` over all `eta`: the objective of the saturated model. */
  saturatedValue(y: Float64Array): number;

  /** The parameter that is estimated together with the coefficients. Left out where all are given. */
  readonly estimated?: EstimatedParameter;

  /**
   * The deviance of one sample whose response is predicted to be `predicted`, up to a factor: `D^2` is scored by it. Left out
   * where predictions are scored by squares, as `R^2`, by the classes that are right, or by the order of times.
   */
  unitDeviance?(y: number, predicted: number): number;

  /** The constant prediction that `D^2` compares with. Left out for the mean. @param weights at least 0; undefined for 1 each. */
  bestConstant?(y: Float64Array, weights: Float64Array | undefined): number;

  /**
   * `log Z` of the density of one entry, `exp(-(loss - saturated loss) / dispersion) / Z`, for losses of a response in units of its
   * own that are no likelihood of one scale: information criteria then take the likelihood at the dispersion that suits a fit best.
   * The loss must be convex and grow at least in proportion to the residual, at most with its square. Left out where the loss is a
   * likelihood, or `quadratic`.
   */
  logNormalizer?(dispersion: number): number;

  /** Whether a response may be two columns too, successes and failures or trials, the trials being weights. Default: false. */
  readonly readsTrials?: boolean;

  /** Whether whole weights act like copies of the samples. Default: true. */
  readonly weightsCountCopies?: boolean;

  /**
   * Whether the loss is minus a log-likelihood, up to a dispersion and terms of `y`, so that its second derivative gives standard errors.
   * Default: false.
   */
  readonly isLikelihood?: boolean;

  /**
   * The variance of a response with this mean in units of a dispersion, which residuals have to tell. Left out where the mean alone says
   * it, as of classes and counts.
   */
  varianceAt?(mean: number): number;

  /**
   * `f(eta) + f*(dual) - eta'dual`, at least 0, summed from terms that are each at least 0 so that nothing
   * cancels; `f*` is the convex conjugate. Infinity outside its domain, which holds every gradient and, with it, every
   * multiple of it by a number in [0, 1]. Without it there is no duality gap.
   */
  fenchelYoung?(y: Float64Array, eta: Float64Array, dual: Float64Array): number;

  /** The linear pieces of a loss that has no others, and so no curvature: linear programs fit it. Left out for a smooth loss. */
  terms?(y: Float64Array): PiecewiseLinearTerms;
}

/**
 * Where each sample's loss has its kink and how steep it is on either side. The slope in `c_i - eta_i` is `tilt_i + width_i` where
 * that is positive and `tilt_i - width_i` where it is negative: these two bound the dual variable, and have zero between them since
 * the loss is least at its kink or constant on one side of it.
 */
export interface PiecewiseLinearTerms {
  /** `c_i` */
  readonly center: Float64Array;
  /** At most `width_i` in magnitude. */
  readonly tilt: Float64Array;
  /** Positive; 0 for a sample of weight 0. */
  readonly width: Float64Array;
}

/** A loss of several responses: its fits have a vector of coefficients for each of them. */
export interface MultiResponseDatafit<Kind extends ResponseKind = ResponseKind> extends Datafit {
  readonly responses: Kind;

  /** Returns the loss for so many responses, or classes; left out unless their number was left open. */
  forResponses?(nResponses: number): MultiResponseDatafit<Kind>;
}
