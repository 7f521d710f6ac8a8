/** Runs `action` and returns the warnings it emits, which then fail no test. */
export function warningsOf(action: () => void): string[] {
  const emitted: string[] = [];
  const emitWarning = process.emitWarning;
  process.emitWarning = (warning: string | Error, type?: unknown) => {
    emitted.push(`${typeof type === "string" ? type : "Warning"}: ${warning}`);
  };
  try {
    action();
  } finally {
    process.emitWarning = emitWarning;
  }
  return emitted;
}
