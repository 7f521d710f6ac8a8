/** Puts together what runs cells on the main thread. */
import { createCellConverter } from "./cell-converter";
import { captureChildOutput } from "./child-output";
import { Executor } from "./executor";
import { ModuleLoader } from "./module-loader";
import { offerOutputs } from "./notebook-api";
import { captureStandardStreams, Outputs } from "./outputs";
import type { SharedState, ToSocketThread } from "./thread-port";
import { createTslabApi } from "./tslab-api";

export interface Session {
  readonly executor: Executor;
  readonly outputs: Outputs;
}

/** A fresh notebook session in the current folder. */
export function createSession(post: (message: ToSocketThread) => void, shared: SharedState): Session {
  const converter = createCellConverter();
  const outputs = new Outputs(post, shared);
  captureStandardStreams(outputs);
  captureChildOutput(outputs);
  offerOutputs(outputs);
  const { version } = require("tslab/package.json") as { version: string };
  const loader = new ModuleLoader(process.cwd(), new Map([["tslab", createTslabApi(outputs, version)]]));
  return { executor: new Executor(converter, loader, outputs, shared), outputs };
}
