/** Collects the outputs of a cell in the form in which a notebook stores them. */
import type { JsonObject, Message } from "../transport/wire";
import {
  type CellOutput,
  type DisplayOutput,
  type ErrorOutput,
  joinLines,
  type NotebookMimeBundle,
} from "./notebook";

/** The parts of a message on the iopub channel that are read here. */
export type OutputMessage = Pick<Message, "content"> & {
  readonly header: Pick<Message["header"], "msg_type">;
};

/**
 * The displays of one kernel session that may still be updated, by their `display_id`.
 *
 * One for all cells of a notebook, because a later cell may update what an earlier one showed.
 */
export type DisplaysById = Map<string, DisplayOutput[]>;

/** Turns the messages of one cell into the outputs a notebook stores, as a notebook front end does. */
export class CellOutputs {
  readonly #outputs: CellOutput[];
  readonly #displays: DisplaysById;
  #clearBeforeNext = false;

  /** @param outputs the cell's own list, changed in place */
  constructor(outputs: CellOutput[], displays: DisplaysById) {
    this.#outputs = outputs;
    this.#displays = displays;
  }

  /** Takes one message; those that carry no output are ignored. */
  add({ header: { msg_type: type }, content }: OutputMessage): void {
    if (type === "stream") this.#addStream(String(content.name), String(content.text));
    else if (isProgress(content)) return;
    else if (type === "display_data" || type === "execute_result") this.#addDisplay(type, content);
    else if (type === "update_display_data") this.#update(displayId(content), content);
    else if (type === "error") this.#push(errorOutput(content));
    else if (type === "clear_output" && content.wait === true) this.#clearBeforeNext = true;
    else if (type === "clear_output") this.#clear();
  }

  /** Finishes an ended cell: applies backspaces and carriage returns to its text, as a terminal does. */
  finish(): void {
    for (const output of this.#outputs) {
      if (output.output_type === "stream") output.text = applyTerminalControls(joinLines(output.text));
    }
  }

  #addStream(name: string, text: string): void {
    this.#clearIfDue();
    const last = this.#outputs.at(-1);
    if (last?.output_type === "stream" && last.name === name) last.text = joinLines(last.text) + text;
    else this.#push({ output_type: "stream", name, text });
  }

  #addDisplay(type: "display_data" | "execute_result", content: JsonObject): void {
    const output: DisplayOutput = {
      output_type: type,
      data: asRecord(content.data),
      metadata: asRecord(content.metadata),
      ...(type === "execute_result" && { execution_count: content.execution_count as number }),
    };
    this.#push(output);
    const id = displayId(content);
    if (id === undefined) return;
    // By the protocol, a display with a known id also updates the earlier ones.
    this.#update(id, content);
    this.#displays.set(id, [...(this.#displays.get(id) ?? []), output]);
  }

  #update(id: string | undefined, content: JsonObject): void {
    if (id === undefined) return;
    for (const output of this.#displays.get(id) ?? []) {
      output.data = asRecord(content.data);
      output.metadata = asRecord(content.metadata);
    }
  }

  #push(output: CellOutput): void {
    this.#clearIfDue();
    this.#outputs.push(output);
  }

  #clearIfDue(): void {
    if (this.#clearBeforeNext) this.#clear();
  }

  #clear(): void {
    this.#clearBeforeNext = false;
    this.#outputs.length = 0;
  }
}

/**
 * Applies terminal controls to text: a backspace removes the character before it, a carriage return the line before it.
 *
 * It works line by line and without regular expressions, because one line may be megabytes long.
 *
 * @see https://github.com/jupyter/nbclient/blob/v0.10.2/nbclient/client.py (coalesce_streams)
 */
export function applyTerminalControls(text: string): string {
  if (!text.includes("\r") && !text.includes("\b")) return text;
  return text.split("\n").map(applyToLine).join("\n");
}

function applyToLine(line: string): string {
  const written = line.includes("\b") ? withoutErased(line) : line;
  let end = written.length;
  // A carriage return at the end of a line erases nothing, because no text follows it.
  while (end > 0 && written[end - 1] === "\r") end--;
  return written.slice(written.lastIndexOf("\r", end - 1) + 1);
}

function withoutErased(line: string): string {
  const kept: string[] = [];
  for (const character of line) {
    if (character === "\b") kept.pop();
    else kept.push(character);
  }
  return kept.join("");
}

function errorOutput(content: JsonObject): ErrorOutput {
  return {
    output_type: "error",
    ename: String(content.ename),
    evalue: String(content.evalue),
    traceback: Array.isArray(content.traceback) ? content.traceback.map(String) : [],
  };
}

/** Whether an output shows progress, which is not stored in a finished notebook. */
export function isProgress(content: JsonObject): boolean {
  return asRecord(content.transient).progress === true;
}

function displayId(content: JsonObject): string | undefined {
  const id = asRecord(content.transient).display_id;
  return typeof id === "string" ? id : undefined;
}

function asRecord(value: unknown): NotebookMimeBundle {
  return typeof value === "object" && value !== null ? (value as NotebookMimeBundle) : {};
}
