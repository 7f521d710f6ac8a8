import type { MimeBundle } from "./mime-bundle";
import { notebookHost } from "./notebook-host";
import { milestoneLine, progressHTML, progressLine, type WorkState } from "./progress-line";

/** Where it is shown how work goes. */
export interface ProgressPlace {
  /** Shows a state in place of the last one. */
  show(state: WorkState): void;
}

/** A terminal or a file. */
export interface TextStream {
  readonly isTTY?: boolean;
  readonly columns?: number;
  write(text: string): unknown;
}

/** Characters of a line of text in a notebook. */
const notebookColumns = 120;

let count = 0;

/** An output of the running cell; undefined outside of our kernel. */
export function notebookPlace(): ProgressPlace | undefined {
  const host = notebookHost();
  if (typeof host?.progress !== "function") return undefined;
  const { signal } = host;
  const id = `smooth-edges-progress-${process.pid}-${count++}`;
  let isFirst = true;
  return {
    show(state) {
      if (isFirst && signal?.aborted) return; // it would be shown below a later cell
      const isDone = state.status === "done";
      host.progress?.(
        bundle(state),
        id,
        isFirst,
        isDone ? undefined : bundle({ ...state, status: "interrupted" }),
      );
      isFirst = false;
    },
  };
}

function bundle(state: WorkState): MimeBundle {
  return { "text/html": progressHTML(state), "text/plain": progressLine(state, notebookColumns) };
}

/** The last line of a terminal; in a log file a line a quarter of the work and one at its end. */
export function streamPlace(stream: TextStream): ProgressPlace {
  let quarters = 0;
  return {
    show(state) {
      const isOver = state.status !== "running";
      if (stream.isTTY) {
        // One column short of the edge, where some terminals break the line.
        const line = progressLine(state, (stream.columns ?? 80) - 1);
        stream.write(`\r\u001b[2K${line}${isOver ? "\n" : ""}`);
        return;
      }
      const reached = Math.floor(4 * (state.share ?? 0));
      if (reached <= quarters && !isOver) return;
      quarters = reached;
      stream.write(milestoneLine(state));
    },
  };
}
