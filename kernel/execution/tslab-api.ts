/** Implements the module `tslab` for cells, so that notebooks written for tslab keep working. */
import { randomUUID } from "node:crypto";
import { version as typescriptVersion } from "typescript";
import { checkedBundle } from "../display/display";
import type { Outputs } from "../display/outputs";

/** The MIME type of each method of tslab's `display`. */
const METHODS = {
  javascript: "text/javascript",
  html: "text/html",
  markdown: "text/markdown",
  latex: "text/latex",
  svg: "image/svg+xml",
  png: "image/png",
  jpeg: "image/jpeg",
  gif: "image/gif",
  pdf: "application/pdf",
  text: "text/plain",
} as const;

/** Implements tslab's public declarations; their types in a cell are tslab's own. */
export function createTslabApi(outputs: Outputs, tslabVersion: string): object {
  return {
    display: createDisplay(outputs, undefined),
    newDisplay: () => createDisplay(outputs, randomUUID()),
    versions: { tslab: tslabVersion, typescript: typescriptVersion, node: process.version },
  };
}

/** @param id makes every call but the first replace the output of the first */
function createDisplay(outputs: Outputs, id: string | undefined): object {
  let shown = false;
  const raw = (type: string, data: string | Uint8Array): void => {
    outputs.display(checkedBundle({ [type]: data }), id, shown);
    shown = id !== undefined;
  };
  const methods = Object.entries(METHODS).map(([name, type]) => [
    name,
    (data: string | Uint8Array) => raw(type, data),
  ]);
  return { ...Object.fromEntries(methods), raw };
}
