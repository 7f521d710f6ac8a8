/** The call stack of the stopped main thread, with positions in the source that the user wrote. */
import { fileURLToPath } from "node:url";
import type { JsonObject } from "../transport/wire";
import type { CellScripts, SourcePlace } from "./cell-scripts";
import type { Scope } from "./variables";

/** A frame of the call stack, as V8's inspector describes it. */
export interface CallFrame {
  readonly callFrameId: string;
  readonly functionName: string;
  readonly url: string;
  readonly location: {
    readonly scriptId: string;
    readonly lineNumber: number;
    readonly columnNumber?: number;
  };
  readonly scopeChain: readonly Scope[];
}

/** A frame with a source, which a front end can show. */
export interface ShownFrame {
  readonly call: CallFrame;
  readonly name: string;
  readonly place: SourcePlace;
}

/** The frames at one stop. */
export class CallStack {
  readonly frames: readonly ShownFrame[];
  /** Number of frames, shown or not. */
  readonly depth: number;
  /** Position of the innermost frame; undefined in code that the compiler added to a cell. */
  readonly top: SourcePlace | undefined;

  constructor(calls: readonly CallFrame[], cells: CellScripts) {
    this.depth = calls.length;
    this.top = calls[0] && placeOf(calls[0], cells);
    this.frames = calls.flatMap((call, at) => {
      const place = placeOf(call, cells);
      if (!place) return [];
      const { scriptId } = call.location;
      // The function around a cell has no name, and is the outermost shown frame of its script.
      const isOuter = !calls
        .slice(at + 1)
        .some((outer) => outer.location.scriptId === scriptId && placeOf(outer, cells) !== undefined);
      const label = isOuter ? cells.cellOf(scriptId)?.label : undefined;
      return [{ call, name: call.functionName || (label ?? "(anonymous)"), place }];
    });
  }

  /** Returns the body of the reply to a `stackTrace` request. */
  list({ startFrame = 0, levels }: JsonObject): JsonObject {
    const stackFrames = this.frames.map(({ name, place: { path, line, column } }, at) => ({
      id: at + 1,
      name,
      line,
      column,
      source: { name: path, path },
    }));
    const from = Number(startFrame);
    const shown = stackFrames.slice(from, levels ? from + Number(levels) : undefined);
    return { stackFrames: shown, totalFrames: stackFrames.length };
  }

  /** Returns the frame that a request names by its number, or the innermost one. */
  frame({ frameId }: JsonObject): ShownFrame | undefined {
    return this.frames[typeof frameId === "number" && frameId > 0 ? frameId - 1 : 0];
  }
}

function placeOf({ url, location }: CallFrame, cells: CellScripts): SourcePlace | undefined {
  const { scriptId, lineNumber, columnNumber = 0 } = location;
  if (cells.cellOf(scriptId)) return cells.placeOf(scriptId, lineNumber, columnNumber);
  if (url.startsWith("node:") || url === "") return undefined;
  const path = url.startsWith("file:") ? fileURLToPath(url) : url;
  return { path, line: lineNumber + 1, column: columnNumber + 1 };
}
