import * as tf from "@tensorflow/tfjs";
import { loadDigits } from "smooth-edges/data";
import {
  collapse,
  cosineDecay,
  shrink,
  sparsify,
  sparsityReport,
  train,
  useBestBackend,
} from "smooth-edges/nn";

await useBestBackend();
const { columns, response } = loadDigits();
const pixels = Object.values(columns);
const imagesOf = (rows) => tf.tensor2d(rows.map((i) => pixels.map((values) => values[i] / 16)));
const digitsOf = (rows) => rows.map((i) => Number(response[i]));
const rows = Array.from(response, (_, i) => i);
const [training, others] = [rows.slice(0, 600), rows.slice(600, 1000)];

const from = (seed) => tf.initializers.heNormal({ seed });
const hidden = tf.layers.dense({
  name: "hidden",
  units: 32,
  inputShape: [64],
  activation: "relu",
  kernelInitializer: from(1),
});
const output = tf.layers.dense({ units: 10, activation: "softmax", kernelInitializer: from(2) });
const model = tf.sequential({ layers: [hidden, output] });

const twin = sparsify(model, { structure: "neuron", layers: ["hidden"], depth: 3, lambda: 0.02 });
twin.compile({ optimizer: tf.train.momentum(0.2, 0.9), loss: "categoricalCrossentropy" });
const labels = tf.oneHot(tf.tensor1d(digitsOf(training), "int32"), 10).toFloat();
const epochs = 20;
await train(twin, imagesOf(training), labels, {
  epochs,
  batchSize: 16,
  learningRate: cosineDecay(0.2, { epochs }),
});

const small = shrink(collapse(twin));
console.log(String(sparsityReport(small)));
const found = small.predict(imagesOf(others)).argMax(-1).dataSync();
const right = digitsOf(others).filter((digit, i) => digit === found[i]).length;
console.log(`right: ${right} of ${others.length}`);
