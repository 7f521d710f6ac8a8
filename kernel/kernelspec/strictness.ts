/**
 * Finds out whether cells are checked strictly from the first one on. The metadata of their notebook say so; a kernel can read
 * them, but no front end lets it write them.
 */
import { readFileSync } from "node:fs";

/** The field of a notebook's metadata that has a field `strict`. */
const FIELD = "smooth-edges";

/** Whether a notebook's metadata ask for strict checks. */
function isStrictNotebook(metadata: object): boolean {
  const own = (metadata as Record<string, unknown>)[FIELD];
  return typeof own === "object" && own !== null && (own as Record<string, unknown>).strict === true;
}

/** Returns the environment of a kernel for a notebook that a program has read. */
export function strictEnvironment(metadata: object): { readonly SMOOTH_EDGES_STRICT: "1" | "0" } {
  return { SMOOTH_EDGES_STRICT: isStrictNotebook(metadata) ? "1" : "0" };
}

/**
 * Whether a kernel starts with strict checks.
 *
 * @param env `SMOOTH_EDGES_STRICT`, 1 or 0, and else `JPY_SESSION_NAME`, in which a Jupyter server passes the notebook's path
 */
export function startsStrict(env: NodeJS.ProcessEnv): boolean {
  const { SMOOTH_EDGES_STRICT: said, JPY_SESSION_NAME: path = "" } = env;
  if (said === "1" || said === "0") return said === "1";
  if (!path.endsWith(".ipynb")) return false;
  try {
    const text = readFileSync(path, "utf8");
    // Outputs make notebooks long, so only those that contain the word are parsed.
    return text.includes('"strict"') && isStrictNotebook((JSON.parse(text) as { metadata: object }).metadata);
  } catch {
    // The front end reports a notebook that cannot be read.
    return false;
  }
}
