/** Finds the files that names and patterns stand for ({@link matchingFiles}). */
import { filesFor } from "#platform";
import { mustBe } from "../../errors";
import { otherFormat, query, quoted, READERS, withDuckDb } from "./duckdb";

/** Returns a pattern that matches one path alone: in brackets, `*`, `?` and `[` stand for themselves. */
export function asPattern(path: string): string {
  return path.replace(/[*?[]/g, "[$&]");
}

/** Returns the kind of a file, by the end of its name. */
export function readerOf(path: string): "parquet" | "csv" | undefined {
  return READERS.find(([pattern]) => pattern.test(path))?.[1];
}

/** The files of names and patterns, in alphabetical order. */
export async function matchingFiles(
  where: string,
  paths: string | readonly string[],
  isLiteral: boolean,
): Promise<string[]> {
  const given = typeof paths === "string" ? [paths] : paths;
  if (
    !(
      Array.isArray(given) &&
      given.length > 0 &&
      given.every((path) => typeof path === "string" && path !== "")
    )
  )
    throw mustBe(
      where,
      "path",
      isLiteral
        ? "that of a .parquet, .csv or .tsv file"
        : 'the name of a file, a pattern such as "part-*.parquet", or a list of them',
      paths,
    );
  const unreadable = given.find((path) => readerOf(path) === undefined && isLiteral);
  if (unreadable !== undefined)
    throw mustBe(where, "path", "that of a .parquet, .csv or .tsv file", unreadable, otherFormat(unreadable));
  const { isFolder, resolve } = filesFor(where);
  const found = new Set<string>();
  for (const path of given as readonly string[]) {
    const file = resolve(path);
    if (isFolder(file) === false) {
      found.add(file);
      continue;
    }
    if (isFolder(file))
      throw mustBe(
        where,
        "path",
        "that of files",
        path,
        "it is a folder, so name its files, as in folder/*.parquet",
      );
    if (isLiteral)
      throw mustBe(
        where,
        "path",
        "the path of a file that can be read",
        path,
        `there is no such file: ${file}`,
      );
    const answer = await withDuckDb(where, (connection) =>
      query(where, () => connection.runAndReadAll(`SELECT file FROM glob(${quoted(file)}) ORDER BY file`)),
    );
    const matching = answer.getRows().map(([name]) => String(name));
    if (matching.length === 0)
      throw mustBe(where, "path", "that of at least one file", path, `no file matches ${file}`);
    for (const each of matching) found.add(each);
  }
  const files = [...found];
  const other = files.find((file) => readerOf(file) === undefined);
  if (other) throw mustBe(where, "path", "that of .parquet, .csv or .tsv files", other, otherFormat(other));
  const [first] = files;
  const mixed = files.find((file) => readerOf(file) !== readerOf(first));
  if (mixed) throw mustBe(where, "path", `of one format, as ${first} is`, mixed);
  return files;
}
