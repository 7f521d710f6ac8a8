import { InputError, InternalError } from "../../errors";

/** An error as plain texts, since a copy of it would forget its class. */
export interface SentError {
  readonly name: string;
  readonly message: string;
  readonly stack: string | undefined;
}

const classes: readonly (new (message: string) => Error)[] = [
  InputError,
  InternalError,
  RangeError,
  TypeError,
];

export function sentError(error: unknown): SentError {
  const { name, message, stack } = error instanceof Error ? error : new Error(String(error));
  return { name, message, stack };
}

/** The error as it was thrown, its stack that of the thread where it was. */
export function receivedError({ name, message, stack }: SentError): Error {
  const Class = classes.find((each) => each.name === name) ?? Error;
  const error = new Class(message);
  error.stack = stack;
  return error;
}
