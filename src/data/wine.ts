import type { DataSet } from "./data-set";
import { labelled, shippedTable } from "./shipped-table";

const DESCRIPTION = `178 wines of one region of Italy from three cultivars: thirteen measures of a chemical analysis, alcohol \
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
  return labelled(shippedTable("wine", DESCRIPTION), ["class_0", "class_1", "class_2"]);
}
