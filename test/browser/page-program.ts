/** What the tests compute in Node, in a page and in a Web Worker, from what the entries of the library export. */
import type * as data from "../../src/data";
import type * as root from "../../src/index";
import type * as plot from "../../src/plot";
import type * as selection from "../../src/selection";
import type * as surrogate from "../../src/surrogate";

type Library = typeof root & typeof surrogate & typeof selection & typeof plot & typeof data;

const N_ROWS = 60;
const N_COLUMNS = 8;

/** Numbers from -1 to 1, of whole numbers alone. */
function numbers(count: number, seed: number): number[] {
  let state = seed;
  return Array.from({ length: count }, () => {
    state = (48271 * state) % 2147483647;
    return (state % 2001) / 1000 - 1;
  });
}

/** What is computed, as JSON with all digits. */
export interface Computed {
  /** By sums, products, quotients and square roots alone, which every engine rounds in the same way. */
  readonly exact: string;
  /** With exponentials and logarithms, whose last bit is the engine's own. */
  readonly close: string;
}

/** Fits of several kinds, a selection and a chart's specification. */
export function computed(library: Library): Computed {
  const X = Array.from({ length: N_ROWS }, (_, i) => numbers(N_COLUMNS, i + 1));
  const noise = numbers(N_ROWS, 4711);
  const y = X.map(([a, b, c], i) => 2 * a - b + c / 2 + noise[i] / 4);
  const classes = y.map((value) => (value > 0 ? 1 : 0));
  const { SmoothLasso, SmoothBridge, SmoothGroupLasso, hadamardProduct, lbfgs } = library;
  const path = new SmoothLasso().path(X, y, { lambdas: [0.8, 0.4, 0.2, 0.1, 0.05, 0.025] });
  const objective = library.surrogateObjective(X, y, {
    datafit: library.squaredError(),
    parametrization: hadamardProduct({ depth: 3 }),
    lambda: 0.1,
  });
  const start = Array.from({ length: 3 * N_COLUMNS }, (_, i) => 1 + i / 100);
  const groups = [0, 0, 1, 1, 2, 2, 3, 3];
  return {
    exact: allDigits({
      grid: new SmoothLasso().path(X, y).fits.map(({ lambda, coef }) => [lambda, ...coef]),
      path: path.fits.map(({ coef, intercept, certificate }) => [...coef, intercept, certificate.dualityGap]),
      groups: [...new SmoothGroupLasso({ lambda: 0.1, groups }).fit(X, y).coef],
      surrogate: [...library.minimize(objective, lbfgs(), start).x],
    }),
    close: allDigits({
      bridge: [...new SmoothBridge({ lambda: 0.05, depth: 3 }).fit(X, y).coef],
      logistic: [...new SmoothLasso({ lambda: 0.02, datafit: library.logistic() }).fit(X, classes).coef],
      scores: [...new SmoothLasso().crossValidate(X, y, { folds: 3, nLambdas: 5, seed: 1 }).meanScore],
      selected: library.stabilitySelection(new SmoothLasso(), X, y, { seed: 1 }).selected,
      simulated: [...library.simulateSpikes({ seed: 1 }).y],
      chart: library.pathPlot(path).spec,
    }),
  };
}

/** The bytes of `test/golden/parquet_files/int96.parquet`. */
const PARQUET = `
UEFSMRUEFTAVLEwVBBUAEgAAGAAADQE8jD0lAMC9P5GUTgAAiz0lABUAFRIVFiwVBhUQFQYVBhwAAAAJIAIAAAADAwEDAhUEFUgV
RkwVBhUAEgAAJAQBAAkBbIw9JQD//06RlE4AAIs9JQABAAAAAAAAANKKJQAVABUUFRgsFQYVEBUGFQYcAAAACiQCAAAABgECAyQA
FQQZPDUAGAZzY2hlbWEVBAAVBiUCGAJtcwAVBiUCGAJucwAWBhkcGSwmABwVBhk1AAYQGRgCbXMVAhYGFoQBFoQBJlAmCCksFQQV
ABUCABUAFRAVAgA8KQYZJgIEAAAAJgAcFQYZNQAGEBkYAm5zFQIWBhaeARagASbuASaMASksFQQVABUCABUAFRAVAgA8KQYZJgAG
AAAAFqICFgYmCBakAgAoIHBhcnF1ZXQtY3BwLWFycm93IHZlcnNpb24gMjYuMC4xGSwcAAAcAAAAzwAAAFBBUjE=`;

/** A fit to data that come with the package, and a table as a text, as bytes, as a file and as Parquet. */
export async function read(library: Library): Promise<string> {
  const sets = [library.loadBreastCancer(), library.loadDiabetes(), library.loadDigits(), library.loadWine()];
  const { columns, response } = library.loadDiabetes();
  const text = 'area,city\n50,Ulm\nNA,"Kiel, Nord"\n';
  const bytes = new TextEncoder().encode(text);
  const packed = new Blob([bytes]).stream().pipeThrough(new CompressionStream("gzip"));
  const sources = [new Blob([bytes]), new File([bytes], "rent.csv"), await new Response(packed).blob()];
  return allDigits({
    sets: sets.map(({ name, featureNames, response }) => [name, featureNames, response]),
    coef: [...new library.SmoothLasso({ lambda: 1 }).fit(columns, response).coef],
    tables: [library.readCsv(text), library.readCsv(bytes), library.readCsv(bytes.buffer as ArrayBuffer)],
    files: await Promise.all(sources.map((file) => library.readCsv(file))),
    parquet: await library.readParquet(Uint8Array.from(atob(PARQUET), (byte) => byte.charCodeAt(0))),
  });
}

function allDigits(value: unknown): string {
  return JSON.stringify(value, (_, part) => (Object.is(part, -0) ? "-0" : part));
}

/** The message with which each part refuses that a browser does not have. */
export async function refusals(library: Library): Promise<string[]> {
  const [X, y] = [
    [
      [1, 0],
      [0, 1],
      [1, 1],
      [2, 1],
    ],
    [1, 0, 1, 2],
  ];
  const lasso = new library.SmoothLasso({ lambda: 0.1 });
  const chart = library.coefficientPlot(lasso.fit(X, y));
  const asked: readonly (() => unknown)[] = [
    () => lasso.fitAsync(X, y),
    () => lasso.fit(X, y, { workers: 2 }),
    () => lasso.crossValidate(X, y, { folds: 2, workers: 2 }),
    () => library.readCsv("rows.csv"),
    () => chart.save("chart.svg"),
    () => chart.toPNG(),
  ];
  return Promise.all(
    asked.map(async (ask) => {
      try {
        await ask();
        return "no error";
      } catch (error) {
        return `${(error as Error).name}: ${(error as Error).message}`;
      }
    }),
  );
}

/** A chart to draw. */
export function chartOf(library: Library): plot.Chart {
  const fit = new library.SmoothLasso({ lambda: 0.1 }).fit(
    [
      [1, 0],
      [0, 1],
      [1, 1],
      [2, 1],
    ],
    [1, 0, 1, 2],
  );
  return library.coefficientPlot(fit);
}
