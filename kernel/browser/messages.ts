/**
 * The messages between a page and the kernel that runs in a Web Worker of it.
 *
 * The worker announces once that it is ready. It takes requests from then on, one after the other, and each ends with one last message of
 * its number: `done`, `completions` or `inspection`. A page interrupts a cell by terminating the worker and starting another.
 */

/** Outputs by MIME type: texts, and JSON for the types that are JSON. */
export type MessageBundle = Readonly<Record<string, string | object>>;

/** A message before it has its number. */
export type Unnumbered<Message> = Message extends unknown ? Omit<Message, "id"> : never;

/** A request of a page to the worker. */
export type Request = ExecuteRequest | CompleteRequest | InspectRequest | WriteRequest;

/** Runs a cell. */
export interface ExecuteRequest {
  /** A number of the page's choice, which the answers carry. */
  readonly id: number;
  readonly type: "execute";
  readonly code: string;
}

/** Asks how the code before the cursor can go on. */
export interface CompleteRequest {
  readonly id: number;
  readonly type: "complete";
  readonly code: string;
  /** In UTF-16 units, as strings of JavaScript count. */
  readonly cursor: number;
}

/** Asks for the meaning of the name at the cursor. */
export interface InspectRequest {
  readonly id: number;
  readonly type: "inspect";
  readonly code: string;
  /** In UTF-16 units. */
  readonly cursor: number;
}

/** Puts a text file into the folder of the notebook, where cells read it by its name: `readCsv("rent.csv")`. It ends in `done`. */
export interface WriteRequest {
  readonly id: number;
  readonly type: "write";
  /** A path from the folder of the notebook. */
  readonly name: string;
  readonly text: string;
}

/** A message of the worker. */
export type Answer =
  | ReadyMessage
  | StreamMessage
  | DisplayMessage
  | ClearMessage
  | ResultMessage
  | ErrorMessage
  | DoneMessage
  | CompletionsMessage
  | InspectionMessage;

/** The worker has started. */
export interface ReadyMessage {
  readonly id: undefined;
  readonly type: "ready";
}

/** Text that the cell has printed. */
export interface StreamMessage {
  readonly id: number;
  readonly type: "stream";
  readonly name: "stdout" | "stderr";
  readonly text: string;
}

/** What the cell shows by `display`, and the progress of long work. */
export interface DisplayMessage {
  readonly id: number;
  readonly type: "display";
  readonly data: MessageBundle;
  readonly metadata: object;
  /** The name of the output, where it has one. */
  readonly displayId: string | undefined;
  /** Whether this replaces the output of that name. */
  readonly update: boolean;
}

/** The cell removes its output so far. */
export interface ClearMessage {
  readonly id: number;
  readonly type: "clear";
  /** Whether the old output stays until there is a new one. */
  readonly wait: boolean;
}

/** The value of the cell's last expression. */
export interface ResultMessage {
  readonly id: number;
  readonly type: "result";
  readonly data: MessageBundle;
  readonly metadata: object;
  readonly executionCount: number;
}

/** The error that ended the cell; one that the compiler refused is a `TypeScriptError` or a `SyntaxError`. */
export interface ErrorMessage {
  readonly id: number;
  readonly type: "error";
  readonly name: string;
  readonly message: string;
  /** Parts as the Jupyter kernel shows them, with the colours of a terminal. */
  readonly traceback: readonly string[];
}

/** The cell has ended, or the file is there; the last message of both. */
export interface DoneMessage {
  readonly id: number;
  readonly type: "done";
  readonly status: "ok" | "error";
  /** The number of cells that were run so far. */
  readonly executionCount: number;
}

/** The answer to a `complete` request. */
export interface CompletionsMessage {
  readonly id: number;
  readonly type: "completions";
  /** Texts that may stand between `start` and `end`, best first. */
  readonly matches: readonly string[];
  /** In UTF-16 units. */
  readonly start: number;
  readonly end: number;
}

/** The answer to an `inspect` request. */
export interface InspectionMessage {
  readonly id: number;
  readonly type: "inspection";
  /** The explanation as Markdown and plain text; empty where nothing is known. */
  readonly data: MessageBundle;
  readonly found: boolean;
}

// Places in code are in UTF-16 units here, as strings of JavaScript count; Jupyter counts code points.

/** Returns how many UTF-16 units stand before a place that is given in code points. */
export function unitsBefore(code: string, points: number): number {
  return [...code].slice(0, points).join("").length;
}

/** Returns how many code points stand before a place that is given in UTF-16 units. */
export function pointsBefore(code: string, units: number): number {
  return [...code.slice(0, units)].length;
}
