/** Node's internals, which a flag of the kernel exposes. */

/** Returns an internal module of Node; an empty one where the kernel was started without `--expose-internals`. */
export function nodeInternals<T>(name: string): Partial<T> {
  const { emitWarning } = process;
  // Node warns of their use.
  process.emitWarning = () => {};
  try {
    const { internalBinding } = require("internal/test/binding") as {
      internalBinding(name: string): Partial<T>;
    };
    return internalBinding(name);
  } catch {
    return {};
  } finally {
    process.emitWarning = emitWarning;
  }
}
