export { coordinateDescent } from "./coordinate-descent";
