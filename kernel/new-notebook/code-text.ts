/** Writes parts of TypeScript for notebooks and reports. */

/** Writes a value as code has it, with names in quotes only where they need some. */
export function literal(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(literal).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const fields = Object.entries(value).map(
    ([name, each]) => `${/^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name)}: ${literal(each)}`,
  );
  return fields.length === 0 ? "{}" : `{ ${fields.join(", ")} }`;
}

/** Writes the import of names, in the order of their letters. */
export function importOf(names: readonly string[], module: string): string {
  const sorted = [...names].sort((a, b) => (a < b ? -1 : 1));
  return `import { ${sorted.join(", ")} } from ${JSON.stringify(module)};`;
}

/** Writes the reading of a CSV file into `columns`. @param hasUnnamed whether a column has no name, which no frame can have */
export function readCsvCode(path: string, options: object, hasUnnamed: boolean): string {
  const given = Object.keys(options).length > 0 ? [literal(options)] : [];
  const columns = hasUnnamed ? '{ "": unnamed, ...columns }' : "columns";
  return `const ${columns} = readCsv(${[literal(path), ...given].join(", ")});`;
}
