/**
 * Makes the MIME bundle of a specification of Vega-Lite or Vega: itself, in a version that front ends draw, and a picture for those
 * that draw none, such as GitHub.
 *
 * JupyterLab 4, Notebook 7 and VS Code draw version 5 of both. A later specification that obeys the schema of version 5 means the
 * same there, and is offered as one.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { MimeBundle } from "../../src/display/mime-bundle";
import type { ChartSpec, JsonObject } from "../../src/plot/rendering/chart-spec";

type Grammar = "vega" | "vega-lite";

/** The version of both grammars that front ends and this package's own renderer draw. */
const DRAWN_VERSION = 5;
const SCHEMA = /^(.*\/schema\/(vega|vega-lite)\/v)(\d+)/;

/** Pixels of the picture for each pixel of the chart. */
const PICTURE_SCALE = 1.5;
/** Maximum wait for a picture, whose data may come from the network; only some front ends need it. */
const PICTURE_WAIT_MS = 5000;

/**
 * Returns the bundle of a specification; undefined where its `$schema` is not that of a chart.
 *
 * @param text stands for the chart where nothing draws it
 */
export function chartBundle(given: JsonObject, text: string): MimeBundle | Promise<MimeBundle> | undefined {
  const [, start, grammar, version] = SCHEMA.exec(String(given.$schema)) ?? [];
  if (start === undefined) return undefined;
  const isLater = Number(version) > DRAWN_VERSION && obeysDrawnVersion(given, grammar as Grammar);
  const spec = isLater ? { ...given, $schema: `${start}${DRAWN_VERSION}.json` } : given;
  const drawn = isLater ? DRAWN_VERSION : Number(version);
  const type = `application/vnd.${grammar?.replace("-", "")}.v${drawn}+json`;
  const bundle: MimeBundle = { [type]: spec, "text/plain": text };
  return drawn === DRAWN_VERSION ? withPicture(bundle, spec) : bundle;
}

/** Adds a picture to a chart; a chart that cannot be drawn stays as it is. */
async function withPicture(bundle: MimeBundle, spec: JsonObject): Promise<MimeBundle> {
  // This loads Vega, which takes a second.
  const { renderForNotebook } =
    require("../../src/plot/rendering/render") as typeof import("../../src/plot/rendering/render");
  const described: ChartSpec = { ...spec, description: String(spec.description ?? "a Vega-Lite chart") };
  const drawn = renderForNotebook(described, PICTURE_SCALE).catch(() => ({}));
  return { ...bundle, ...(await Promise.race([drawn, sleep(PICTURE_WAIT_MS, {}, { ref: false })])) };
}

/** Rows of a list that are compared with a schema; the rows behind them are of the same kind. */
const EXAMINED_ROWS = 100;

/** Whether a specification of a later version is also one of the version that is drawn, by that version's JSON schema. */
function obeysDrawnVersion(spec: JsonObject, grammar: Grammar): boolean {
  try {
    const examined = JSON.stringify(spec, (_, value: unknown) =>
      Array.isArray(value) ? value.slice(0, EXAMINED_ROWS) : value,
    );
    return validatorOf(grammar).validate(JSON.parse(examined)).valid;
  } catch {
    // It is no JSON, or npm was told to leave out Vega.
    return false;
  }
}

interface Validator {
  validate(value: unknown): { readonly valid: boolean };
}

const validators = new Map<Grammar, Validator>();

/** Makes the validator of a grammar's schema, in a tenth of a second, and keeps it. */
function validatorOf(grammar: Grammar): Validator {
  let validator = validators.get(grammar);
  if (!validator) {
    const { Validator: SchemaValidator } =
      require("@cfworker/json-schema") as typeof import("@cfworker/json-schema");
    const schema =
      grammar === "vega"
        ? require("vega/build/vega-schema.json")
        : require("vega-lite/build/vega-lite-schema.json");
    validator = new SchemaValidator(schema, "7", true);
    validators.set(grammar, validator);
  }
  return validator;
}
