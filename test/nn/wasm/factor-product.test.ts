import assert from "node:assert/strict";
import type * as TensorFlow from "@tensorflow/tfjs";
import { HadamardDense, surrogatePenalty } from "../../../src/nn";
import { assertClose } from "../../support/assert-close";
import { normals, tf } from "../../support/tensors";
import { restoreBackend, TEST_BACKEND, tensorFlowOn } from "../../support/test-backend";

type Tensor = TensorFlow.Tensor;

const LAMBDA = 0.3;

/** A layer whose kernel has a number of entries that is no multiple of four, with factors drawn at random. */
function layerOf(depth: number): { model: TensorFlow.LayersModel; factors: TensorFlow.Variable[] } {
  const layer = new HadamardDense({ units: 5, inputShape: [7], depth, lambda: LAMBDA, useBias: false });
  const model = tf.sequential({ layers: [layer as TensorFlow.layers.Layer] });
  const factors = model.trainableWeights.map((weight, l) => {
    weight.write(normals([7, 5], l + 1));
    return weight.read() as TensorFlow.Variable;
  });
  return { model, factors };
}

const X = normals([3, 7], 10) as TensorFlow.Tensor2D;
const SLOPES = normals([3, 5], 11) as TensorFlow.Tensor2D;
/** The gradient of `sum(SLOPES * (X W))` by `W`. */
const BY_PRODUCT = [...X.transpose().matMul(SLOPES).dataSync()];

/** `slope * (product of the other factors) + 2 (lambda / depth) times * factor`, in 64 bits. */
function expected(factors: readonly Tensor[], l: number, times: number, slope = BY_PRODUCT): number[] {
  const values = factors.map((factor) => factor.dataSync());
  return slope.map((by, i) => {
    const others = values.reduce((product, value, m) => (m === l ? product : product * value[i]), 1);
    return by * others + ((2 * LAMBDA) / factors.length) * times * values[l][i];
  });
}

function assertGradients(
  factors: readonly TensorFlow.Variable[],
  value: () => Tensor,
  times: number,
  slope?: number[],
): void {
  const { grads } = tf.variableGrads(() => value().asScalar(), [...factors]);
  factors.forEach((factor, l) => {
    const gradient = [...grads[factor.name].dataSync()];
    expected(factors, l, times, slope).forEach((value, i) => {
      assertClose(`factor ${l}, entry ${i}`, gradient[i], value, 1e-5);
    });
  });
  tf.dispose(grads);
}

describe("the product of factors and its penalty", () => {
  restoreBackend();
  beforeEach(async () => void (await tensorFlowOn(TEST_BACKEND)));

  for (const depth of [2, 3, 4, 5]) {
    const { model, factors } = layerOf(depth);
    const loss = (): Tensor => (model.apply(X) as Tensor).mul(SLOPES).sum();
    const penalty = (): Tensor => surrogatePenalty(model);

    it(`have the gradients of calculus, whichever comes first, one of them alone or several times, at depth ${depth}`, () => {
      assertGradients(factors, () => loss().add(penalty()), 1);
      assertGradients(factors, () => penalty().add(loss()), 1);
      assertGradients(factors, () => loss().add(penalty().mul(3)).add(penalty()), 4);
      assertGradients(factors, loss, 0);
      assertGradients(factors, penalty, 1, new Array(35).fill(0));
    });

    it(`have the value that the sum of squares has, at depth ${depth}`, () => {
      const squares = factors.flatMap((factor) => [...factor.dataSync()]);
      const sum = squares.reduce((total, value) => total + value ** 2, 0);
      const { value, grads } = tf.variableGrads(() => tf.tidy(() => loss().mul(0).add(penalty()).asScalar()));
      assertClose("penalty", value.dataSync()[0], (LAMBDA / depth) * sum, 1e-6);
      tf.dispose([value, grads]);
    });

    it(`leave nothing behind, at depth ${depth}`, () => {
      const before = tf.memory().numTensors;
      tf.dispose(tf.variableGrads(() => loss().add(penalty()).asScalar()));
      assert.equal(tf.memory().numTensors, before);
    });
  }

  it("follow lambda and the factors as they change between and within steps", () => {
    const { model, factors } = layerOf(2);
    const layer = model.layers[0] as unknown as { lambda: number };
    const loss = (): Tensor => (model.apply(X) as Tensor).mul(SLOPES).sum();
    const raised = (): Tensor => {
      const value = loss();
      layer.lambda = 2 * LAMBDA;
      return value.add(surrogatePenalty(model));
    };
    assertGradients(factors, raised, 2);
    model.trainableWeights[0].write(normals([7, 5], 20));
    assertGradients(factors, () => loss().add(surrogatePenalty(model)), 2);
  });

  if (TEST_BACKEND === "wasm") {
    it("are made by one kernel a layer and direction on WebAssembly, where there are up to four factors", async () => {
      for (const depth of [2, 3, 4, 5]) {
        const { model } = layerOf(depth);
        model.compile({ loss: "meanSquaredError", optimizer: "sgd" });
        const step = async () => tf.scalar((await model.trainOnBatch(X, SLOPES)) as number);
        const { kernelNames } = await tf.profile(step as never);
        assert.equal(kernelNames.includes("SmoothEdgesFactorProduct"), depth < 5);
        assert.equal(kernelNames.includes("SmoothEdgesFactorGradients"), depth < 5);
        assert.equal(kernelNames.includes("Square"), depth === 5);
      }
    });
  }
});
