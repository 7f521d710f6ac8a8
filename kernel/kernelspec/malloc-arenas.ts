/**
 * What a specification sets, for the C library of Linux: one pool of memory for all threads, since each further one keeps megabytes
 * that nobody uses; and the user's own value, which who starts the kernel fills in.
 */
export const ARENA_SETTINGS = {
  MALLOC_ARENA_MAX: "1",
  // biome-ignore lint/suspicious/noTemplateCurlyInString: a reference as specifications have them
  SMOOTH_EDGES_USERS_MALLOC_ARENA_MAX: "${MALLOC_ARENA_MAX}",
} as const;

/**
 * Takes out of `env` what the specification set, so that processes that cells start have the user's own `MALLOC_ARENA_MAX`, or none.
 *
 * Where there was none, Jupyter leaves the reference as it stands and other front ends an empty text. A kernel that was started
 * without the specification keeps its `env`.
 */
export function restoreArenas(env: NodeJS.ProcessEnv = process.env): void {
  const own = env.SMOOTH_EDGES_USERS_MALLOC_ARENA_MAX;
  if (own === undefined) return;
  delete env.SMOOTH_EDGES_USERS_MALLOC_ARENA_MAX;
  if (own === "" || own.startsWith("$")) delete env.MALLOC_ARENA_MAX;
  else env.MALLOC_ARENA_MAX = own;
}
