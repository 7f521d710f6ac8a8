import type { DataSet } from "./data-set";
import { shippedTable } from "./shipped-table";

const DESCRIPTION = `442 diabetes patients: ten baseline variables in raw units, and the progression of the disease one \
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
  return shippedTable("diabetes", DESCRIPTION);
}
