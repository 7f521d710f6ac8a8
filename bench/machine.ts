import os from "node:os";

/** The machine and the versions a benchmark ran on, in one line. */
export function machine(): string {
  const cpus = os.cpus();
  return (
    `${cpus.length} x ${cpus[0]?.model.trim() ?? "unknown processor"}, ${os.platform()} ${os.arch()}, ` +
    `Node ${process.versions.node}, load ${os.loadavg()[0].toFixed(2)}`
  );
}
