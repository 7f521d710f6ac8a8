import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadDiabetes } from "smooth-edges/data";
import type { NamedProblem } from "../comparison/compare";
import { RESULT } from "../contenders/messages";
import { problemOf } from "../problems";
import { standardized } from "../problems/designs";
import { readFloats } from "../problems/files";

/** Measurements, columns one after the other, and what is to be predicted. */
interface Table {
  readonly columns: readonly Float64Array[];
  readonly response: Float64Array;
}

/** A problem made of a table. */
interface Recipe {
  readonly name: string;
  /** Of scikit-learn; undefined: the diabetes data of this package. */
  readonly set?: string;
  /** Products of so many columns, with repetition, are columns too. */
  readonly degree: number;
  /** Which responses are a 1; undefined: they are numbers. */
  readonly isOne?: (y: number) => boolean;
}

const RECIPES: readonly Recipe[] = [
  { name: "diabetes", degree: 1 },
  { name: "diabetes, degree 2", degree: 2 },
  { name: "diabetes, degree 3", degree: 3 },
  { name: "breast cancer", set: "breast_cancer", degree: 1, isOne: (y) => y === 1 },
  { name: "breast cancer, degree 2", set: "breast_cancer", degree: 2, isOne: (y) => y === 1 },
  { name: "wine, alcohol class 1, degree 2", set: "wine", degree: 2, isOne: (y) => y === 1 },
  { name: "iris, versicolor, degree 3", set: "iris", degree: 3, isOne: (y) => y === 1 },
  { name: "linnerud, weight, degree 3", set: "linnerud", degree: 3 },
  { name: "digits, the digit", set: "digits", degree: 1 },
  { name: "digits, even or odd", set: "digits", degree: 1, isOne: (y) => y % 2 === 0 },
  { name: "digits, is it an 8, degree 2", set: "digits", degree: 2, isOne: (y) => y === 8 },
];

/**
 * Paths of 50 lambdas on real data: this package's, and what scikit-learn ships, read from the Python that has it. Columns are
 * standardized, constant ones left out; numbers are centred.
 *
 * @returns the problems, and why others are missing.
 */
export function realProblems(python: string): {
  readonly problems: readonly NamedProblem[];
  readonly missing: readonly string[];
} {
  const tables = new Map<string | undefined, Table | string>();
  for (const { set } of RECIPES)
    if (!tables.has(set)) tables.set(set, set === undefined ? diabetes() : shipped(python, set));
  const missing = [...tables].flatMap(([set, table]) =>
    typeof table === "string" ? [`${set}: ${table}`] : [],
  );
  const problems = RECIPES.flatMap(({ name, set, degree, isOne }) => {
    const table = tables.get(set)!;
    if (typeof table === "string") return [];
    return [{ name, make: () => problemFrom(name, table, degree, isOne) }];
  });
  return { problems, missing };
}

function problemFrom(
  name: string,
  { columns, response }: Table,
  degree: number,
  isOne: Recipe["isOne"],
): ReturnType<NamedProblem["make"]> {
  const n = response.length;
  const base = columns.filter(varies).map((column) => scaled(column, response));
  const all = products(base, degree).filter(varies);
  const data = new Float64Array(all.length * n);
  all.forEach((column, j) => {
    data.set(column, j * n);
  });
  const { X, y } = standardized({ data }, response);
  const grid = { ratio: 1e-2, count: 50 };
  if (!isOne) return problemOf(name, X, y, grid);
  return problemOf(
    name,
    X,
    response.map((entry) => (isOne(entry) ? 1 : 0)),
    grid,
    { loss: "logistic" },
  );
}

/** Products of up to `degree` columns, a column as often as it likes. */
function products(columns: readonly Float64Array[], degree: number): Float64Array[] {
  let last = columns.map((column, j) => ({ column, j }));
  const all = [...last];
  for (let d = 2; d <= degree; d++) {
    last = last.flatMap(({ column, j }) =>
      columns.slice(j).map((other, k) => ({ column: column.map((x, i) => x * other[i]), j: j + k })),
    );
    all.push(...last);
  }
  return all.map(({ column }) => column);
}

const varies = (column: Float64Array): boolean => {
  const mean = column.reduce((a, b) => a + b) / column.length;
  return column.some((x) => Math.abs(x - mean) > 1e-8 * (1 + Math.abs(mean)));
};

const scaled = (column: Float64Array, y: Float64Array): Float64Array =>
  standardized({ data: column }, y).X.data;

function diabetes(): Table {
  const { columns, response } = loadDiabetes();
  return {
    columns: Object.values(columns).map((column) => Float64Array.from(column)),
    response: Float64Array.from(response),
  };
}

/** A table of scikit-learn, or why there is none. */
function shipped(python: string, set: string): Table | string {
  const folder = mkdtempSync(join(tmpdir(), "bench-"));
  try {
    const script = join(__dirname, "../../../bench/peers/datasets.py");
    const asked = spawnSync(python, [script, set, folder], { encoding: "utf8" });
    const answer = asked.stdout?.split("\n").find((line) => line.startsWith(RESULT));
    if (answer === undefined) return asked.error?.message ?? asked.stderr.trim().split("\n").at(-1) ?? "";
    const { nSamples, nFeatures } = JSON.parse(answer.slice(RESULT.length));
    const X = readFloats(join(folder, "X.bin"));
    const columns = Array.from({ length: nFeatures }, (_, j) =>
      Float64Array.from({ length: nSamples }, (_, i) => X[i * nFeatures + j]),
    );
    return { columns, response: readFloats(join(folder, "y.bin")) };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
