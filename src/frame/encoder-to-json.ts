import type { Level } from "./column-encoder";
import type { FrameEncoderFields } from "./frame-encoder";
import type { DropRule, UnknownRule } from "./level-column";

/** What a file says that holds an encoder. */
export const encoderFormat = "smooth-edges/encoder";

/** The version that is written, and the newest one that can be read. */
export const encoderVersion = 1;

/** An encoder as plain JSON. */
export interface EncoderJson {
  /** What the file holds. */
  readonly format: typeof encoderFormat;
  /** Of the format; files of newer ones are refused. */
  readonly version: number;
  /** Which level of each column has no feature of its own. */
  readonly drop: DropRule;
  /** What becomes of levels that the training data lack. */
  readonly unknown: UnknownRule;
  /** Whether the matrix is sparse. */
  readonly sparse: boolean;
  /** In the order of the features. */
  readonly columns: readonly {
    readonly name: string;
    /** null for numbers. */
    readonly levels: readonly Level[] | null;
    /** null where missing values are refused. */
    readonly means: readonly number[] | null;
  }[];
}

export function encoderToJson({ columns, drop, unknown, sparse }: FrameEncoderFields): EncoderJson {
  return {
    format: encoderFormat,
    version: encoderVersion,
    drop,
    unknown,
    sparse,
    columns: columns.map(({ name, levels, means }) => ({
      name,
      levels: levels ? [...levels] : null,
      means: means ? [...means] : null,
    })),
  };
}
