import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { DuckDBInstance } from "@duckdb/node-api";
import { SmoothLasso } from "smooth-edges";
import { fileDesign, fromFrame } from "smooth-edges/frame";

// The data of the package, as a file; put your own path, or a pattern of Parquet files, in its place.
const { resolve } = createRequire(import.meta.url);
const file = join(dirname(resolve("smooth-edges/package.json")), "data/diabetes.csv");

const connection = await (await DuckDBInstance.create(":memory:")).connect();
const reader = await connection.runAndReadAll(`SELECT * FROM '${file.replaceAll("'", "''")}'`);
const data = fromFrame(reader, { response: "progression" });
const model = new SmoothLasso({ lambda: 5 });
const fit = model.fit(data.X, data.y);
console.log(String(fit));

const table = await fileDesign(file, { response: "progression" });
const same = await table.fit(model);
const difference = Math.max(...fit.coef.map((value, j) => Math.abs(value - same.coef[j])));
console.log(`the largest difference of a coefficient: ${difference < 1e-9 ? "below 1e-9" : difference}`);
connection.closeSync();
