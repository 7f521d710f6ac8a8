import { readFileSync, writeFileSync } from "node:fs";
import { fitFromJSON, SmoothLasso } from "smooth-edges";
import { readCsv } from "smooth-edges/data";
import { encoderFromJSON, fromFrame } from "smooth-edges/frame";

const data = fromFrame(readCsv("flats.csv"), { response: "rent", missing: "mean" });
const choice = new SmoothLasso().crossValidate(data.X, data.y, { folds: 5, seed: 1 });
const fit = choice.oneStandardError;
console.log(String(fit));
writeFileSync("model.json", JSON.stringify({ fit, encoder: data.encoder }));

const model = JSON.parse(readFileSync("model.json", "utf8"));
const flats = { area: [80, 45], rooms: [3, 1], year: [1990, 2015], city: ["Kiel", "Bonn"] };
const rents = fitFromJSON(model.fit).predict(encoderFromJSON(model.encoder).encode(flats));
console.log(`rents: ${Array.from(rents, (rent) => rent.toFixed(0)).join(", ")}`);
