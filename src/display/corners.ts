/** The first and the last of `length` places, `most` where there are more. */
export function corners(length: number, most: number): number[] {
  const count = Math.min(length, most);
  return Array.from({ length: count }, (_, k) => (k < count / 2 ? k : length - count + k));
}
