import { median } from "./interleaved";

const ROWS = 1000;
const COLUMNS = 10000;
const REPETITIONS = 9;

/**
 * Seconds of `X'r` in plain JavaScript, one sum a column, 80 MB of `X`: what compares the speed of two machines, or of one
 * machine at two times, for work that reads a design over and over.
 */
export function anchorSeconds(): number {
  const X = new Float64Array(ROWS * COLUMNS).fill(0.5);
  const r = new Float64Array(ROWS).fill(0.25);
  const out = new Float64Array(COLUMNS);
  const seconds: number[] = [];
  for (let repetition = -2; repetition < REPETITIONS; repetition++) {
    const start = performance.now();
    for (let j = 0; j < COLUMNS; j++) {
      let sum = 0;
      const first = j * ROWS;
      for (let i = 0; i < ROWS; i++) sum += X[first + i] * r[i];
      out[j] = sum;
    }
    if (repetition >= 0) seconds.push((performance.now() - start) / 1000);
  }
  if (!(out[0] > 0)) throw new Error("the anchor was not computed");
  return median(seconds);
}
