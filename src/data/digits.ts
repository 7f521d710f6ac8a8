import type { DataSet } from "./data-set";
import { shippedTable } from "./shipped-table";

const DESCRIPTION = `1797 handwritten digits of 13 writers as images of 8 by 8 pixels, each the number of black ones, from 0 to \
16, in a block of 4 by 4 of the original: pixel_0_0 is at the top left, pixel_0_7 at the top right. The test set of \
Alpaydin and Kaynak, Optical Recognition of Handwritten Digits (1998).`;

/**
 * The digits data: 1797 images of 64 pixels, by rows, with the digit from 0 to 9 as response.
 *
 * @returns arrays that are the caller's own, read anew at each call.
 * @see data/README.md of this package for source, licence and checksum.
 *
 * @example
 * ```ts
 * const { columns, response } = loadDigits();
 * response.slice(0, 5); // [0, 1, 2, 3, 4]
 * ```
 */
export function loadDigits(): DataSet {
  return shippedTable("digits", DESCRIPTION);
}
