import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { UsageError } from "../../kernel/errors";
import { writeFileAtomically } from "../../src/file-writing";
import { ROOT } from "../root";
import type { Finished, Result, Setting, Study, Task } from "../studies/study";
import type { Entry } from "./journal";
import { checksumOf, type Manifest, manifestOf } from "./manifest";

/** Where the records that come with the package's source lie. */
export const RECORDS: string = join(ROOT, "figures/records");

/** The two files of a study in a setting. */
export function recordFiles(
  folder: string,
  setting: Setting,
  name: string,
): { records: string; manifest: string } {
  const start = join(folder, setting, name);
  return { records: `${start}.jsonl`, manifest: `${start}.manifest.json` };
}

/**
 * Writes the records of a study, a line each in the order of its tasks, and their manifest.
 *
 * The records are the same bytes however the tasks were spread over processes and machines.
 *
 * @throws UsageError that names tasks which are not finished.
 */
export function writeRecords(
  folder: string,
  setting: Setting,
  study: Study,
  entries: readonly Entry[],
): Manifest {
  const byTask = new Map(entries.map((entry) => [entry.task, entry]));
  const tasks = study.tasks(setting);
  const missing = tasks.filter(({ id }) => !byTask.has(id));
  if (missing.length > 0) {
    throw new UsageError(
      `${study.name}: ${missing.length} of ${tasks.length} tasks are not finished, the first is "${missing[0].id}"; run the rest and merge again`,
    );
  }
  const finished = tasks.map(({ id }) => byTask.get(id) as Entry);
  const text = finished.map(({ task, result }) => `${JSON.stringify({ task, result })}\n`).join("");
  const manifest = manifestOf(study, setting, finished, text);
  const files = recordFiles(folder, setting, study.name);
  mkdirSync(dirname(files.records), { recursive: true });
  writeFileAtomically(files.records, text);
  writeFileAtomically(files.manifest, `${JSON.stringify(manifest, undefined, 2)}\n`);
  return manifest;
}

/**
 * The finished tasks of a study, as they were recorded.
 *
 * @throws UsageError when there are none, or the file is not what its manifest says.
 */
export function readRecords<R = Result>(
  study: Study,
  setting: Setting,
  folder: string = RECORDS,
): Finished<Task, R>[] {
  const files = recordFiles(folder, setting, study.name);
  if (!existsSync(files.records)) {
    throw new UsageError(
      `${study.name} has no records of the ${setting} setting; make them by npm run reproduce -- --${setting} ${study.name}`,
    );
  }
  const text = readFileSync(files.records, "utf8");
  const { sha256 } = readManifest(study, setting, folder);
  if (checksumOf(text) !== sha256) {
    throw new UsageError(`${files.records} is not the file that its manifest describes; make both anew`);
  }
  const tasks = new Map(study.tasks(setting).map((task) => [task.id, task]));
  return text
    .trimEnd()
    .split("\n")
    .flatMap((line) => {
      const { task, result } = JSON.parse(line) as { task: string; result: R };
      const known = tasks.get(task);
      return known ? [{ task: known, result }] : [];
    });
}

export function readManifest(study: Study, setting: Setting, folder: string = RECORDS): Manifest {
  return JSON.parse(readFileSync(recordFiles(folder, setting, study.name).manifest, "utf8")) as Manifest;
}
