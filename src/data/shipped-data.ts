/** The data sets that come with the package. */

import { breastCancerTable, diabetesTable, digitsTable, wineTable } from "#platform";
import { type DataSet, displayableDataSet } from "./data-set";

const BREAST_CANCER = `569 breast masses, 212 of them malignant: thirty measures of cell nuclei in digitized images of fine \
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
  return withClassNames(shippedTable("breast-cancer", BREAST_CANCER, breastCancerTable()), [
    "malignant",
    "benign",
  ]);
}

const DIABETES = `442 diabetes patients: ten baseline variables in raw units, and the progression of the disease one \
year after baseline. age in years, sex coded 1 and 2, bmi body mass index, bp average blood pressure, and six blood \
serum measurements: s1 total cholesterol, s2 low-density lipoproteins, s3 high-density lipoproteins, s4 total \
cholesterol over s3, s5 log of serum triglycerides, s6 blood sugar. Efron, Hastie, Johnstone and Tibshirani, \
Least Angle Regression, Annals of Statistics 32 (2004).`;

/**
 * The diabetes data of Efron et al. (2004): 442 rows, 10 features in raw units, response mean 152.13.
 *
 * @returns arrays that are the caller's own, read anew at each call.
 * @see data/README.md of this package for source, licence and checksum.
 *
 * @example
 * ```ts
 * import { DataFrame } from "danfojs-node";
 * const { columns, response } = loadDiabetes();
 * const frame = new DataFrame(columns);
 * const fit = new SmoothLasso({ lambda: 1 }).fit(frame, response);
 * ```
 */
export function loadDiabetes(): DataSet {
  return shippedTable("diabetes", DIABETES, diabetesTable());
}

const DIGITS = `1797 handwritten digits of 13 writers as images of 8 by 8 pixels, each the number of black ones, from 0 to \
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
  return shippedTable("digits", DIGITS, digitsTable());
}

const WINE = `178 wines of one region of Italy from three cultivars: thirteen measures of a chemical analysis, alcohol \
in percent of volume, malic acid, ash and its alcalinity, magnesium, phenols, colour, hue, the ratio of optical densities \
at 280 and 315 nm, and proline. Forina and others, PARVUS, Institute of Pharmaceutical and Food Analysis, Genoa (1988).`;

/**
 * The wine recognition data: 178 rows, 13 features, the cultivar `"class_0"`, `"class_1"` or `"class_2"` as response.
 *
 * @returns arrays that are the caller's own, read anew at each call.
 * @see data/README.md of this package for source, licence and checksum.
 *
 * @example
 * ```ts
 * const { columns, response } = loadWine();
 * const fit = new SmoothLasso({ lambda: 0.02, datafit: multinomial() }).fit(columns, response);
 * fit.score(columns, response) > 0.95; // true
 * ```
 */
export function loadWine(): DataSet<string> {
  return withClassNames(shippedTable("wine", WINE, wineTable()), ["class_0", "class_1", "class_2"]);
}

/**
 * Reads one of the package's own tables: a header line, commas, numbers only, the response last.
 *
 * @param name of the file in `data/`, without `.csv`.
 * @param text of the file.
 * @see data/README.md of this package for source, licence and checksum.
 */
function shippedTable(name: string, description: string, text: string): DataSet {
  const [header, ...lines] = text.trimEnd().split("\n");
  const names = header.split(",");
  const rows = lines.map((line) => line.split(",").map(Number));
  const all = names.map((_, j) => rows.map((row) => row[j]));
  const featureNames = names.slice(0, -1);
  return displayableDataSet({
    name,
    description,
    columns: Object.fromEntries(featureNames.map((feature, j) => [feature, all[j]])),
    featureNames,
    response: all[featureNames.length],
    responseName: names[featureNames.length],
  });
}

/** Replaces the numbers of classes by their names. */
function withClassNames(data: DataSet, labels: readonly string[]): DataSet<string> {
  return displayableDataSet({ ...data, response: data.response.map((code) => labels[code]) });
}
