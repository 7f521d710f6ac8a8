/** Stands in for modules that a browser has not, where packages and the code of figures need them for some of their functions alone. */
import { functionMissing, packageMissing } from "../errors";

/**
 * Returns what stands in for a package; its use by a function fails in a sentence.
 *
 * @param user the package that requires it
 */
export function missingPackage(name: string, user: string): object {
  return new Proxy(
    {},
    {
      get(_target, key) {
        if (key === "__esModule") return true;
        // Each new frame of danfojs asks whether its data are a tensor; none can be one.
        if (key === "Tensor") return class Tensor {};
        throw packageMissing(name, user);
      },
    },
  );
}

/** Returns what stands in for a function of a module of Node; a call of it fails in a sentence. */
export function missingFunction(name: string): () => never {
  return () => {
    throw functionMissing(name);
  };
}
