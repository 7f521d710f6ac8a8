/** The kernel in a Web Worker: it takes the requests of `messages.ts` one after the other, and answers them. */
import type { Answer, Request } from "./messages";

/** What the kernel uses of the global scope of a worker. */
interface WorkerScope {
  postMessage(answer: Answer): void;
  onmessage: ((event: { readonly data: Request }) => void) | null;
}

const scope = globalThis as unknown as WorkerScope;

let executionCount = 0;

function answer(request: Request): void {
  const { id } = request;
  if (request.type === "complete")
    scope.postMessage({ id, type: "completions", matches: [], start: request.cursor, end: request.cursor });
  else if (request.type === "inspect") scope.postMessage({ id, type: "inspection", data: {}, found: false });
  else {
    executionCount++;
    scope.postMessage({ id, type: "done", status: "ok", executionCount });
  }
}

scope.onmessage = ({ data }) => answer(data);
scope.postMessage({ id: undefined, type: "ready" });
