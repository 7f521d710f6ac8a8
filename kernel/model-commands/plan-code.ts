/** The TypeScript that repeats what `smooth-edges fit` did ({@link planCode}). */
import { importOf, literal, readCsvCode } from "../new-notebook/code-text";
import { type FitPlan, offsetColumn } from "./fit-plan";

/**
 * Writes the code of a plan, whose `fit` is the model of the command.
 *
 * @param data the path of the file as the code reads it.
 */
export function planCode(plan: FitPlan, data: string = plan.data): string {
  const { reading, columns, validation, choose, nWithout, responses, estimator, loss } = plan;
  const imports = [estimator, ...(loss === null || loss === "squaredError" ? [] : [loss])];
  const table = nWithout === 0 ? "columns" : "rows";
  const options = [
    ...Object.entries(validation ?? {}).map(([name, value]) => `${name}: ${literal(value)}`),
    ...rowOptionsCode(plan, table),
  ];
  const given = [table, ...(options.length > 0 ? [`{ ${options.join(", ")} }`] : [])].join(", ");
  const lines = [
    importOf(imports, "smooth-edges"),
    `import { readCsv } from "smooth-edges/data";`,
    `import { pipeline } from "smooth-edges/frame";`,
    "",
    readCsvCode(data, reading, plan.hasUnnamed),
    ...(nWithout === 0 ? [] : completeRowsCode(responses)),
    `const model = pipeline(${literal(columns)}, ${estimatorCode(plan)});`,
    ...(validation === null
      ? [`const fit = model.fit(${given});`]
      : [`const cv = model.crossValidate(${given});`, `const fit = cv.${choose};`]),
    "console.log(String(fit));",
  ];
  return `${lines.join("\n")}\n`;
}

/** The options that have one value a row: of the rows that are read, where those with missing values are left out. */
function rowOptionsCode(
  { columns, subject, sampleWeight, offset, validation }: FitPlan,
  table: string,
): string[] {
  const valuesOf = (name: string, map: string): string =>
    columns.missing === "drop"
      ? `Array.from(model.read(${table}).data.rows, (i) => ${map.replace("value", `${table}[${literal(name)}][i]`)})`
      : `${table}[${literal(name)}]${map === "value" ? "" : `.map((value) => ${map})`}`;
  const aside = offset === null ? undefined : offsetColumn(offset, []);
  return [
    ...(subject === null || validation === null ? [] : [`sampleGroups: ${valuesOf(subject, "value")}`]),
    ...(sampleWeight === null ? [] : [`sampleWeight: ${valuesOf(sampleWeight, "Number(value)")}`]),
    ...(aside === undefined
      ? []
      : [`offset: ${valuesOf(aside.name, aside.isLog ? "Math.log(Number(value))" : "Number(value)")}`]),
  ];
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

function estimatorCode({ estimator, loss, options, groups, penaltyFactors }: FitPlan): string {
  const theta = loss === "negativeBinomial" ? '{ theta: "estimate" }' : "";
  const factors = Object.entries(penaltyFactors).map(([name, factor]) => literal([name, factor]));
  const given = [
    ...(groups ? ["groups: groupNames"] : []),
    ...(factors.length === 0
      ? []
      : [`penaltyFactors: groupNames.map((name) => new Map([${factors.join(", ")}]).get(name) ?? 1)`]),
    ...(loss === null || loss === "squaredError" ? [] : [`datafit: ${loss}(${theta})`]),
    ...Object.entries(options).map(([name, value]) => `${name}: ${literal(value)}`),
  ];
  const made = `new ${estimator}(${given.length > 0 ? `{ ${given.join(", ")} }` : ""})`;
  return groups || factors.length > 0 ? `({ groupNames }) => ${made}` : made;
}
