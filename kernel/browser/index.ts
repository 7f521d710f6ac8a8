/** The kernel in a Web Worker: it takes the requests of `messages.ts` one after the other, and answers them. */
// The compiler reads files while the modules below load.

import { CellRunner } from "./cell-runner";
import { writeFile } from "./files";
import type { Answer, Request } from "./messages";
import { Outputs } from "./outputs";

/** The members of a worker's global scope that the kernel uses. */
interface WorkerScope {
  postMessage(answer: Answer): void;
  addEventListener(type: "message", listener: (event: { readonly data: Request }) => void): void;
  addEventListener(
    type: "error" | "unhandledrejection",
    listener: (event: {
      readonly error?: unknown;
      readonly reason?: unknown;
      preventDefault(): void;
    }) => void,
  ): void;
}

const scope = globalThis as unknown as WorkerScope;
const { postMessage } = scope;
const outputs = new Outputs((answer) => {
  try {
    postMessage.call(scope, answer);
  } catch {
    // A bundle may hold functions, which JSON leaves out as in Jupyter.
    postMessage.call(scope, JSON.parse(JSON.stringify(answer)));
  }
});
outputs.install();
const runner = new CellRunner(outputs);

/** Answers one request. */
async function answer(request: Request): Promise<void> {
  outputs.begin(request.id);
  if (request.type === "write") {
    writeFile(request.name, request.text);
    outputs.send({ type: "done", status: "ok", executionCount: runner.count });
  } else if (request.type === "execute") {
    const ran = await runner.execute(request.code);
    outputs.send({ type: "done", status: ran ? "ok" : "error", executionCount: runner.count });
  } else if (request.type === "complete") {
    outputs.send({ type: "completions", ...runner.complete(request.code, request.cursor) });
  } else {
    outputs.send({ type: "inspection", ...runner.inspect(request.code, request.cursor) });
  }
}

let pending: Promise<void> = Promise.resolve();
scope.addEventListener("message", ({ data }) => {
  pending = pending.then(() => answer(data));
});
for (const type of ["error", "unhandledrejection"] as const)
  scope.addEventListener(type, (event) => {
    event.preventDefault();
    outputs.print("stderr", `${runner.uncaught(event.error ?? event.reason)}\n`);
  });
postMessage.call(scope, { id: undefined, type: "ready" });
