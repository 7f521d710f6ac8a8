/** Benchmarks, each a subcommand: `npm run bench -- parametrizations`. No number without its baseline and its machine. */
import { Command } from "commander";
import { benchKernels } from "./kernels";
import { machine } from "./machine";
import { benchParametrizations } from "./parametrizations";
import { benchPaths } from "./paths";

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
  .command("paths")
  .description("lasso paths by the default solver, by L-BFGS on the surrogate and by coordinate descent")
  .option("--problems <names...>", "P1, P2, P3, P4, P5 or P10", ["P10", "P3", "P1"])
  .option("--tol <gap>", "duality gap, relative to the null deviance", Number, 1e-6)
  .option("--rounds <r>", "interleaved rounds", Number, 3)
  .action(({ problems, tol, rounds }: { problems: string[]; tol: number; rounds: number }) => {
    process.stdout.write(`${machine()}\n\n`);
    process.stdout.write(`${benchPaths(problems, tol, rounds)}\n`);
  });

program.parse();
