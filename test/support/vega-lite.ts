import assert from "node:assert/strict";
import Ajv, { type ValidateFunction } from "ajv";
import { compile, type TopLevelSpec } from "vega-lite";
import type { ChartSpec } from "../../src/plot";

let validate: ValidateFunction | undefined;

/** Asserts that a specification obeys Vega-Lite's own JSON schema. */
export function assertObeysSchema(spec: ChartSpec): void {
  validate ??= new Ajv({ strict: false, validateFormats: false }).compile(
    require("vega-lite/build/vega-lite-schema.json"),
  );
  const errors = validate(spec) ? [] : (validate.errors ?? []);
  assert.deepEqual(
    errors.slice(0, 3).map(({ instancePath, message }) => `${instancePath} ${message}`),
    [],
  );
}

/** What Vega-Lite says about a specification while compiling it. */
export function compilerMessages(spec: ChartSpec): string[] {
  const messages: string[] = [];
  const note = (...args: readonly unknown[]) => {
    messages.push(args.join(" "));
    return logger;
  };
  const logger = { level: () => logger, error: note, warn: note, info: () => logger, debug: () => logger };
  compile(structuredClone(spec) as unknown as TopLevelSpec, { logger: logger as never });
  return messages;
}

/** Every line of text that an SVG shows, in document order. */
export function textsOf(svg: string): string[] {
  return [...svg.matchAll(/<(?:text|tspan)[^>]*>([^<]+)</g)].map(([, text]) =>
    text.replaceAll("&lt;", "<").replaceAll("&gt;", ">").replaceAll("&amp;", "&"),
  );
}

/** Every text that an SVG shows from left to right within its group. */
export function textsFromLeft(svg: string): string[] {
  return [...svg.matchAll(/<text[^>]*translate\(([-\d.]+),[^>]*>([^<]+)</g)]
    .sort(([, a], [, b]) => Number(a) - Number(b))
    .map(([, , text]) => text);
}
