import type * as TensorFlow from "@tensorflow/tfjs";
import { BACKENDS, type BackendName, chooseBackend } from "../../src/nn/backend";

/**
 * Where networks are trained in the tests; `SMOOTH_EDGES_TEST_BACKEND=tensorflow` and `--require` of this file run all tests of
 * networks on native TensorFlow.
 */
export const TEST_BACKEND: BackendName = (process.env.SMOOTH_EDGES_TEST_BACKEND ?? "wasm") as BackendName;

export const mochaHooks = {
  beforeAll: (): Promise<unknown> => tensorFlowOn(TEST_BACKEND),
};

/** TensorFlow.js on a backend; throws where it does not work. */
export async function tensorFlowOn(name: BackendName): Promise<typeof TensorFlow> {
  await chooseBackend(BACKENDS.filter((candidate) => candidate.name === name));
  return require("@tensorflow/tfjs");
}

/** Registers hooks: tests that switch backends leave the one that was set. */
export function restoreBackend(): void {
  const tf: typeof TensorFlow = require("@tensorflow/tfjs");
  let before: string;
  beforeEach(async () => {
    await tf.ready();
    before = tf.getBackend();
  });
  afterEach(async () => {
    await tf.setBackend(before);
  });
}
