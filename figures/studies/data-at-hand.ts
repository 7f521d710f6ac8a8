import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { loadGolub, readCsv } from "smooth-edges/data";

/** Columns of numbers, and the class that is to be predicted from them. */
export interface Encoded {
  readonly columns: Readonly<Record<string, number[]>>;
  readonly response: readonly string[];
}

/** Genes that are analysed, those whose logarithms vary most. */
const N_GENES = 500;
/** Expressions outside of these are cut before their logarithm is taken, as Dudoit, Fridlyand and Speed (2002) do. */
const [FLOOR, CEILING] = [100, 16000];
/** Messages that are analysed, and how many of them must have a term for it to be a column. */
const N_MESSAGES = 1000;
const FEWEST = 10;
const LETTERS = ["a", "c", "g", "t"];

/** Of the leukaemia data the logarithms of the 500 genes whose logarithms vary most over all patients. */
export function leukaemia(): Encoded {
  const { columns, response } = loadGolub();
  const genes = Object.entries(columns).map(([name, values]) => {
    const logarithms = values.map((value) => Math.log10(Math.min(Math.max(value, FLOOR), CEILING)));
    const mean = logarithms.reduce((sum, value) => sum + value, 0) / logarithms.length;
    return { name, logarithms, spread: logarithms.reduce((sum, value) => sum + (value - mean) ** 2, 0) };
  });
  const varying = genes.sort((one, other) => other.spread - one.spread).slice(0, N_GENES);
  return {
    columns: Object.fromEntries(varying.map(({ name, logarithms }) => [name, logarithms])),
    response,
  };
}

/**
 * 106 stretches of DNA of *E. coli* of 57 positions, half of them promoters: of each position four columns of 0 and 1, a letter
 * each, which are a group.
 *
 * @param path of the file that `promotergene` of the R package kernlab is written to; the message of the error says how.
 * @see Towell, Shavlik and Noordewier (1990), Refinement of approximate domain theories by knowledge-based neural networks
 */
export function promoters(
  path: string = pathOf("promoters", "promoters.csv"),
): Encoded & { readonly groups: number[] } {
  mustExist(
    path,
    'write it in R with kernlab: library(kernlab); data(promotergene); write.csv(promotergene, "promoters.csv", row.names = FALSE)',
  );
  const { Class: response, ...positions } = readCsv(path);
  const columns = Object.entries(positions).flatMap(([position, letters]) =>
    LETTERS.map((letter): [string, number[]] => [
      `${position} ${letter}`,
      Array.from(letters as string[], (each) => (each === letter ? 1 : 0)),
    ]),
  );
  return {
    columns: Object.fromEntries(columns),
    response: response as string[],
    groups: columns.map((_, j) => Math.floor(j / LETTERS.length)),
  };
}

/**
 * The first thousand messages of the SMS Spam Collection as a bag of words: of each term that ten messages have a column, 1 where a
 * message has it. Terms are runs of letters without case, any number as one term, and single signs.
 *
 * @param path of the file `SMSSpamCollection`; the message of the error says where it is to be had.
 * @see Almeida, Gómez Hidalgo and Yamakami (2011), Contributions to the study of SMS spam filtering
 */
export function messages(path: string = pathOf("sms-spam", "SMSSpamCollection")): Encoded {
  mustExist(path, "get the SMS Spam Collection from the UCI machine learning repository (CC BY 4.0)");
  const rows = readFileSync(path, "utf8")
    .split("\n")
    .slice(0, N_MESSAGES)
    .filter((line) => line !== "")
    .map((line) => {
      const [label, text] = line.split("\t");
      return {
        label,
        terms: new Set(
          text
            .toLowerCase()
            .match(/\p{L}+|\d+|[^\s\p{L}\d]/gu)
            ?.map(termOf),
        ),
      };
    });
  const counts = new Map<string, number>();
  for (const { terms } of rows) for (const term of terms) counts.set(term, (counts.get(term) ?? 0) + 1);
  const frequent = [...counts].filter(([, count]) => count >= FEWEST).map(([term]) => term);
  return {
    columns: Object.fromEntries(
      frequent.map((term) => [`has ${term}`, rows.map(({ terms }) => (terms.has(term) ? 1 : 0))]),
    ),
    response: rows.map(({ label }) => label),
  };
}

function termOf(token: string): string {
  return /^\d/.test(token) ? "a number" : token;
}

/** Where the library keeps data sets that do not come with it. */
function pathOf(folder: string, file: string): string {
  return join(process.env.SMOOTH_EDGES_DATA || join(homedir(), ".cache", "smooth-edges"), folder, file);
}

function mustExist(path: string, remedy: string): void {
  if (!existsSync(path)) throw new Error(`real-data: ${path} must be there, got no such file; ${remedy}`);
}
