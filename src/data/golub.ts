import { mustBe } from "../errors";
import { checkKeys } from "../options";
import { type DataSet, displayableDataSet } from "./data-set";
import { filesOf } from "./files/cached-files";
import { readCsv } from "./files/read-csv";
import type { FolderOptions } from "./image-data";

const DESCRIPTION = `72 patients with leukaemia, 47 of the lymphoblastic kind (ALL) and 25 of the myeloid kind (AML): the expression of \\
7129 genes in bone marrow or blood. Golub and others, Molecular Classification of Cancer, Science 286 (1999).`;

const SOURCE = {
  name: "golub",
  files: ["golub.csv"],
  systemFolders: [],
  source: `write it in R with golubEsets of Bioconductor: library(golubEsets); data(Golub_Train); data(Golub_Test); both <- combine(Golub_Train, Golub_Test); write.csv(data.frame(t(exprs(both)), class = both$ALL.AML, check.names = FALSE), "golub.csv", row.names = FALSE)`,
};

/**
 * The leukaemia data of Golub et al. (1999): 72 rows, 7129 genes, `"ALL"` or `"AML"` as response.
 *
 * The file does not come with this package; the message of the error says how to write it with R.
 *
 * @param options `folder` with `golub.csv`.
 * @throws InputError when the file is not there or has not these rows, genes and classes.
 */
export function loadGolub(options: FolderOptions = {}): DataSet<string> {
  const where = "loadGolub";
  checkKeys(where, options, ["folder"]);
  const [path] = filesOf(where, SOURCE, options.folder);
  const { class: response, ...columns } = readCsv(path);
  const featureNames = Object.keys(columns);
  const counts = ["ALL", "AML"].map(
    (label) => Array.from(response ?? []).filter((each) => each === label).length,
  );
  if (counts[0] !== 47 || counts[1] !== 25) {
    throw mustBe(where, path, 'of 47 "ALL" and 25 "AML" in column "class"', `${counts[0]} and ${counts[1]}`);
  }
  const isWhole = featureNames.every((name) => columns[name].every(Number.isFinite));
  if (featureNames.length !== 7129 || !isWhole || response.length !== 72)
    throw mustBe(
      where,
      path,
      "of 72 rows of 7129 numbers",
      `${response.length} rows of ${featureNames.length} columns`,
    );
  return displayableDataSet({
    name: "golub",
    description: DESCRIPTION,
    columns: columns as Record<string, number[]>,
    featureNames,
    response: response as string[],
    responseName: "class",
  });
}
