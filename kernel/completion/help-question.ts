/** `parseInt?`, `?parseInt` and `parseInt??`, which IPython answers with the documentation: no TypeScript, so no cell is lost. */
import type { MimeBundle } from "../../src/display/mime-bundle";
import { CellError } from "../errors";
import type { CodeJob } from "../transport/thread-port";

const BEFORE = /^\s*(\?{1,2})\s*([\p{ID_Continue}$.]+)\s*$/u;
const AFTER = /^\s*([\p{ID_Continue}$.]+)(\?{1,2})\s*;?\s*$/u;

/** The question that a cell is, as if it was asked by Shift+Tab; undefined where the cell is code. */
export function helpQuestion({
  job,
  code,
}: {
  readonly job: number;
  readonly code: string;
}): CodeJob | undefined {
  const [, before, asked] = BEFORE.exec(code) ?? [];
  const [, name = asked, after = before] = AFTER.exec(code) ?? [];
  if (name === undefined) return undefined;
  return { kind: "inspect", job, code: name, cursor: name.length, withDeclaration: after === "??" };
}

/** What is shown for it. */
export function documentationIn(reply: object, { code: name }: CodeJob): MimeBundle {
  const { found, data } = reply as { readonly found?: boolean; readonly data?: MimeBundle };
  if (found && data) return data;
  throw new CellError(`help: the name must be one that the notebook or the language has, got "${name}"`);
}
