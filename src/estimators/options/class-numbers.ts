/**
 * One number a sample that tells its class from others: of two classes their 0 or 1, of the indicators of several classes
 * the place of its own, from 1 on.
 */
export function classNumbers(target: Float64Array, nSamples: number): Float64Array {
  const classes = new Float64Array(nSamples);
  target.forEach((entry, k) => {
    classes[k % nSamples] += (1 + Math.floor(k / nSamples)) * entry;
  });
  return classes;
}
