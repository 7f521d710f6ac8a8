import { logistic, SmoothLasso } from "smooth-edges";
import { loadBreastCancer } from "smooth-edges/data";

const { columns, response } = loadBreastCancer();
const choice = new SmoothLasso({ datafit: logistic() }).crossValidate(columns, response, {
  measure: "auc",
  seed: 1,
  onProgress: ({ done, total }) => postMessage({ progress: done / total }),
});
// A fit would lose its methods on the way.
postMessage({ progress: 1, fit: JSON.stringify(choice.oneStandardError) });
