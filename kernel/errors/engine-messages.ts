/**
 * Messages of V8 without the names that compiled cells have for what the user wrote: `(0 , __variables__.d) is not a function` is
 * `d is not a function`.
 */
import { isNativeError } from "node:util/types";

/** What V8 says of an expression that it quotes; nothing else is touched, as it is text of a program. */
const QUOTING: readonly RegExp[] = [
  / is not (?:a function|a constructor|iterable|async iterable)(?:$| |\.)/,
  /^Cannot destructure /,
  / is not defined$/,
  /^Class extends value /,
];

/**
 * The message with the names that the user wrote.
 *
 * @param isVariable whether a name is one of the notebook's variables
 */
export function withoutCompilerNames(
  message: string,
  thrown: unknown,
  isVariable: (name: string) => boolean,
): string {
  if (!isNativeError(thrown) || !QUOTING.some((pattern) => pattern.test(message))) return message;
  return message
    .replace(/\(0 , ([\w$]+)\.([^\s().]+)\)/g, (whole, owner: string, name: string) =>
      isOwner(owner, name, isVariable) || /_\d+$/.test(owner) ? name : whole,
    )
    .replace(
      /(?<![\w$.])(__variables__|exports)\.([\p{ID_Continue}$]+)/gu,
      (whole, owner: string, name: string) => (isOwner(owner, name, isVariable) ? name : whole),
    );
}

function isOwner(owner: string, name: string, isVariable: (name: string) => boolean): boolean {
  return owner === "__variables__" || (owner === "exports" && isVariable(name));
}
