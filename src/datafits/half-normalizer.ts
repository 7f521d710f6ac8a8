/**
 * The integral over `r >= 0` of `exp(-loss(r) / dispersion)`, where the loss is `r^2 / (2 width)` up to the slope `slope`, at
 * `r = slope width`, and from there a line: half of a density that is normal inside and exponential outside.
 *
 * @param width positive, as are the others.
 * @see Huber, Robust estimation of a location parameter (1964), whose least favourable distribution it is
 */
export function halfNormalizer(width: number, slope: number, dispersion: number): number {
  const deviation = Math.sqrt(width * dispersion);
  const kink = (slope * width) / deviation;
  return deviation * normalIntegral(kink) + (dispersion / slope) * Math.exp(-(kink ** 2) / 2);
}

/** The integral of `exp(-x^2 / 2)` from 0 to `end`, by the series `exp(-end^2 / 2) sum_k end^(2k+1) / (2k+1)!!`, whose terms are positive. */
function normalIntegral(end: number): number {
  if (end > 9) return Math.sqrt(Math.PI / 2); // to the last bit
  let [sum, term] = [0, end];
  for (let k = 1; sum + term > sum; k++) {
    sum += term;
    term *= end ** 2 / (2 * k + 1);
  }
  return sum * Math.exp(-(end ** 2) / 2);
}
