export { encoderFromJSON } from "./encoder-from-json";
export type { EncoderJson } from "./encoder-to-json";
export type { FrameData } from "./frame-data";
export type { FrameEncoder } from "./frame-encoder";
export { type FromFrameOptions, fromFrame } from "./from-frame";
export type { DropRule, UnknownRule } from "./level-column";
export type { MissingRule } from "./missing-rule";
export type { FrameResponse } from "./response-column";
export { type FrameColumns, type FrameMaker, type FrameValue, toFrame } from "./to-frame";
