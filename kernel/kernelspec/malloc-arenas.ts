/**
 * Variables of the kernel's environment for the C library of Linux. One memory arena for all threads, since each further one keeps
 * megabytes that nobody uses; and the user's own value, which the program that starts the kernel fills in.
 */
export const ARENA_SETTINGS = {
  MALLOC_ARENA_MAX: "1",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as specifications have them
  SMOOTH_EDGES_USERS_MALLOC_ARENA_MAX: "${MALLOC_ARENA_MAX}",
} as const;

/**
 * Restores the user's own `MALLOC_ARENA_MAX` in `env`, or none, for the processes that cells start.
 *
 * Where the user has none, Jupyter leaves the reference as it is and other front ends leave an empty text. A kernel that was
 * started without the specification keeps its `env`.
 */
export function restoreArenas(env: NodeJS.ProcessEnv = process.env): void {
  const own = env.SMOOTH_EDGES_USERS_MALLOC_ARENA_MAX;
  if (own === undefined) return;
  delete env.SMOOTH_EDGES_USERS_MALLOC_ARENA_MAX;
  if (own === "" || own.startsWith("$")) delete env.MALLOC_ARENA_MAX;
  else env.MALLOC_ARENA_MAX = own;
}
