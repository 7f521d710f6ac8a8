export type { DataSet } from "./data-set";
export { loadDiabetes } from "./diabetes";
