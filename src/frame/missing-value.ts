/** What frame libraries write where there is no value; a CSV file has an empty text there. */
export function isMissing(value: unknown): boolean {
  return value === undefined || value === null || value === "" || Number.isNaN(value);
}
