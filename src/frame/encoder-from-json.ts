import { type JsonRecord, recordOf } from "../json-record";
import type { ColumnEncoder, Level } from "./column-encoder";
import { type EncoderJson, encoderFormat, encoderVersion } from "./encoder-to-json";
import { FrameEncoder } from "./frame-encoder";
import { dropRules, levelColumn, unknownRules } from "./level-column";
import { numberColumn } from "./number-column";

const where = "encoderFromJSON";

/**
 * The encoder that `JSON.stringify(encoder)` wrote: it encodes frames as before, to the last bit.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when a newer version wrote it.
 * @example
 * ```ts
 * const { encoder } = fromFrame({ city: ["Ulm", "Bonn", "Kiel"], y: [1, 2, 3] }, { response: "y" });
 * encoderFromJSON(JSON.stringify(encoder)).featureNames; // ["city=Bonn", "city=Kiel", "city=Ulm"]
 * ```
 */
export function encoderFromJSON(json: string | EncoderJson | object): FrameEncoder {
  const record = recordOf(where, json, encoderFormat, encoderVersion);
  const rules = {
    drop: record.choice("drop", dropRules),
    unknown: record.choice("unknown", unknownRules),
    sparse: record.boolean("sparse"),
  };
  const columns = record.records("columns").map((column): ColumnEncoder => {
    const name = column.text("name");
    const means = column.get("means") === null ? undefined : Array.from(column.finites("means"));
    const isOfNumbers = column.get("levels") === null;
    const encoder = isOfNumbers
      ? numberColumn(name, means)
      : levelColumn({ name, levels: levelsOf(column), means, ...rules });
    if (means && means.length !== encoder.featureNames.length)
      throw column.mustBe("means", `null or an array of ${encoder.featureNames.length}, one a feature`);
    return encoder;
  });
  return new FrameEncoder(where, { columns, ...rules });
}

function levelsOf(column: JsonRecord): Level[] {
  const levels = column.list("levels");
  const [first] = levels;
  const isLevel = ["string", "boolean"].includes(typeof first) || Number.isFinite(first);
  const ofOneKind = levels.every((level) => typeof level === typeof first);
  if (!(levels.length > 0 && new Set(levels).size === levels.length && isLevel && ofOneKind))
    throw column.mustBe("levels", "null or distinct levels of one kind");
  return levels as Level[];
}
