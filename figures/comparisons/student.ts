/** The probability that the absolute value of Student's t is below a positive number, for whole degrees of freedom. */
function within(t: number, freedom: number): number {
  // Abramowitz and Stegun (1964), 26.7.3 and 26.7.4.
  const angle = Math.atan(t / Math.sqrt(freedom));
  const [sine, cosine] = [Math.sin(angle), Math.cos(angle)];
  const isOdd = freedom % 2 === 1;
  let term = isOdd ? cosine : 1;
  let sum = freedom === 1 ? 0 : term;
  for (let k = isOdd ? 2 : 1; k < freedom - 2; k += 2) {
    term *= (k / (k + 1)) * cosine ** 2;
    sum += term;
  }
  return isOdd ? (2 / Math.PI) * (angle + sine * sum) : sine * sum;
}

/**
 * The number that Student's t is above by chance once in twenty, in absolute value: 2.262 for 9 degrees of freedom.
 *
 * @param freedom a whole number from 1 on
 */
export function beyondChance(freedom: number): number {
  let [low, high] = [1.9, 13];
  for (let halving = 0; halving < 60; halving++) {
    const middle = (low + high) / 2;
    if (within(middle, freedom) < 0.95) low = middle;
    else high = middle;
  }
  return high;
}
