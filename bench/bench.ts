/** Benchmarks, each a subcommand: `npm run bench -- parametrizations`. No number without its baseline and its machine. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Command, InvalidArgumentError, Option } from "commander";
import { saveLightAndDark } from "../figures/light-and-dark";
import { checkoutsReport, compareCheckouts } from "./checkouts";
import { type CompareOptions, compare, type NamedProblem } from "./comparison/compare";
import { History } from "./comparison/history";
import { reportOf } from "./comparison/report";
import { firstProgram, type Interpreters } from "./contenders/contenders";
import { benchFiles, type FilesOptions } from "./files";
import { benchFirstCall, FRESH_MEASUREMENTS } from "./fresh-process";
import { benchGlobal, benchGlobalGroups } from "./global-optimality";
import { benchKernel } from "./kernel/bench-kernel";
import { benchKernels } from "./kernels";
import { machine } from "./machine";
import { benchMemory, type TableKind } from "./memory";
import { benchNetworks, benchShrunken } from "./networks";
import { benchOwnSolvers, OWN_SOLVERS } from "./own-solvers";
import { benchParametrizations } from "./parametrizations";
import { benchPaths } from "./paths";
import { PROBLEMS } from "./problems";
import { drawnProblems } from "./profile/drawn-problems";
import { profileChart, profileReport } from "./profile/profile-report";
import { realProblems } from "./profile/real-problems";
import { sourceSeed } from "./profile/source-seed";
import { benchScaling } from "./scaling";
import { benchScreening } from "./screening";
import { measureTolerances, readRows, toleranceChart, toleranceReport } from "./tolerance";

/** Where results of comparisons are kept, seen from where this is compiled to. */
const HERE = join(__dirname, "../../bench");

/** A choice among the problems of bench/README.md. */
function problemsOption(meaning: string, standard: readonly string[]): Option {
  return new Option("--problems <names...>", meaning).choices(Object.keys(PROBLEMS)).default(standard);
}

const { BENCH_PYTHON, BENCH_RSCRIPT } = process.env;

/** The programs that peers run in: those of the command line, of the environment, or the first that is here. */
const interpretersOf = (python: string | undefined, rscript: string | undefined): Interpreters => ({
  python: python ?? BENCH_PYTHON ?? firstProgram(["python3", "python"]),
  rscript: rscript ?? BENCH_RSCRIPT ?? firstProgram(["Rscript"]),
});

const program = new Command("bench").description("Measures this library; ratios come from interleaved runs.");

program
  .command("parametrizations")
  .description("one surrogate gradient against the gradient of the bare datafit")
  .option("--samples <n>", "rows of the design", Number, 1000)
  .option("--features <p>", "columns of the design", Number, 5000)
  .option("--rounds <r>", "interleaved rounds", Number, 25)
  .action(({ samples, features, rounds }: Record<string, number>) => {
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${benchParametrizations(samples, features, rounds)}\n`);
  });

program
  .command("kernels")
  .description("the numeric kernels in WebAssembly and in TypeScript, in operations a second")
  .option("--samples <n>", "rows of every column", Number, 1000)
  .option("--features <p>", "columns that no cache holds", Number, 10000)
  .option("--size <m>", "columns of the Gram matrix and rows of its factor", Number, 512)
  .option("--rounds <r>", "interleaved rounds", Number, 15)
  .action(({ samples, features, size, rounds }: Record<string, number>) => {
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${benchKernels(samples, features, size, rounds)}\n`);
  });

program
  .command("kernel")
  .description("the Jupyter kernel beside ipykernel, Deno's and others over the wire, with ratios")
  .argument("[kernel.json...]", "specifications of other kernels, as Jupyter installs them")
  .option("--rounds <r>", "interleaved rounds", Number, 3)
  .option("--python <program>", "in whose environment ipykernel and Deno are; or BENCH_PYTHON")
  .action(async (specs: string[], { rounds, python }: { rounds: number; python?: string }) => {
    const program = python ?? BENCH_PYTHON ?? firstProgram(["python3", "python"]);
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${await benchKernel(program, specs, rounds)}\n`);
  });

program
  .command("nn")
  .description(
    "an epoch of a factorized network against one of the plain network, and a shrunken one against what it was",
  )
  .option("--samples <n>", "images of an epoch", Number, 6000)
  .option("--batch <b>", "images of a step", Number, 64)
  .option("--rounds <r>", "interleaved rounds", Number, 5)
  .action(async ({ samples, batch, rounds }: Record<string, number>) => {
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${await benchNetworks(samples, batch, rounds)}\n\n`);
    process.stdout.write(`${await benchShrunken(200, rounds)}\n`);
  });

program
  .command("paths")
  .description("lasso paths by the default solver, by L-BFGS on the surrogate and by coordinate descent")
  .addOption(problemsOption("lassos, P1, P2, P3, P4, P5 or P10", ["P10", "P3", "P1"]))
  .option("--tol <gap>", "duality gap, relative to the null deviance", Number, 1e-6)
  .option("--rounds <r>", "interleaved rounds", Number, 3)
  .action(({ problems, tol, rounds }: { problems: string[]; tol: number; rounds: number }) => {
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${benchPaths(problems, tol, rounds)}\n`);
  });

program
  .command("solvers")
  .description("solvers of the library side by side on problems of the benchmark")
  .addOption(problemsOption("of any penalty that the solvers take", ["P1", "P3", "P8mcp"]))
  .addOption(
    new Option("--solvers <names...>", "the first is what the others are compared with")
      .choices(OWN_SOLVERS)
      .default(["smooth-edges", "smooth-edges proximalNewton"]),
  )
  .option("--rounds <r>", "rounds after the first", Number, 5)
  .action(({ problems, solvers, rounds }: { problems: string[]; solvers: string[]; rounds: number }) => {
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${benchOwnSolvers(problems, solvers, rounds)}\n`);
  });

program
  .command("scaling")
  .description(
    "lasso paths as n, p, sparsity, correlation and the number of lambdas grow, beside a model of their cost",
  )
  .option("--scale <s>", "multiplies n and p", Number, 1)
  .option("--tol <gap>", "duality gap, relative to the null deviance", Number, 1e-6)
  .option("--rounds <r>", "rounds", Number, 3)
  .action(({ scale, tol, rounds }: Record<string, number>) => {
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${benchScaling(scale, tol, rounds)}\n`);
  });

program
  .command("memory")
  .description("time and memory of a lasso on a wide table, made of columns, dense in place, or sparse")
  .option("--table <kind>", "columns, dense or sparse", "columns")
  .option("--samples <n>", "rows", Number, 1000)
  .option("--features <p>", "columns", Number, 50000)
  .option("--stored <k>", "stored entries of each column of a sparse table", Number, 10)
  .option("--lambdas <l>", "lambdas of the path", Number, 20)
  .option("--ratio <share>", "the smallest of them, as a share of the largest", Number, 0.1)
  .option("--lambda <value>", "the lambda where there is one", Number, 0.3)
  .action(({ table, samples: nSamples, features: nFeatures, stored: nStored, ...path }) => {
    process.stdout.write(`${machine()}\n\n`);
    const size = { nSamples, nFeatures, nStored };
    const { lambdas: nLambdas, ratio: lambdaMinRatio, lambda } = path;
    const lambdas = nLambdas === 1 ? { lambdas: [lambda] } : { nLambdas, lambdaMinRatio };
    process.stdout.write(`${benchMemory(table as TableKind, size, lambdas)}\n`);
  });

program
  .command("files")
  .description("time, passes and memory of paths on files that memory need not hold")
  .option(
    "--files <pattern>",
    "Parquet or CSV files, such as 'part-*.parquet'; default: 100 columns that are made",
  )
  .option("--rows <n>", "rows of files that are made", Number, 1e6)
  .option("--folder <name>", "where files are made, and stay; default: a temporary one")
  .option("--label <column>", "the response of the logistic path", "label")
  .option("--numbers <column>", "the response of the lasso path of 50", "y")
  .option("--lambdas <l>", "lambdas of the logistic path", Number, 20)
  .action(async (options: FilesOptions) => {
    process.stdout.write(`${machine()}\n\n`);
    await benchFiles(options);
  });

program
  .command("first-call")
  .description("the first small lasso of a fresh process, beside scikit-learn and glmnet")
  .option("--rounds <r>", "rounds, in each of which all run once", Number, 7)
  .option("--python <program>", "with scikit-learn; or BENCH_PYTHON")
  .option("--rscript <program>", "with glmnet; or BENCH_RSCRIPT")
  .action(({ rounds, python, rscript }: { rounds: number; python?: string; rscript?: string }) => {
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${benchFirstCall(interpretersOf(python, rscript), rounds)}\n`);
  });

program
  .command("screening")
  .description("how many columns or groups rules of screening leave to be looked at along paths")
  .addOption(
    problemsOption("lassos and group lassos with a squared error", ["P2", "P3", "P6path", "P7", "P7o"]),
  )
  .option("--gap <share>", "of a point near the solution, relative to the null deviance", Number, 1e-6)
  .action(({ problems, gap }: { problems: string[]; gap: number }) => {
    process.stdout.write(`${benchScreening(problems, gap)}\n`);
  });

program
  .command("global")
  .description("how long proofs take that a fit is the global minimum")
  .option("--limit <seconds>", "of each proof", Number, 30)
  .option("--features <p>", "of the largest design", Number, 1000)
  .action(({ limit, features }: Record<string, number>) => {
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${benchGlobal(limit, features)}\n\n`);
    process.stdout.write(`${benchGlobalGroups(limit, features)}\n`);
  });

program
  .command("checkouts")
  .description(
    "two built checkouts of this library in turn, whether one is slower and whether coefficients are the same",
  )
  .requiredOption("--before <folder>", "a built checkout")
  .option("--after <folder>", "another one", process.cwd())
  .addOption(problemsOption("problems that both solve", ["P1", "P3", "P4", "P7", "P7o", "P8mcp", "P10"]))
  .option("--rounds <r>", "rounds, in each of which both solve once", Number, 40)
  .action(
    async ({
      before,
      after,
      problems,
      rounds,
    }: Record<"before" | "after", string> & { problems: string[]; rounds: number }) => {
      process.stdout.write(`${machine()}\n\n`);
      const named = problems.map((name) => ({ name, make: PROBLEMS[name] }));
      const rows = await compareCheckouts(before, after, named, rounds, ({ problem }) =>
        process.stderr.write(`${problem} is done\n`),
      );
      process.stdout.write(`${checkoutsReport(before, after, rows)}\n\n${machine()}\n`);
    },
  );

const TODAY = new Date().toISOString().slice(0, 10);

program
  .command("tolerance")
  .description("what the tolerance changes: errors, supports, coefficients, chosen lambdas and time")
  .addOption(problemsOption("which of them", Object.keys(PROBLEMS)))
  .option("--no-real", "without the real data of this package")
  .option("--rounds <r>", "rounds, in each of which every tolerance is timed once", Number, 3)
  .option("--history <file>", "JSON lines", join(HERE, "history", `tolerance-${TODAY}.jsonl`))
  .option("--report <file>", "Markdown; the chart goes beside it", join(HERE, "tolerance.md"))
  .action(async ({ problems, real, rounds, history, report }) => {
    const named = (problems as string[]).map((name) => ({ name, make: PROBLEMS[name] }));
    measureTolerances([...named, ...(real ? realProblems() : [])], rounds as number, history as string);
    const rows = readRows(history as string);
    writeFileSync(report as string, toleranceReport(rows));
    await saveLightAndDark(toleranceChart(rows), (report as string).replace(/\.md$/, ".svg"));
  });

/** Peers of a profile: the quickest by a path or a lambda at a time of each package. */
const PROFILED = ["sklearn-cd", "sklearn-liblinear", "celer", "skglm", "adelie", "glmnet"];

/** A comparison, with the options that all of them have. */
function comparison(
  command: Command,
  limit: number,
  threads: string[],
  layouts: string[],
  peers?: string[],
): Command {
  return command
    .option("--peers <names...>", "only these peers; default: all that are found", peers)
    .option("--threads <counts...>", "threads that each may use, one comparison a count", threads)
    .option("--layouts <names...>", "columns, which solvers like best, or rows, as most arrays are", layouts)
    .option("--repetitions <r>", "interleaved repetitions", Number, 3)
    .option("--limit <seconds>", "after which a solve is given up", Number, limit)
    .option("--clock <name>", "wall, or processor for a busy machine and one thread", "wall")
    .option("--again", "measure what was measured at this commit before", false)
    .option("--python <program>", "with the Python peers; or BENCH_PYTHON")
    .option("--rscript <program>", "with the R peers; or BENCH_RSCRIPT");
}

/** The options of a comparison as the command line gives them. */
interface CompareFlags
  extends Pick<
    CompareOptions,
    "peers" | "layouts" | "repetitions" | "clock" | "again" | "history" | "report"
  > {
  readonly threads: readonly string[];
  readonly limit: number;
  readonly python?: string;
  readonly rscript?: string;
}

const optionsOf = ({ threads, limit, python, rscript, ...rest }: CompareFlags) => ({
  ...rest,
  threads: threads.map(Number),
  limitSeconds: limit,
  ...interpretersOf(python, rscript),
});

/** Reads an option that must be an integer. */
function integer(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value)) throw new InvalidArgumentError("It must be an integer.");
  return value;
}

/** A problem with other data of the same kind, whose name says so. */
function shiftedProblem(name: string, shift: number): NamedProblem {
  if (shift === 0) return { name, make: PROBLEMS[name] };
  const shifted = `${name}+${shift}`;
  return { name: shifted, make: () => ({ ...PROBLEMS[name](shift), name: shifted }) };
}

comparison(program.command("compare", { isDefault: true }), 60, ["1", "2"], ["columns", "rows"])
  .description(
    "the library and every peer that is installed, on the problems of bench/README.md; where neither --problems nor --peers is given also a first call and memory, in fresh processes",
  )
  .addOption(problemsOption("which of them", Object.keys(PROBLEMS)))
  .option("--shift <k>", "added to the seed of every problem, for other data of the same kind", integer, 0)
  .option("--history <file>", "JSON lines", join(HERE, "history", `${TODAY}.jsonl`))
  .option("--report <file>", "Markdown", join(HERE, "report.md"))
  .action(({ problems, shift, ...flags }: CompareFlags & { problems: readonly string[]; shift: number }) =>
    compare({
      ...optionsOf(flags),
      problems: problems.map((name) => shiftedProblem(name, shift)),
      fresh: flags.peers || problems.length < Object.keys(PROBLEMS).length ? [] : FRESH_MEASUREMENTS,
      write: reportOf,
    }),
  );

comparison(program.command("profile"), 5, ["1"], ["columns"], PROFILED)
  .description("performance profiles over problems that are drawn by the code's own hash, and real ones")
  .option("--seeds <seeds...>", "to draw problems by; default: one that the commit of src/ stands for")
  .option("--count <k>", "problems a seed", Number, 40)
  .option("--history <file>", "JSON lines", join(HERE, "history", `profile-${TODAY}.jsonl`))
  .option("--report <file>", "Markdown; the chart goes beside it", join(HERE, "profile.md"))
  .action(async ({ seeds, count, ...flags }: CompareFlags & { seeds?: readonly string[]; count: number }) => {
    const drawn = (seeds?.map(Number) ?? [sourceSeed()]).flatMap((seed) => drawnProblems(seed, count));
    const problems = [...realProblems(), ...drawn];
    await compare({ ...optionsOf(flags), problems, fresh: [], write: profileReport });
    const chart = profileChart(new History(flags.history).rows);
    const beside = flags.report.replace(/\.md$/, "");
    await saveLightAndDark(chart, `${beside}.svg`);
    await chart.save(`${beside}.vl.json`);
  });

program.parse();
