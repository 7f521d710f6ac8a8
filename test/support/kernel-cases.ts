import type * as TensorFlow from "@tensorflow/tfjs";
import type { BackendName } from "../../src/nn";
import { tensorFlowOn } from "./test-backend";

/** What to compute on two backends. */
export interface KernelCase {
  readonly title: string;
  compute(tf: typeof TensorFlow): TensorFlow.Tensor | TensorFlow.Tensor[];
}

/** Values and shapes on a backend, and how many tensors and buffers the computation left behind. */
export interface KernelRun {
  readonly shapes: number[][];
  readonly values: number[][];
  readonly leaked: number;
}

export async function runOn(name: BackendName, { compute }: KernelCase): Promise<KernelRun> {
  const tf = await tensorFlowOn(name);
  tf.tidy(() => compute(tf)); // what a kernel keeps for its second call is no leak
  const before = tf.memory().numDataBuffers + tf.backend().numDataIds();
  const run = tf.tidy(() => {
    const tensors = [compute(tf)].flat();
    return {
      shapes: tensors.map(({ shape }) => shape),
      values: tensors.map((tensor) => [...tensor.dataSync()]),
    };
  });
  return { ...run, leaked: tf.memory().numDataBuffers + tf.backend().numDataIds() - before };
}
