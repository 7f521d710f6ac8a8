/** A count with its noun, as in `1 fold` and `5 folds`. @param noun makes its plural with an s. */
export function counted(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}
