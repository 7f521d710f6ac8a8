/** Runs `action` and returns the warnings it emits, which then fail no test. */
export function warningsOf(action: () => void): string[] {
  const heard = listen();
  try {
    action();
  } finally {
    heard.end();
  }
  return heard.warnings;
}

/** The same of an action that takes its time. */
export async function warningsDuring(action: () => Promise<unknown>): Promise<string[]> {
  const heard = listen();
  try {
    await action();
  } finally {
    heard.end();
  }
  return heard.warnings;
}

function listen(): { readonly warnings: string[]; end(): void } {
  const warnings: string[] = [];
  const { emitWarning } = process;
  process.emitWarning = (warning: string | Error, type?: unknown) => {
    warnings.push(`${typeof type === "string" ? type : "Warning"}: ${warning}`);
  };
  const end = (): void => {
    process.emitWarning = emitWarning;
  };
  return { warnings, end };
}
