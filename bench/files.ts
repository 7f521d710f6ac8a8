import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { logistic, SmoothLasso, Table } from "smooth-edges";
import { type FileDesign, fileDesign } from "smooth-edges/frame";
import { madeFiles } from "./made-files";

const MEGABYTE = 2 ** 20;

/** The options of a benchmark of files. */
export interface FilesOptions {
  /** A pattern of file names, all columns of which are features but those named here. Default: files that are made. */
  readonly files?: string;
  /** Number of rows of files that are made. */
  readonly rows: number;
  /** Where files are made, and stay. Default: a temporary folder. */
  readonly folder?: string;
  /** The response of two classes, of the logistic path. */
  readonly label: string;
  /** The response of numbers, of the lasso path. */
  readonly numbers: string;
  readonly lambdas: number;
}

/**
 * Time, passes and memory of a path of files: a lasso, and then a logistic one. The most memory is that of the process so far, DuckDB's
 * included. Each row is printed as soon as it is there.
 */
export async function benchFiles({ files, rows, folder, ...options }: FilesOptions): Promise<void> {
  if (files !== undefined) return measure(resolve(files), options);
  const made = folder ?? mkdtempSync(join(tmpdir(), "files-"));
  try {
    await measure(await madeFiles(resolve(made), rows), options);
  } finally {
    if (folder === undefined) rmSync(made, { recursive: true });
  }
}

async function measure(
  files: string,
  { label, numbers, lambdas }: Omit<FilesOptions, "files" | "rows" | "folder">,
): Promise<void> {
  const tasks = [
    { name: "lasso", response: numbers, exclude: label, model: new SmoothLasso({ tol: 1e-8 }) },
    {
      name: "logistic",
      response: label,
      exclude: numbers,
      model: new SmoothLasso({ datafit: logistic(), tol: 1e-6 }),
    },
  ] as const;
  for (const { name, response, exclude, model } of tasks) {
    const start = process.hrtime.bigint();
    const before = process.cpuUsage();
    const table: FileDesign = await fileDesign(files, { response, exclude });
    const { fits } = await table.path(model, { nLambdas: name === "lasso" ? 50 : lambdas });
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const { user, system } = process.cpuUsage(before);
    const gaps = fits.map(({ certificate, nullDeviance }) => certificate.dualityGap! / nullDeviance!);
    const result = new Table({
      title: `a path of ${name} on ${files}: n = ${table.nSamples}, p = ${table.featureNames.length}`,
      columns: [
        "fits",
        "passes",
        "largest gap, share of the null deviance",
        "seconds",
        "processor, seconds",
        "most memory, MB",
      ],
      rows: [
        [
          fits.length,
          table.passes,
          Math.max(...gaps),
          seconds,
          (user + system) / 1e6,
          (process.resourceUsage().maxRSS * 1024) / MEGABYTE,
        ],
      ],
    });
    process.stdout.write(`${result}\n\n`);
  }
}
