/** `smooth-edges doctor`: tries everything that a user needs, and says how to repair what does not work. */

import { execFile } from "node:child_process";
import { existsSync, readFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import type { KernelSpec } from "../kernelspec/kernelspec";
import type { CodeCell } from "../runner/notebook";
import { runNotebook } from "../runner/run-notebook";
import type { Finding } from "./kernel-in-jupyter";
import { kernelInJupyter } from "./kernel-in-jupyter";

/** One thing that is examined. */
export interface Examination {
  readonly what: string;
  examine(env: NodeJS.ProcessEnv): Promise<Omit<Finding, "what">>;
}

const PACKAGE = resolve(__dirname, "../../..");
const run = promisify(execFile);

/** Milliseconds after which a child process counts as hung. */
const TIMEOUT_MS = 60_000;

/** All examinations, in the order in which their results are printed. */
export const EXAMINATIONS: readonly Examination[] = [
  { what: "Node", examine: async () => examineNode(process.versions.node) },
  { what: "WebAssembly SIMD", examine: () => examineSimd() },
  { what: "a lasso", examine: () => examineFit() },
  { what: "a picture", examine: () => examinePicture() },
  { what: "a cell", examine: () => examineCells() },
  { what: "Jupyter", examine: examineJupyter },
  { what: "the kernel in Jupyter", examine: async (env) => kernelInJupyter(env) },
  { what: "networks", examine: () => examineNetworks() },
  { what: "danfojs-node", examine: async () => examinePackage("danfojs-node", "data frames of danfojs") },
  { what: "DuckDB", examine: async () => examinePackage("@duckdb/node-api", "files larger than memory") },
];

/** Runs all examinations and prints the result of each as soon as it is known; returns the exit code. */
export async function doctorCommand(
  tell: (line: string) => void,
  env: NodeJS.ProcessEnv = process.env,
  examinations: readonly Examination[] = EXAMINATIONS,
): Promise<number> {
  const counts = { works: 0, without: 0, lacks: 0 };
  for (const { what, examine } of examinations) {
    const finding = await examine(env);
    counts[finding.state]++;
    tell(lineOf({ what, ...finding }));
  }
  tell(
    counts.lacks > 0
      ? `${counts.lacks} of ${examinations.length} need attention: see ✗ above.`
      : counts.without > 0
        ? `All that is needed works; ${counts.without} more can be had: see – above.`
        : "Everything works.",
  );
  return counts.lacks > 0 ? 1 : 0;
}

function lineOf({ state, what, fact, remedy }: Finding): string {
  const mark = { works: "✓", without: "–", lacks: "✗" }[state];
  return `${mark} ${what}: ${fact}${remedy === undefined ? "" : `; ${remedy}`}.`;
}

/** @param version such as `20.19.1` */
export function examineNode(version: string): Omit<Finding, "what"> {
  const { engines } = JSON.parse(readFileSync(join(PACKAGE, "package.json"), "utf8"));
  const needed = engines.node.replace(">=", "");
  const isOld = version.localeCompare(needed, undefined, { numeric: true }) < 0;
  return isOld
    ? {
        state: "lacks",
        fact: `version ${version} is older than ${needed}`,
        remedy: `install Node ${needed} or newer`,
      }
    : { state: "works", fact: `version ${version}, ${process.platform} ${process.arch}` };
}

async function examineSimd(): Promise<Omit<Finding, "what">> {
  const asked = await examineByProgram(`console.log(require("smooth-edges").kernelBackend())`, REINSTALL);
  if (asked.fact !== "typescript") {
    return asked.state === "works" ? { ...asked, fact: "the numeric kernels run on it" } : asked;
  }
  return {
    state: "without",
    fact: "the numeric kernels run in slower JavaScript, with the same numbers",
    remedy: "a processor with SIMD and a Node without --no-wasm-simd and SMOOTH_EDGES_KERNELS are faster",
  };
}

function examineFit(): Promise<Omit<Finding, "what">> {
  return examineByProgram(
    `const { SmoothLasso } = require("smooth-edges");
     const { loadDiabetes } = require("smooth-edges/data");
     const { columns, response } = loadDiabetes();
     const fit = new SmoothLasso({ lambda: 5 }).fit(columns, response);
     console.log("fits the diabetes data, duality gap " + fit.certificate.dualityGap.toExponential(1))`,
    REINSTALL,
  );
}

function examinePicture(): Promise<Omit<Finding, "what">> {
  return examineByProgram(
    `const { SmoothLasso } = require("smooth-edges");
     const { coefficientPlot } = require("smooth-edges/plot");
     coefficientPlot(new SmoothLasso({ lambda: 0.1 }).fit([[1, 2], [2, 1], [3, 3], [4, 5]], [1, 2, 3, 4])).toPNG()
       .then((png) => console.log("is drawn with the fonts of this package, " + png.length + " bytes of PNG"))`,
    REINSTALL,
  );
}

/** The cells of a trial notebook, each with the feature that it tries and the result that it must show. */
const TRIALS: readonly { readonly of: string; readonly source: string; readonly result: string }[] = [
  { of: "arrays", source: "const squares = [1, 2, 3].map((x) => x ** 2);\nsquares", result: "[ 1, 4, 9 ]" },
  {
    of: "maps",
    source: "const roots = new Map(squares.map((square, at) => [square, at + 1]));\nroots.get(9)",
    result: "3",
  },
  {
    of: "promises",
    source: "const halves = await Promise.all([...roots.values()].map(async (root) => root / 2));\nhalves",
    result: "[ 0.5, 1, 1.5 ]",
  },
  {
    of: "imports",
    source:
      'import { basename } from "node:path";\nimport { SmoothLasso } from "smooth-edges";\nbasename("a/b") + SmoothLasso.name',
    result: "'bSmoothLasso'",
  },
];

/** Runs the trial cells in the kernel as Jupyter would start it. */
export async function examineCells(kernel?: KernelSpec): Promise<Omit<Finding, "what">> {
  const start = performance.now();
  const cells = TRIALS.map(({ source }) => ({
    cell_type: "code" as const,
    source,
    metadata: {},
    execution_count: null,
    outputs: [],
  }));
  const given = { cells, metadata: {}, nbformat: 4 as const, nbformat_minor: 4 };
  try {
    const { notebook, cell, failure } = await runNotebook(given, {
      cwd: existsSync(tmpdir()) ? tmpdir() : process.cwd(),
      timeout: TIMEOUT_MS / 1000,
      kernel,
    });
    if (failure) {
      const { of } = TRIALS[cell - 1] as (typeof TRIALS)[number];
      return {
        state: "lacks",
        fact: `fails with ${of} (${failure.name}: ${failure.message.split("\n", 1)[0]})`,
        remedy: UPDATE,
      };
    }
    for (const [at, { of, result }] of TRIALS.entries()) {
      const shown = resultOf(notebook.cells[at] as CodeCell);
      if (shown !== result) {
        return { state: "lacks", fact: `with ${of} must show ${result}, got ${shown}`, remedy: UPDATE };
      }
    }
    return {
      state: "works",
      fact: `runs in the kernel, as do ${TRIALS.length - 1} more, in ${((performance.now() - start) / 1000).toFixed(1)} s from its start`,
    };
  } catch (error) {
    const [said, ...lastOutput] = String((error as Error).message).split("\n");
    const why = lastOutput.length > 0 ? lastLine(lastOutput.join("\n")) : said;
    return { state: "lacks", fact: `the kernel does not start (${why})`, remedy: UPDATE };
  }
}

function resultOf({ outputs }: CodeCell): string {
  const shown = outputs.find((output) => output.output_type === "execute_result");
  return String(shown && "data" in shown ? shown.data["text/plain"] : "nothing");
}

async function examineJupyter(env: NodeJS.ProcessEnv): Promise<Omit<Finding, "what">> {
  try {
    const { stdout } = await run("jupyter", ["--version"], { env, timeout: TIMEOUT_MS });
    const lab = /^jupyterlab\s*:\s*(\d\S*)/m.exec(stdout)?.[1];
    return lab
      ? { state: "works", fact: `JupyterLab ${lab}` }
      : {
          state: "without",
          fact: "is here without JupyterLab",
          remedy: "run pip install jupyterlab to have it",
        };
  } catch {
    return {
      state: "without",
      fact: "no command of that name works, so notebooks run with smooth-edges run and in VS Code",
      remedy: "run pip install jupyterlab to have it",
    };
  }
}

async function examineNetworks(): Promise<Omit<Finding, "what">> {
  if (!isInstalled("@tensorflow/tfjs", process.cwd()) && !isInstalled("@tensorflow/tfjs", PACKAGE)) {
    return examinePackage(
      "@tensorflow/tfjs",
      "sparse networks",
      "@tensorflow/tfjs @tensorflow/tfjs-backend-wasm",
    );
  }
  const finding = await examineByProgram(
    `require("smooth-edges/nn").useBestBackend().then(() => process.exit())`,
    "run npm install @tensorflow/tfjs @tensorflow/tfjs-backend-wasm again",
  );
  return { ...finding, fact: finding.fact.replace(/^smooth-edges: networks |\.$/g, "") };
}

/** @param folder of the user's programs; unlike cells, they do not find packages beside a linked smooth-edges */
export function examinePackage(
  name: string,
  use: string,
  install: string = name,
  folder: string = process.cwd(),
): Omit<Finding, "what"> {
  if (isInstalled(name, folder)) return { state: "works", fact: "is installed" };
  if (isInstalled(name, PACKAGE)) {
    return {
      state: "works",
      fact: `is installed for cells alone, beside smooth-edges in ${PACKAGE}`,
      remedy: `programs in ${folder} need npm install ${install}`,
    };
  }
  return {
    state: "without",
    fact: `is not installed, and needed for ${use} alone`,
    remedy: `run npm install ${install} to have it`,
  };
}

function isInstalled(name: string, folder: string): boolean {
  try {
    require.resolve(name, { paths: [folder] });
    return true;
  } catch {
    return false;
  }
}

const UPDATE = "run npm install smooth-edges@latest";
const REINSTALL = "run npm install smooth-edges again";

/** Runs a program, which may crash, in a Node of its own in the folder of this package; its last line is the fact. */
async function examineByProgram(program: string, remedy: string): Promise<Omit<Finding, "what">> {
  try {
    const { stdout, stderr } = await run(process.execPath, ["-e", program], {
      cwd: PACKAGE,
      timeout: TIMEOUT_MS,
    });
    return { state: "works", fact: lastLine(stdout || stderr) };
  } catch (error) {
    return {
      state: "lacks",
      fact: `fails (${lastLine((error as { stderr?: string }).stderr || error)})`,
      remedy,
    };
  }
}

/** Returns the line that names an error, or else the last line. */
function lastLine(text: unknown): string {
  const lines = String(text).trim().split("\n");
  return (lines.find((line) => /^\w*Error\b/.test(line)) ?? lines[lines.length - 1]).trim();
}
