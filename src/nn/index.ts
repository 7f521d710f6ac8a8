export { type BackendName, useBestBackend } from "./backend";
