import type { MessagePort } from "node:worker_threads";
import type { Job } from "./job";
import type { SentError } from "./sent-error";

/** What a thread is started with. */
export interface ThreadData {
  /** At 0 how many jobs it has, or {@link ENDED}. */
  readonly jobs: Int32Array;
}

/** In place of a number of jobs: the thread takes none any more. */
export const ENDED = -1;

export const bell = 0;
export const aborted = 1;

/** What a thread is sent. */
export interface JobMessage {
  readonly job: Job;
  /** Whether anybody listens to its progress. */
  readonly listens: boolean;
  /** Where it is answered, and where whoever stands still may ask for a sign of life. */
  readonly port: MessagePort;
  /** At {@link bell} the number of messages and signs of life so far, at {@link aborted} whether to stop. */
  readonly flags: Int32Array;
}

/** What a thread sends: in the end one value or error for each job. */
export type ThreadMessage =
  | { readonly kind: "progress"; readonly progress: unknown }
  | { readonly kind: "warning"; readonly name: string; readonly message: string }
  | { readonly kind: "value"; readonly value: unknown }
  | { readonly kind: "error"; readonly error: SentError };
