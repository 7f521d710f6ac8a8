/** The TypeScript that repeats what `smooth-edges fit` did ({@link planCode}). */
import type { FitPlan } from "./fit-plan";

/**
 * Writes the code of a plan, whose `fit` is the model of the command.
 *
 * @param data the path of the file as the code reads it.
 */
export function planCode(plan: FitPlan, data: string = plan.data): string {
  const { reading, columns, validation, subject, choose, nWithout, responses, estimator, loss } = plan;
  const imports = [estimator, ...(loss === null || loss === "squaredError" ? [] : [loss])];
  const isUnnamed = plan.hasUnnamed;
  const table = nWithout === 0 ? "columns" : "rows";
  const options = [
    ...Object.entries(validation ?? {}).map(([name, value]) => `${name}: ${literal(value)}`),
    ...(subject === null ? [] : [`sampleGroups: ${table}[${literal(subject)}]`]),
  ];
  const lines = [
    `import { ${imports.sort(byLetters).join(", ")} } from "smooth-edges";`,
    `import { readCsv } from "smooth-edges/data";`,
    `import { pipeline } from "smooth-edges/frame";`,
    "",
    `const ${isUnnamed ? '{ "": unnamed, ...columns }' : "columns"} = readCsv(${[literal(data), ...(Object.keys(reading).length > 0 ? [literal(reading)] : [])].join(", ")});`,
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

/** Writes a value as code has it, with names in quotes only where they need some. */
function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([name, each]) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: ${literal(each)}`,
  );
  return `{ ${fields.join(", ")} }`;
}

function byLetters(a: string, b: string): number {
  return a < b ? -1 : 1;
}
