import type { DataSet } from "./data-set";
import { labelled, shippedTable } from "./shipped-table";

const DESCRIPTION = `569 breast masses, 212 of them malignant: thirty measures of cell nuclei in digitized images of fine \
needle aspirates. Of ten measures of a nucleus (radius, texture, perimeter, area, smoothness, compactness, concavity, \
concave points, symmetry, fractal dimension) the mean, the standard error and the mean of the three largest. Street, \
Wolberg and Mangasarian, Nuclear Feature Extraction for Breast Tumor Diagnosis, SPIE 1905 (1993).`;

/**
 * The diagnostic breast cancer data of Wisconsin: 569 rows, 30 features, `"malignant"` or `"benign"` as response.
 *
 * @returns arrays that are the caller's own, read anew at each call.
 * @see data/README.md of this package for source, licence and checksum.
 *
 * @example
 * ```ts
 * const { columns, response } = loadBreastCancer();
 * const fit = new SmoothLasso({ lambda: 0.05, datafit: logistic() }).fit(columns, response);
 * fit.score(columns, response) > 0.9; // true
 * ```
 */
export function loadBreastCancer(): DataSet<string> {
  return labelled(shippedTable("breast-cancer", DESCRIPTION), ["malignant", "benign"]);
}
