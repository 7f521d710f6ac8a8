/** Ends the command with one sentence where npm was told to leave out the packages that it needs, or on Bun, before any of them is required. */
import { packageLeftOut, runsOnBun } from "../errors";

if (process.versions.bun) {
  // zeromq ends the process there: Bun lacks `uv_poll_init_socket` of libuv.
  process.stderr.write(`${runsOnBun(process.versions.bun).message}\n`);
  process.exit(2);
}

for (const name of ["commander", "typescript", "zeromq"]) {
  try {
    require.resolve(name);
  } catch {
    process.stderr.write(`${packageLeftOut(name).message}\n`);
    process.exit(2);
  }
}
