/** What danfojs-node gets for packages that a browser has not, and that it needs for some of its functions alone. */
import { packageMissing } from "../errors";

/** Returns what stands in for a package; its use by a function fails in a sentence. */
export function missingPackage(name: string): object {
  return new Proxy(
    {},
    {
      get(_target, key) {
        if (key === "__esModule") return true;
        // Each new frame asks whether its data are a tensor; none can be one.
        if (key === "Tensor") return class Tensor {};
        throw packageMissing(name, "danfojs-node");
      },
    },
  );
}
