/** Tensors and models of TensorFlow.js as it prints them itself, where Node's console shows what they are made of. */

/** What is read of a tensor. */
interface Tensor {
  readonly rankType: string;
  readonly dtype: string;
  dataSync(): unknown;
  toString(verbose: boolean): string;
}

/** What is read of a model of layers. */
interface Model {
  readonly layers: readonly unknown[];
  countParams(): number;
  summary(lineLength?: number, positions?: number[], printLine?: (line: string) => void): void;
}

/** A tensor with its type, shape and values, a model by its layers; undefined for all else, and for what is disposed of. */
export function tensorflowText(value: object): string | undefined {
  try {
    if (isTensor(value)) return value.toString(true);
    return isModel(value) ? summaryOf(value) : undefined;
  } catch {
    return undefined;
  }
}

function isTensor(value: object): value is Tensor {
  const { rankType, dtype, dataSync } = value as Partial<Tensor>;
  return typeof rankType === "string" && typeof dtype === "string" && typeof dataSync === "function";
}

function isModel(value: object): value is Model {
  const { layers, countParams, summary } = value as Partial<Model>;
  return Array.isArray(layers) && typeof countParams === "function" && typeof summary === "function";
}

function summaryOf(model: Model): string {
  const lines: string[] = [];
  model.summary(undefined, undefined, (line) => lines.push(line));
  return lines.join("\n");
}
