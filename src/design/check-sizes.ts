import { mustBe } from "../errors";
import type { DesignMatrix } from "./design-matrix";

/** @throws InputError when a column has an entry so large that squares and products of it overflow. */
export function checkSizes(where: string, design: DesignMatrix): void {
  for (let j = 0; j < design.nFeatures; j++) {
    const largest = design.largestEntry(j);
    if (largest < 1e140) continue;
    const what = `column ${JSON.stringify(design.featureNames[j])}`;
    throw mustBe(where, what, "of a size below 1e140", largest, "rescale it");
  }
}
