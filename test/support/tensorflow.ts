import type * as TensorFlow from "@tensorflow/tfjs";
import { BACKENDS, type BackendName, chooseBackend } from "../../src/nn/backend";

/** Where networks run in the tests: `SMOOTH_EDGES_TEST_BACKEND=tensorflow npx mocha ...` runs them on native TensorFlow. */
export const TEST_BACKEND: BackendName = (process.env.SMOOTH_EDGES_TEST_BACKEND ?? "wasm") as BackendName;

/** TensorFlow.js on the backend of the tests; throws where it does not work. */
export function tensorFlow(): Promise<typeof TensorFlow> {
  return tensorFlowOn(TEST_BACKEND);
}

/** TensorFlow.js on a backend; throws where it does not work. */
export async function tensorFlowOn(name: BackendName): Promise<typeof TensorFlow> {
  const choice = await chooseBackend(BACKENDS.filter((candidate) => candidate.name === name));
  if (choice.name !== name) throw new Error(`no backend ${name}`);
  return require("@tensorflow/tfjs");
}
