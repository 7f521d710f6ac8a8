/**
 * Keeps Node from aborting when an interrupt ends a callback, of a timer say, before it has left the asynchronous stack.
 *
 * `--no-force-async-hooks-checks` alone leaves the checks out only until a hook is enabled, which the first
 * `AsyncLocalStorage` in use does (newer versions of Node use no hooks for it).
 */
import { createHook } from "node:async_hooks";

interface AsyncWrap {
  readonly async_hook_fields: Uint32Array;
  readonly constants: { readonly kCheck: number };
}

/** Does nothing where this version of Node keeps its checks elsewhere. */
export function leaveOutAsyncHookChecks(): void {
  const { async_hook_fields: fields, constants } = asyncWrap();
  if (!fields || constants?.kCheck === undefined) return;
  const { kCheck } = constants;
  fields[kCheck] = 0;
  const prototype = Object.getPrototypeOf(createHook({})) as Record<"enable" | "disable", () => unknown>;
  for (const name of ["enable", "disable"] as const) {
    const original = prototype[name];
    prototype[name] = function (this: unknown) {
      const result = original.call(this);
      fields[kCheck] = 0;
      return result;
    };
  }
}

function asyncWrap(): Partial<AsyncWrap> {
  const { binding } = process as unknown as { binding?: (name: string) => Partial<AsyncWrap> };
  const { noDeprecation } = process;
  // Node asks not to use this, and no other way leads there.
  process.noDeprecation = true;
  try {
    return binding?.("async_wrap") ?? {};
  } catch {
    return {};
  } finally {
    process.noDeprecation = noDeprecation;
  }
}
