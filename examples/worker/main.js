import { fitFromJSON } from "smooth-edges";
import { loadBreastCancer } from "smooth-edges/data";

const { columns, response } = loadBreastCancer();
const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const result = document.querySelector("#result");

worker.onmessage = ({ data }) => {
  if (data.progress !== undefined) document.querySelector("#progress").value = data.progress;
  if (data.fit !== undefined) {
    const fit = fitFromJSON(data.fit);
    const right = fit.predictLabels(columns).filter((label, i) => label === response[i]).length;
    result.textContent = `${fit}\n\n${right} of ${response.length} tumours told right`;
  }
};
worker.onerror = ({ message }) => {
  result.textContent = message;
};
// A fit is synchronous, so the page ends the worker as a whole.
document.querySelector("#stop").addEventListener("click", () => {
  worker.terminate();
  result.textContent = "stopped";
});
