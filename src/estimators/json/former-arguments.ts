/** Reads the arguments of factories that files of former versions hold. */
import type { Factories } from "../../recipe";

/** The names of the options that a factory once took as arguments, in order; `null` stands for one that it still takes. */
const formerArguments: Readonly<Record<string, readonly (string | null)[]>> = {
  alternatingRidge: ["depth"],
  multiStart: [null, "direct", "last", "dense"],
  multinomial: ["nClasses"],
  lq: ["q"],
  groupLq: [null, "q"],
  groupLpq: [null, "p", "q"],
  nuclear: ["nColumns"],
  schatten: ["nColumns", "q"],
  hadamardProduct: ["depth"],
  hadamardDifference: ["depth"],
  hadamardPower: ["depth"],
  signedPower: ["depth"],
  groupHadamardProduct: [null, "depth"],
  groupHadamardPower: [null, "depth"],
  nestedHadamard: [null, "elementwiseDepth", "depth"],
  lowRankProduct: ["nColumns", "rank", "depth"],
};

/** Factories that also take the arguments which files of former versions hold. */
export function acceptingFormerArguments(factories: Factories): Factories {
  const accepting = Object.entries(formerArguments)
    .filter(([name]) => Object.hasOwn(factories, name))
    .map(([name, names]) => {
      const factory = factories[name] as (...args: readonly unknown[]) => unknown;
      return [name, (...args: readonly unknown[]) => factory(...withOptions(names, args))];
    });
  return { ...factories, ...Object.fromEntries(accepting), surrogateDescent: withFormerStart(factories) };
}

/** Reads the option `start` of a surrogate's descent, which is `init` today. */
function withFormerStart(factories: Factories): (...args: readonly unknown[]) => unknown {
  const surrogateDescent = factories.surrogateDescent as (...args: readonly unknown[]) => unknown;
  return (parametrization, optimizer, options = {}) => {
    const { start, ...rest } = options as { readonly start?: unknown };
    return surrogateDescent(
      parametrization,
      optimizer,
      start === undefined ? rest : { init: start, ...rest },
    );
  };
}

/** The arguments of today for those of a former version; arguments of today stay as they are. */
function withOptions(names: readonly (string | null)[], args: readonly unknown[]): readonly unknown[] {
  const nKept = names.lastIndexOf(null) + 1;
  const first = args[nKept];
  const isFormer = typeof first === "number" || args.length > nKept + 1 || "solve" in Object(first);
  if (!isFormer) return args;
  const named = names.slice(nKept).map((name, k) => [name, args[nKept + k]]);
  return [...args.slice(0, nKept), { ...Object.fromEntries(named), ...Object(args[names.length]) }];
}
