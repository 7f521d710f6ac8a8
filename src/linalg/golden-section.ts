/**
 * The minimizer of a function of one variable that falls and then rises, to about 1e-9 of itself.
 *
 * @see Kiefer, Sequential minimax search for a maximum (1953)
 */
export function goldenSection(f: (x: number) => number, from: number, to: number): number {
  const ratio = (Math.sqrt(5) - 1) / 2;
  let [a, b] = [from, to];
  while (b - a > 1e-9 * (1 + Math.abs(a))) {
    const left = b - ratio * (b - a);
    const right = a + ratio * (b - a);
    if (f(left) <= f(right)) b = right;
    else a = left;
  }
  return (a + b) / 2;
}
