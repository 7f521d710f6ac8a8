/** Holds the results of a pipeline: fits, paths and cross-validations whose predictions take frames, with their records as JSON. */
import type { CscMatrix, DesignInput, RowMajorMatrix } from "../design/design-input";
import type { ClassLabel } from "../design/targets/class-codes";
import { type Table, TableResult } from "../display/table";
import {
  type CrossValidation,
  crossValidationFromJSON,
  fitFromJSON,
  type MultiResponseFit,
  type MultiResponsePath,
  type PredictOptions,
  pathFromJSON,
  type ScoreOptions,
  type SparseLinearFit,
  type SparsePath,
} from "../estimators";
import { headerOf, recordOf } from "../json-record";
import type { FrameData } from "./frame-data";
import type { FrameEncoder } from "./frame-encoder";
import {
  type FrameReader,
  type FrameReaderJson,
  type FrameRows,
  readerFromJson,
  readerToJson,
  readFrame,
} from "./frame-reader";

type AnyFit = SparseLinearFit | MultiResponseFit;
type AnyPath = SparsePath | MultiResponsePath;
type AnyValidation = CrossValidation<AnyFit>;

/** The result of a pipeline, with how frames are read for it. */
abstract class PipelineResult extends TableResult {
  /** How the features of a frame are encoded. */
  readonly encoder: FrameEncoder;
  /** The frame that it was fitted to, as numbers; undefined for what was read from JSON, which holds no rows. */
  readonly data: FrameData | undefined;
  readonly #reader: FrameReader;

  constructor(reader: FrameReader, data: FrameData | undefined) {
    super();
    this.encoder = reader.encoder;
    this.data = data;
    this.#reader = reader;
  }

  /** The columns of the response. */
  get responses(): readonly string[] {
    return this.#reader.responseParts.columns;
  }

  /** The features of a new frame. @throws InputError as `encode` of {@link fromFrame}. */
  encode(frame: DesignInput): RowMajorMatrix | CscMatrix {
    return this.encoder.encode(frame);
  }

  /**
   * Features and response of a new frame, without the rows that `missing: "drop"` of the pipeline leaves out.
   *
   * @throws InputError as {@link encode}, and naming the first response that is missing or of another kind.
   */
  read(frame: DesignInput): FrameRows {
    return readFrame(this.#reader, frame);
  }

  /** The table of the fit, path or cross-validation of the features. */
  abstract override summary(): Table;

  protected get reader(): FrameReader {
    return this.#reader;
  }
}

/** A fitted model with how frames are read for it; functions that take a fit, such as `evaluate(fitted, frame)`, take it. */
export class PipelineFit<Fit extends AnyFit = AnyFit> extends PipelineResult {
  /** The fit of the features. */
  readonly fit: Fit;

  constructor(fit: Fit, reader: FrameReader, data?: FrameData) {
    super(reader, data);
    this.fit = fit;
  }

  /**
   * Predicts the rows of a new frame, as the fit does from their features.
   *
   * @param frame with every column of the features, in any order, and any others.
   * @param options `offset`, where the fit had one.
   * @throws InputError as `encode` of {@link fromFrame}, and as `predict` of the fit.
   */
  predict(frame: DesignInput, options: PredictOptions = {}): ReturnType<Fit["predict"]> {
    return this.fit.predict(this.encode(frame), options) as ReturnType<Fit["predict"]>;
  }

  /** The label of the likeliest class of each row of a new frame. @throws InputError as {@link predict}, and when the response has no classes. */
  predictLabels(frame: DesignInput, options: PredictOptions = {}): ClassLabel[] {
    return this.fit.predictLabels(this.encode(frame), options);
  }

  /** The probability of each class, one list a row of a new frame. @throws InputError as `predictProbability` of the fit. */
  predictProbability(frame: DesignInput, options: PredictOptions = {}): Float64Array[] {
    return this.fit.predictProbability(this.encode(frame), options);
  }

  /** The linear predictors of the rows of a new frame, as those of the fit. @throws InputError as {@link predict}. */
  decisionFunction(frame: DesignInput, options: PredictOptions = {}): ReturnType<Fit["decisionFunction"]> {
    return this.fit.decisionFunction(this.encode(frame), options) as ReturnType<Fit["decisionFunction"]>;
  }

  /**
   * Says how well the fit predicts the rows of {@link read} of a new frame, as `score` of the fit does.
   *
   * @param options `sampleWeight`, and `offset`, where the fit had one.
   * @throws InputError as {@link predict}, and naming the first response that is missing or of another kind.
   */
  score(frame: DesignInput, options: ScoreOptions = {}): number {
    const { X, y } = this.read(frame);
    return this.fit.score(X, y, options);
  }

  /** The fit without a penalty of the same rows and features. @throws InputError for one that was read from JSON. */
  refit(): PipelineFit<Fit> {
    return new PipelineFit(this.fit.refit() as Fit, this.reader, this.data);
  }

  /** The coefficients and the certificate of the fit. */
  summary(): Table {
    return this.fit.summary();
  }

  /**
   * The fit and how frames are read for it as plain JSON, without the rows, which `JSON.stringify(fitted)` calls and `pipelineFitFromJSON` reads.
   *
   * @throws InputError for a datafit of your own, which no file can hold.
   */
  toJSON(): PipelineResultJson<"fit"> {
    return resultToJson("fit", this.reader, this.fit.toJSON());
  }
}

/** The fits of a path with how frames are read for them. */
export class PipelinePath<Path extends AnyPath = AnyPath> extends PipelineResult {
  /** The path of the features. */
  readonly path: Path;

  constructor(path: Path, reader: FrameReader, data?: FrameData) {
    super(reader, data);
    this.path = path;
  }

  /** One a lambda, decreasing. */
  get fits(): PipelineFit<Path["fits"][number]>[] {
    return this.path.fits.map((fit) => this.#framed(fit));
  }

  /** The fit at `lambda`, as `at` of the path. @throws InputError as that. */
  at(lambda: number): PipelineFit<Path["fits"][number]> {
    return this.#framed(this.path.at(lambda));
  }

  /** The fit of the smallest value of a criterion, as `best` of the path. @throws InputError as that. */
  best(criterion: "aic" | "bic" | "ebic"): PipelineFit<Path["fits"][number]> {
    return this.#framed(this.path.best(criterion));
  }

  /** The features in the model at each lambda. */
  summary(): Table {
    return this.path.summary();
  }

  /** The path as plain JSON, as {@link PipelineFit.toJSON}, which `pipelinePathFromJSON` reads. @throws InputError as that. */
  toJSON(): PipelineResultJson<"path"> {
    return resultToJson("path", this.reader, this.path.toJSON());
  }

  #framed(fit: Path["fits"][number]): PipelineFit<Path["fits"][number]> {
    return new PipelineFit(fit, this.reader, this.data);
  }
}

/** A cross-validated model with how frames are read for it. */
export class PipelineValidation<Validation extends AnyValidation = AnyValidation> extends PipelineResult {
  /** The scores, the path and the lambdas chosen. */
  readonly cv: Validation;

  constructor(cv: Validation, reader: FrameReader, data?: FrameData) {
    super(reader, data);
    this.cv = cv;
  }

  /** The fit of the best score. */
  get best(): PipelineFit<Validation["best"]> {
    return new PipelineFit(this.cv.best, this.reader, this.data);
  }

  /** The sparsest fit within one standard error of it. */
  get oneStandardError(): PipelineFit<Validation["best"]> {
    return new PipelineFit(this.cv.oneStandardError, this.reader, this.data);
  }

  /** The path on all rows. */
  get path(): PipelinePath<Validation["path"]> {
    return new PipelinePath(this.cv.path, this.reader, this.data);
  }

  /** The scores at the lambdas chosen. */
  summary(): Table {
    return this.cv.summary();
  }

  /** The cross-validation as plain JSON, as {@link PipelineFit.toJSON}, which `pipelineValidationFromJSON` reads. @throws InputError as that. */
  toJSON(): PipelineResultJson<"validation"> {
    return resultToJson("validation", this.reader, this.cv.toJSON());
  }
}

// Records as JSON.

type Kind = "fit" | "path" | "validation";

/** A result of a pipeline as plain JSON: that of the features, and how frames are read for it. */
export interface PipelineResultJson<K extends Kind = Kind> extends FrameReaderJson {
  /** Kind of the file. */
  readonly format: `smooth-edges/pipeline-${K}`;
  /** Version of the format; files of other versions are refused. */
  readonly version: number;
  /** The fit, path or cross-validation of the features. */
  readonly result: ReturnType<
    K extends "fit"
      ? AnyFit["toJSON"]
      : K extends "path"
        ? AnyPath["toJSON"]
        : CrossValidation<AnyFit>["toJSON"]
  >;
}

function resultToJson<K extends Kind>(
  kind: K,
  reader: FrameReader,
  result: PipelineResultJson<K>["result"],
): PipelineResultJson<K> {
  return { ...headerOf(`smooth-edges/pipeline-${kind}` as const), ...readerToJson(reader), result };
}

function resultFrom(where: string, kind: Kind, json: unknown): { reader: FrameReader; result: object } {
  const record = recordOf(where, json, `smooth-edges/pipeline-${kind}`);
  record.record("result");
  return { reader: readerFromJson(where, record), result: record.get("result") as object };
}

/**
 * Reads the fit that `JSON.stringify(model.fit(frame))` wrote: it predicts and scores new frames as before, to the last bit.
 *
 * The record holds no rows, so such a fit cannot `refit`. Where several responses are expected say so,
 * `pipelineFitFromJSON<MultiResponseFit>(json)`.
 *
 * @param json the text, or what `JSON.parse` made of it.
 * @throws InputError naming the field that is not as it was written, or when another version of the format wrote it.
 * @example
 * ```ts
 * const flats = { area: [50, 70, 90, 60], city: ["Ulm", "Bonn", "Kiel", "Ulm"], rent: [9, 14, 15, 10] };
 * const fitted = pipeline({ response: "rent" }, new SmoothLasso({ lambda: 0.1 })).fit(flats);
 * const again = pipelineFitFromJSON(JSON.stringify(fitted));
 * again.predict(flats)[2] === fitted.predict(flats)[2]; // true
 * ```
 */
export function pipelineFitFromJSON<Fit extends AnyFit = SparseLinearFit>(
  json: string | PipelineResultJson<"fit"> | object,
): PipelineFit<Fit> {
  const { result, reader } = resultFrom("pipelineFitFromJSON", "fit", json);
  return new PipelineFit(fitFromJSON<Fit>(result), reader);
}

/** Reads the path that `JSON.stringify(model.path(frame))` wrote. @throws InputError as {@link pipelineFitFromJSON}. */
export function pipelinePathFromJSON<Path extends AnyPath = SparsePath>(
  json: string | PipelineResultJson<"path"> | object,
): PipelinePath<Path> {
  const { result, reader } = resultFrom("pipelinePathFromJSON", "path", json);
  return new PipelinePath(pathFromJSON<Path>(result), reader);
}

/** Reads the cross-validation that `JSON.stringify(model.crossValidate(frame))` wrote. @throws InputError as {@link pipelineFitFromJSON}. */
export function pipelineValidationFromJSON<Fit extends AnyFit = SparseLinearFit>(
  json: string | PipelineResultJson<"validation"> | object,
): PipelineValidation<CrossValidation<Fit>> {
  const { result, reader } = resultFrom("pipelineValidationFromJSON", "validation", json);
  return new PipelineValidation(crossValidationFromJSON<Fit>(result), reader);
}
