// What a reader changed in the code of the playground; the browser keeps it until the window is closed, where it keeps anything.

const keyOf = (name) => `playground ${name}`;

/** Returns the changed code of that name; undefined where none was kept. */
export function draftOf(name) {
  try {
    return sessionStorage.getItem(keyOf(name)) ?? undefined;
  } catch {
    return undefined;
  }
}

/** Keeps the changed code of that name. Without room or leave to keep it, a change is on the page alone. */
export function keepDraft(name, code) {
  try {
    sessionStorage.setItem(keyOf(name), code);
  } catch {}
}

export function dropDraft(name) {
  try {
    sessionStorage.removeItem(keyOf(name));
  } catch {}
}
