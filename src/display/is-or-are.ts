/** The verb of a count, as in `1 of 30 features is selected`. */
export function isOrAre(count: number): "is" | "are" {
  return count === 1 ? "is" : "are";
}
