/** Mean and standard deviation (divisor n) of one column. */
export interface ColumnMoment {
  readonly mean: number;
  readonly deviation: number;
}

/** Whether a sum of squares is neither zero nor so near to the ends of the range that terms of it were lost there. */
export function haveDigits(squares: number): boolean {
  return squares > 1e-250 && squares < 1e250;
}
