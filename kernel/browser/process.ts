/** Provides what a browser can have of Node's globals `process` and `setImmediate`. The language is that of Node 22, which current browsers have. */

/** Whether warnings are printed. */
let warns = true;

export const process = {
  version: "v22.0.0",
  versions: { node: "22.0.0" },
  env: {} as Record<string, string | undefined>,
  cwd: (): string => "/notebook",
  emitWarning(message: string, name = "Warning"): void {
    // biome-ignore lint/suspicious/noConsole: a cell shows there what is printed
    if (warns) console.warn(`${name}: ${message}`);
  },
  listenerCount: (event: string): number => (event === "warning" && warns ? 1 : 0),
  /** Has nobody told of warnings, not even by printing them. */
  removeAllListeners(event?: string): void {
    if (event === undefined || event === "warning") warns = false;
  },
  /** The handlers of uncaught errors, of which a page has its own. */
  rawListeners: (): object[] => [],
  removeListener(): void {},
  stderr: {
    write(text: string): void {
      // biome-ignore lint/suspicious/noConsole: a cell shows there what is printed
      console.error(text.trimEnd());
    },
  },
  /** Returns the microseconds since a start, which in a browser are those of the clock. */
  cpuUsage: (start = { user: 0, system: 0 }): { user: number; system: number } => ({
    user: 1000 * performance.now() - start.user,
    system: 0,
  }),
};

/** A port as browsers have it. */
interface Port {
  onmessage: () => void;
  postMessage(message: undefined): void;
}

const due: (() => void)[] = [];
const { port1, port2 } = new MessageChannel() as unknown as Readonly<Record<"port1" | "port2", Port>>;
port1.onmessage = (): void => due.shift()?.();

/** Has work done after what the browser has to do now, without the wait of `setTimeout`. */
export function setImmediate(work: () => void): void {
  due.push(work);
  port2.postMessage(undefined);
}
