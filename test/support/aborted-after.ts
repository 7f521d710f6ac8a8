/** A signal that is aborted once it has been asked so often, and how often it was. */
export function abortedAfter(polls: number): { readonly aborted: boolean; readonly polls: number } {
  let count = 0;
  return {
    get aborted() {
      return ++count > polls;
    },
    get polls() {
      return count;
    },
  };
}
