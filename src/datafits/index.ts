export type { Datafit } from "./datafit";
export { squaredError } from "./squared-error";
