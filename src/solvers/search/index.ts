export {
  bestSettled,
  type MultiStartOptions,
  multiStart,
  multiStartOnPath,
  withStart,
} from "./multi-start";
export { oneDescent } from "./one-descent";
export { saddleEscape } from "./saddle-escape";
