import assert from "node:assert/strict";

/** Fails unless `|actual - expected| <= tolerance * (1 + |expected|)`. */
export function assertClose(label: string, actual: number, expected: number, tolerance: number): void {
  assertAllClose(label, [actual], [expected], tolerance);
}

/** Fails unless the largest difference over `1 + max |expected|` is at most `tolerance`; names the worst entry. */
export function assertAllClose(
  label: string,
  actual: ArrayLike<number>,
  expected: ArrayLike<number>,
  tolerance: number,
): void {
  assert.equal(actual.length, expected.length, `${label}: the lengths differ`);
  let scale = 1;
  for (let i = 0; i < expected.length; i++) scale = Math.max(scale, 1 + Math.abs(expected[i]));
  let worst = 0;
  let index = -1;
  for (let i = 0; i < expected.length; i++) {
    const gap = actual[i] === expected[i] ? 0 : Math.abs(actual[i] - expected[i]) / scale;
    if (!(gap <= worst)) [worst, index] = [gap, i];
    if (Number.isNaN(gap)) break;
  }
  assert.ok(
    worst <= tolerance,
    `${label}: entry ${index} is ${actual[index]}, expected ${expected[index]}, gap ${worst} > tolerance ${tolerance}`,
  );
}

/** Fails unless `smaller <= larger + slack`. */
export function assertAtMost(label: string, smaller: number, larger: number, slack = 0): void {
  assert.ok(
    smaller <= larger + slack,
    `${label}: ${smaller} must be at most ${larger}, exceeds it by ${smaller - larger} > ${slack}`,
  );
}
