import { logistic, SmoothLasso } from "smooth-edges";
import { loadBreastCancer } from "smooth-edges/data";

const { columns, response } = loadBreastCancer();
const choice = new SmoothLasso({ datafit: logistic() }).crossValidate(columns, response, {
  measure: "auc",
  seed: 1,
  onProgress: ({ done, total }) => postMessage({ progress: done / total }),
});
postMessage({ progress: 1, table: String(choice.oneStandardError) });
