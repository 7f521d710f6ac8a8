import { dirname } from "node:path";
import { noActiveEnvironment, placesExcludeEachOther } from "./errors";
import {
  installKernelSpec,
  KERNEL_NAME,
  ownKernelSpec,
  prefixDataFolder,
  userDataFolder,
} from "./kernelspec";

/** Where `smooth-edges kernel install` was asked to write; the user's own folder where nothing is given. */
export interface InstallCommandOptions {
  readonly user?: boolean;
  readonly prefix?: string;
  readonly sysPrefix?: boolean;
}

/**
 * Installs the kernelspec and returns what to tell about it.
 *
 * @throws {UsageError} when the place is given twice, does not exist or cannot be written to
 */
export function installCommand(options: InstallCommandOptions, env: NodeJS.ProcessEnv = process.env): string {
  const spec = ownKernelSpec();
  const folder = installKernelSpec(spec, dataFolder(options, env));
  return [
    `Installed the kernel "${spec.display_name}" in`,
    `  ${folder}`,
    "It runs this copy of the package with this Node; install it again after moving either:",
    `  ${spec.argv[3]}`,
    `  ${spec.argv[0]}`,
    ...(__dirname.includes("_npx")
      ? [
          "This copy lies in npx's cache, which npm may empty; `npm install smooth-edges` gives one that stays.",
        ]
      : []),
    ...(options.prefix === undefined
      ? []
      : [`A Jupyter from elsewhere finds it with JUPYTER_PATH=${dirname(dirname(folder))}`]),
    "Use it:",
    `  jupyter lab                        and choose "${spec.display_name}"`,
    "  npx smooth-edges run NOTEBOOK      without Jupyter",
    `  jupyter nbconvert --to notebook --execute --ExecutePreprocessor.kernel_name=${KERNEL_NAME} NOTEBOOK`,
    "",
  ].join("\n");
}

function dataFolder({ user, prefix, sysPrefix }: InstallCommandOptions, env: NodeJS.ProcessEnv): string {
  const given = [user && "--user", prefix !== undefined && "--prefix", sysPrefix && "--sys-prefix"].filter(
    (option) => typeof option === "string",
  );
  if (given.length > 1) throw placesExcludeEachOther(given);
  if (prefix !== undefined) return prefixDataFolder(prefix);
  if (!sysPrefix) return userDataFolder(env);
  const active = env.VIRTUAL_ENV || env.CONDA_PREFIX;
  if (!active) throw noActiveEnvironment();
  return prefixDataFolder(active);
}
