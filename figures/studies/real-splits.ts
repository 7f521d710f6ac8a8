import { seededRandom } from "smooth-edges";
import { loadBreastCancer, loadDiabetes, loadDigits, loadWine } from "smooth-edges/data";
import { leukaemia, messages, promoters } from "./data-at-hand";
import { replicates } from "./study";

/** Columns and what is to be predicted from them. */
interface Rows {
  readonly columns: Readonly<Record<string, number[]>>;
  readonly response: readonly (number | string)[];
}

/** A data set as it is analysed here. */
export interface Analysed extends Rows {
  readonly loss: "squares" | "two classes" | "several classes";
  /** A label a column, where features belong together. */
  readonly groups?: readonly number[];
}

/** The data sets of the study that come with the library, by name. */
export const SHIPPED: Readonly<Record<string, () => Analysed>> = {
  diabetes: () => ({ ...standardizedDiabetes(), loss: "squares" }),
  "diabetes, quadratic": quadraticDiabetes,
  "breast cancer": () => ({ ...loadBreastCancer(), loss: "two classes" }),
  wine: () => ({ ...loadWine(), loss: "several classes" }),
  "digits 3 and 8": threesAndEights,
};

/** All data sets of the study; those that do not come with the library say where to get them. */
const DATA: Readonly<Record<string, () => Analysed>> = {
  ...SHIPPED,
  leukaemia: () => ({ ...leukaemia(), loss: "two classes" }),
  promoters: () => ({ ...promoters(), loss: "two classes" }),
  messages: () => ({ ...messages(), loss: "two classes" }),
};

/** Rows are held out in so many parts, and the rest is split as often again to choose lambda. */
export const FOLDS = 5;

/** Of a split, what the rows held out are to those that are learned from. */
export const OVERLAP: number = 1 / (FOLDS - 1);

/** A data set of which an outer fold is held out. */
export interface Split extends Analysed {
  /** Of each row that is learned from, the inner fold, `0 .. FOLDS - 1`. */
  readonly foldId: number[];
  readonly test: Rows;
}

/** Rows in an order drawn by the seed `repeat`: every fifth is held out, and of the rest again every fifth a fold. */
export function splitOf(data: string, repeat: number, fold: number): Split {
  const analysed = DATA[data]();
  const order = Array.from(seededRandom(repeat).permutation(analysed.response.length));
  const places = order.map((row, place) => ({ row, place }));
  const learned = places.filter(({ place }) => place % FOLDS !== fold);
  const held = places.filter(({ place }) => place % FOLDS === fold);
  return {
    ...analysed,
    ...rowsOf(
      analysed,
      learned.map(({ row }) => row),
    ),
    foldId: learned.map(({ place }) => Math.floor(place / FOLDS) % FOLDS),
    test: rowsOf(
      analysed,
      held.map(({ row }) => row),
    ),
  };
}

/** Seeds of the order of the rows: folds are held out so many times. */
export const REPEATS: readonly number[] = replicates(10);

/** All splits, for the same analysis by other packages: of all data sets, or of those that are named. */
export function allSplits(names: readonly string[] = Object.keys(DATA)): (Split & {
  readonly data: string;
  readonly repeat: number;
  readonly fold: number;
})[] {
  const folds = Array.from({ length: FOLDS }, (_, fold) => fold);
  return names.flatMap((data) =>
    REPEATS.flatMap((repeat) =>
      folds.map((fold) => ({ data, repeat, fold, ...splitOf(data, repeat, fold) })),
    ),
  );
}

/** With a response of variance 1, as the ridge of an elastic net depends on its unit. */
function standardizedDiabetes(): { columns: Record<string, number[]>; response: number[] } {
  const { columns, response } = loadDiabetes();
  return { columns, response: standardizedColumn(response) };
}

/** Ten features, nine squares and 45 products of standardized columns; a feature and its square are a group. */
function quadraticDiabetes(): Analysed {
  const { columns, response } = standardizedDiabetes();
  const featureNames = Object.keys(columns);
  const standardized = featureNames.map((name) => standardizedColumn(columns[name]));
  const terms = featureNames.map((name, j) => ({ name, values: standardized[j], group: j }));
  let nGroups = terms.length;
  for (const [j, first] of featureNames.entries()) {
    for (const [k, second] of featureNames.entries()) {
      if (k < j || (k === j && first === "sex")) continue;
      const values = standardized[j].map((value, i) => value * standardized[k][i]);
      terms.push({ name: `${first} × ${second}`, values, group: k === j ? j : nGroups++ });
    }
  }
  return {
    columns: Object.fromEntries(terms.map(({ name, values }) => [name, values])),
    response,
    loss: "squares",
    groups: terms.map(({ group }) => group),
  };
}

/** The images of two digits that are easily taken for each other, without the pixels that are white in all of them. */
function threesAndEights(): Analysed {
  const digits = loadDigits();
  const chosen = Array.from(digits.response.keys()).filter((i) => [3, 8].includes(digits.response[i]));
  const { columns, response } = rowsOf(digits, chosen);
  const inked = Object.entries(columns).filter(([, values]) => values.some((value) => value !== values[0]));
  return { columns: Object.fromEntries(inked), response, loss: "two classes" };
}

/** Some of the rows, in that order. */
export function rowsOf({ columns, response }: Rows, rows: readonly number[]): Rows {
  const picked = Object.entries(columns).map(([name, values]) => [name, rows.map((i) => values[i])]);
  return { columns: Object.fromEntries(picked), response: rows.map((i) => response[i]) };
}

function standardizedColumn(values: readonly number[]): number[] {
  const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
  const square = values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length;
  return values.map((value) => (value - mean) / Math.sqrt(square));
}
