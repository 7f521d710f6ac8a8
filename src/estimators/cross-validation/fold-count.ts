import { InputError, mustBe } from "../../errors";

/** As `cv.glmnet` has it. */
const USUAL = 10;

/**
 * How many folds there are.
 *
 * @param folds as given; undefined for 10.
 * @param count how many there are of what is dealt to the folds.
 * @param what is dealt, in the plural.
 * @throws InputError when a fold would be empty, or there is no other than it.
 */
export function foldCount(where: string, folds: number | undefined, count: number, what: string): number {
  const counted = `the number of ${what}`;
  if (count < 2) throw mustBe(where, counted, "at least 2", count);
  if (folds === undefined && count < USUAL)
    throw new InputError(
      `${where}: ${counted} must be at least ${USUAL}, the default of folds, got ${count}; name folds, such as { folds: ${Math.min(5, count)} }`,
    );
  const given = folds === undefined ? USUAL : folds;
  if (Number.isInteger(given) && given >= 2 && given <= count) return given;
  throw mustBe(where, "folds", `an integer from 2 to ${counted}, here ${count}`, given);
}
