const worker = new Worker(new URL("./worker.js", import.meta.url), { type: "module" });
const result = document.querySelector("#result");

worker.onmessage = ({ data }) => {
  if (data.progress !== undefined) document.querySelector("#progress").value = data.progress;
  if (data.table !== undefined) result.textContent = data.table;
};
worker.onerror = ({ message }) => {
  result.textContent = message;
};
// A fit is synchronous, so the page ends the worker as a whole.
document.querySelector("#stop").addEventListener("click", () => {
  worker.terminate();
  result.textContent = "stopped";
});
