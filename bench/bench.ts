/** Benchmarks, each a subcommand: `npm run bench -- parametrizations`. No number without its baseline and its machine. */
import { Command } from "commander";
import { machine } from "./machine";
import { benchParametrizations } from "./parametrizations";

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

program.parse();
