/**
 * The object behind `exports` in every cell: the variables of the notebook.
 *
 * Getters that compiled modules define for imported names are evaluated at once, so that a later cell can replace
 * them.
 *
 * @param onAssigned told of each name that gets a value
 */
export function flatExports(onAssigned: (name: string) => void): Record<string, unknown> {
  const target: Record<string, unknown> = {};
  return new Proxy(target, {
    set(_target, name, value) {
      target[name as string] = value;
      onAssigned(name as string);
      return true;
    },
    defineProperty(_target, name, { get, value }) {
      target[name as string] = get ? get() : value;
      onAssigned(name as string);
      return true;
    },
  });
}
