/** The TypeScript that repeats what `smooth-edges fit` did ({@link planCode}). */
import { importOf, literal, readCsvCode } from "../new-notebook/code-text";
import type { FitPlan } from "./fit-plan";

/**
 * Writes the code of a plan, whose `fit` is the model of the command.
 *
 * @param data the path of the file as the code reads it.
 */
export function planCode(plan: FitPlan, data: string = plan.data): string {
  const { reading, columns, validation, subject, choose, nWithout, responses, estimator, loss } = plan;
  const imports = [estimator, ...(loss === null || loss === "squaredError" ? [] : [loss])];
  const table = nWithout === 0 ? "columns" : "rows";
  const options = [
    ...Object.entries(validation ?? {}).map(([name, value]) => `${name}: ${literal(value)}`),
    ...(subject === null ? [] : [`sampleGroups: ${table}[${literal(subject)}]`]),
  ];
  const lines = [
    importOf(imports, "smooth-edges"),
    `import { readCsv } from "smooth-edges/data";`,
    `import { pipeline } from "smooth-edges/frame";`,
    "",
    readCsvCode(data, reading, plan.hasUnnamed),
    ...(nWithout === 0 ? [] : completeRowsCode(responses)),
    `const model = pipeline(${literal(columns)}, ${estimatorCode(plan)});`,
    ...(validation === null
      ? [`const fit = model.fit(${table});`]
      : [
          `const cv = model.crossValidate(${[table, ...(options.length > 0 ? [`{ ${options.join(", ")} }`] : [])].join(", ")});`,
          `const fit = cv.${choose};`,
        ]),
    "console.log(String(fit));",
  ];
  return `${lines.join("\n")}\n`;
}

/** Keeps the rows that have a response. */
function completeRowsCode(responses: readonly string[]): string[] {
  const tests = responses.map((name) => `columns[${literal(name)}][i] !== null`).join(" && ");
  return [
    "const rows = Object.fromEntries(",
    `  Object.entries(columns).map(([name, values]) => [name, values.filter((_, i) => ${tests})]),`,
    ");",
  ];
}

function estimatorCode({ estimator, loss, options, groups }: FitPlan): string {
  const theta = loss === "negativeBinomial" ? '{ theta: "estimate" }' : "";
  const given = [
    ...(groups ? ["groups: groupNames"] : []),
    ...(loss === null || loss === "squaredError" ? [] : [`datafit: ${loss}(${theta})`]),
    ...Object.entries(options).map(([name, value]) => `${name}: ${literal(value)}`),
  ];
  const made = `new ${estimator}(${given.length > 0 ? `{ ${given.join(", ")} }` : ""})`;
  return groups ? `({ groupNames }) => ${made}` : made;
}
