/** Keeps the code that V8 makes of modules, the kernel's and those that cells load, for the kernels that start later. */
import Module from "node:module";
import { homedir } from "node:os";
import { join } from "node:path";

// Declarations of Node 20 leave out what later ones have.
const { enableCompileCache } = Module as { enableCompileCache?: (folder: string) => unknown };

/** From Node 22.8 on; where the folder cannot be written to, Node goes on without it. */
export function keepModuleCode(): void {
  enableCompileCache?.(moduleCodeFolder());
}

/** In the user's own folder for what can be made again: nobody else is to write what is run. */
export function moduleCodeFolder(
  env: NodeJS.ProcessEnv = process.env,
  platform: NodeJS.Platform = process.platform,
  home: string = homedir(),
): string {
  const caches =
    platform === "darwin"
      ? join(home, "Library", "Caches")
      : platform === "win32"
        ? env.LOCALAPPDATA || join(home, "AppData", "Local")
        : env.XDG_CACHE_HOME || join(home, ".cache");
  return join(caches, "smooth-edges", "module-code");
}
