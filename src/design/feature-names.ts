import { missingColumns, mustBe } from "../errors";

/** `x0`, `x1`, ...: the names of columns that have none. */
export function defaultFeatureNames(nFeatures: number): string[] {
  const names = new Array<string>(nFeatures);
  for (let j = 0; j < nFeatures; j++) names[j] = `x${j}`;
  return names;
}

const namelessRemedy =
  'name it, or leave it out: pandas writes no index with index=False, and const { "": index, ...columns } = readCsv(path) takes it away';

/** @throws InputError if a name is empty or not unique, since it could not identify a coefficient. */
export function checkFeatureNames(where: string, names: readonly string[]): void {
  const first = new Map<string, number>();
  names.forEach((name, j) => {
    if (typeof name !== "string" || name === "") {
      const remedy = name === "" ? namelessRemedy : undefined;
      throw mustBe(where, `the name of column ${j}`, "a text that is not empty", name, remedy);
    }
    const before = first.get(name);
    if (before !== undefined) {
      throw mustBe(where, "column names", "distinct", name, `rename column ${before} or column ${j}`);
    }
    first.set(name, j);
  });
}

/**
 * Returns the positions of the wanted columns among those of a table.
 *
 * @throws InputError naming those that are missing, or when the names of the table are not distinct.
 */
export function positionsByName(
  where: string,
  names: readonly string[],
  wanted: readonly string[],
): number[] {
  checkFeatureNames(where, names);
  const positions = new Map(names.map((name, j) => [name, j]));
  const missing = wanted.filter((name) => !positions.has(name));
  if (missing.length > 0) throw missingColumns(where, missing, names);
  return wanted.map((name) => positions.get(name) as number);
}
