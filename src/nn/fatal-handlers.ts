const EVENTS = ["uncaughtException", "unhandledRejection"] as const;

/**
 * Starts something and takes away the handlers that it leaves for errors nobody caught.
 *
 * What Emscripten compiles, the WebAssembly backend that is, throws such errors again, which ends the process: one rejection
 * that a notebook forgot would take its kernel down, hours after a network was made.
 */
export async function withoutFatalHandlers<T>(start: () => Promise<T>): Promise<T> {
  const before = new Set(EVENTS.flatMap((event) => process.rawListeners(event)));
  try {
    return await start();
  } finally {
    for (const event of EVENTS) {
      for (const handler of process.rawListeners(event)) {
        if (!before.has(handler)) process.removeListener(event, handler as () => void);
      }
    }
  }
}
