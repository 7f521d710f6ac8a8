import { mustBe, oneClass, tooManyClasses } from "../errors";

/**
 * Checks that a target has two classes, written 0 and 1.
 *
 * @throws InputError naming the first entry that is neither, or the number of classes when there are not two.
 */
export function checkBinary(where: string, y: Float64Array): void {
  const row = y.findIndex((label) => label !== 0 && label !== 1);
  if (row === -1) {
    const [first] = y;
    if (y.every((label) => label === first)) throw oneClass(where, first);
    return;
  }
  const classes = new Set(y).size;
  if (classes > 2) throw tooManyClasses(where, classes);
  throw mustBe(where, `y, row ${row}`, "0 or 1", y[row], "encode the two classes as 0 and 1");
}
