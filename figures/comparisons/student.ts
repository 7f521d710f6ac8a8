import { studentQuantile, studentTail } from "../../src/random/distributions";

/**
 * The number that Student's t is above by chance once in twenty, in absolute value: 2.262 for 9 degrees of freedom.
 *
 * @param freedom a whole number from 1 on
 */
export function beyondChance(freedom: number): number {
  return studentQuantile(0.025, freedom);
}

/** How probable it is that the absolute value of Student's t exceeds that of a number by chance. */
export function probability(t: number, freedom: number): number {
  return 2 * studentTail(Math.abs(t), freedom);
}
