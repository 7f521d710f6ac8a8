import { mustBe } from "../../errors";
import { checkKeys, checkPositive } from "../../options";

/** A number for each epoch, counted from 0. */
export type Schedule = (epoch: number) => number;

/** Options of {@link cosineDecay}. */
export interface CosineDecayOptions {
  /** Number of epochs, a positive integer. */
  readonly epochs: number;
  /** Epochs in which the rate first rises in equal steps, at least 0 and below `epochs`. Default: 0. */
  readonly warmUp?: number;
  /** Where the rate would end, at least 0. Default: 0. */
  readonly end?: number;
}

/**
 * A learning rate that falls along half a cosine, `end + (rate - end) (1 + cos(pi t)) / 2` with `t` the share of the epochs after
 * warm-up that is over.
 *
 * Large steps early, small ones late: factors are balanced, and zeros exact, only once the steps are small but many.
 *
 * @param rate the largest one, positive.
 * @param options see {@link CosineDecayOptions}.
 * @returns the rate of each epoch.
 * @throws InputError where a number is outside its domain.
 * @see Loshchilov and Hutter, SGDR (2017), arXiv 1608.03983, without restarts
 * @example
 * ```ts
 * const schedule = cosineDecay(0.4, { epochs: 4 });
 * [0, 1, 2, 3].map(schedule).map((rate) => rate.toFixed(2)).join(); // "0.40,0.34,0.20,0.06"
 * ```
 */
export function cosineDecay(rate: number, options: CosineDecayOptions): Schedule {
  const where = "cosineDecay";
  checkPositive(where, "rate", rate);
  checkKeys(where, options, ["epochs", "warmUp", "end"], "write { epochs: 20 } for 20 epochs");
  const { epochs, warmUp = 0, end = 0 } = options;
  checkCount(where, "epochs", epochs, 1);
  checkCount(where, "warmUp", warmUp, 0);
  if (warmUp >= epochs) throw mustBe(where, "warmUp", `below the ${epochs} epochs`, warmUp);
  if (!(end >= 0 && end < Number.POSITIVE_INFINITY)) throw mustBe(where, "end", "a finite number >= 0", end);
  return (epoch) => {
    if (epoch < warmUp) return (rate * (epoch + 1)) / (warmUp + 1);
    const share = Math.min((epoch - warmUp) / (epochs - warmUp), 1);
    return end + ((rate - end) * (1 + Math.cos(Math.PI * share))) / 2;
  };
}

/** @throws InputError unless the learning rate is a schedule, a positive number, which gives a constant one, or left out. */
export function scheduleFrom(
  where: string,
  learningRate: number | Schedule | undefined,
): Schedule | undefined {
  if (learningRate === undefined || typeof learningRate === "function") return learningRate;
  if (!(learningRate > 0 && learningRate < Number.POSITIVE_INFINITY && typeof learningRate === "number")) {
    const rule = "a positive finite number or a function of the epoch such as cosineDecay(rate, { epochs })";
    throw mustBe(where, "learningRate", rule, learningRate);
  }
  return () => learningRate;
}

/** @throws InputError unless `value` is an integer of at least `least`. */
export function checkCount(where: string, what: string, value: unknown, least: number): void {
  if (!(Number.isSafeInteger(value) && (value as number) >= least)) {
    throw mustBe(where, what, `an integer >= ${least}`, value);
  }
}
