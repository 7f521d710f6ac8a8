/** Ends the command with one sentence where npm was told to leave out the packages that it needs, before any of them is required. */
import { packageLeftOut } from "../errors";

for (const name of ["commander", "typescript", "zeromq"]) {
  try {
    require.resolve(name);
  } catch {
    process.stderr.write(`${packageLeftOut(name).message}\n`);
    process.exit(2);
  }
}
