import { receivedError } from "./sent-error";
import type { ThreadMessage } from "./thread-messages";

/**
 * Passes on what a thread tells: warnings to the process, progress to the listener.
 *
 * @returns the value of its job, once that is what it tells.
 * @throws what it failed with, and what the listener throws.
 */
export function hear<P, V>(
  message: ThreadMessage,
  onProgress: ((progress: P) => void) | undefined,
): { readonly value: V } | undefined {
  switch (message.kind) {
    case "value":
      return { value: message.value as V };
    case "error":
      throw receivedError(message.error);
    case "warning":
      process.emitWarning(message.message, message.name);
      return undefined;
    case "progress":
      onProgress?.(message.progress as P);
      return undefined;
  }
}
