import { existsSync } from "node:fs";
import { homedir } from "node:os";
import { join } from "node:path";
import { InputError } from "../../errors";

/** Where data that do not come with the package are kept. */
export function dataFolder(): string {
  return process.env.SMOOTH_EDGES_DATA || join(homedir(), ".cache", "smooth-edges");
}

/** A data set that does not come with the package. */
export interface DataAtHand {
  /** Its folder within {@link dataFolder}. */
  readonly name: string;
  readonly files: readonly string[];
  /** Folders in which packages of operating systems put it. */
  readonly systemFolders: readonly string[];
  /** How to get it, as part of a sentence. */
  readonly source: string;
}

/**
 * The files of a data set, each as it is or gzipped: in the folder that is given, else in that of the data set within
 * {@link dataFolder}, else where an operating system has them.
 *
 * @throws InputError that says where to get them and where to put them.
 */
export function filesOf(where: string, data: DataAtHand, folder?: string): string[] {
  const own = join(dataFolder(), data.name);
  const folders = folder === undefined ? [own, ...data.systemFolders] : [folder];
  for (const place of folders) {
    const paths = data.files.map((file) =>
      [file, `${file}.gz`].map((name) => join(place, name)).find((path) => existsSync(path)),
    );
    if (paths.every((path) => path !== undefined)) return paths;
  }
  const files = data.files.join(", ");
  throw new InputError(
    `${where}: ${folder ?? own} must have ${files}, perhaps gzipped, got not all of them; ${data.source}`,
  );
}
