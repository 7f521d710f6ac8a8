import { SmoothLasso } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";
import { pathPlot } from "smooth-edges/plot";

const { columns, response } = loadDiabetes();
const names = Object.keys(columns);
const path = new SmoothLasso().path(columns, response);
const { lambdas } = path;
const slider = document.querySelector("#lambda");
slider.max = String(lambdas.length - 1);

function refit() {
  const lambda = lambdas[slider.valueAsNumber];
  const start = performance.now();
  const fit = new SmoothLasso({ lambda }).fit(columns, response);
  const milliseconds = (performance.now() - start).toFixed(1);
  document.querySelector("#said").value =
    `${lambda.toPrecision(3)}: ${fit.support.length} features, in ${milliseconds} ms`;
  const rows = Array.from(fit.support, (j) => [names[j], fit.coef[j].toPrecision(3)]);
  document.querySelector("#coefficients").replaceChildren(...rows.map(tableRow));
}

function tableRow(cells) {
  const row = document.createElement("tr");
  for (const text of cells) row.insertCell().textContent = text;
  return row;
}

slider.addEventListener("input", refit);
refit();
document.querySelector("#path").innerHTML = await pathPlot(path).toSVG();
