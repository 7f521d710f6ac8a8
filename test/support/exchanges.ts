/** What tests want to know of an exchange with a kernel. */
import { stripVTControlCharacters } from "node:util";
import type { Exchange, Received, TestKernel } from "./test-kernel";

/** Text of a stream over all its messages. */
export function streamText(exchange: { readonly iopub: readonly Received[] }, name = "stdout"): string {
  return exchange.iopub
    .filter(({ type, content }) => type === "stream" && content.name === name)
    .map(({ content }) => content.text)
    .join("");
}

/** The one message of a type, undefined where there is none. */
export function only(exchange: { readonly iopub: readonly Received[] }, type: string): Received | undefined {
  const found = exchange.iopub.filter((message) => message.type === type);
  if (found.length > 1) throw new Error(`${found.length} messages of type ${type}`);
  return found[0];
}

/** `text/plain` of the cell's result. */
export function resultText(exchange: Exchange): string | undefined {
  const data = only(exchange, "execute_result")?.content.data as Record<string, string> | undefined;
  return data?.["text/plain"];
}

/** The traceback of the cell's error as one text, without its colours. */
export function tracebackOf(exchange: Exchange): string {
  const traceback = (only(exchange, "error")?.content.traceback ?? []) as string[];
  return stripVTControlCharacters(traceback.join("\n"));
}

/** Whether a kernel's process still answers on the socket of its heartbeat. */
export async function hasHeartbeat({ heart }: TestKernel): Promise<boolean> {
  await heart.send("beat");
  const [answer] = await heart.receive();
  return String(answer) === "beat";
}
