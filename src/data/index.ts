export { loadBreastCancer } from "./breast-cancer";
export type { DataSet } from "./data-set";
export { loadDiabetes } from "./diabetes";
export { loadDigits } from "./digits";
export { loadFashionMnist } from "./fashion-mnist";
export {
  type CsvOptions,
  cachedDownload,
  type DownloadOptions,
  type FileColumns,
  type IdxArray,
  type LibsvmOptions,
  readArff,
  readCsv,
  readIdx,
  readLibsvm,
} from "./files";
export { loadGolub } from "./golub";
export type { FolderOptions, ImageData, LabelledImages } from "./image-data";
export { loadMnist } from "./mnist";
export {
  type CompressedSensingOptions,
  type DnaOptions,
  type GroupsOptions,
  type SimulatedRows,
  type Simulation,
  type SimulationOptions,
  type SpikesOptions,
  simulateCompressedSensing,
  simulateDna,
  simulateGroups,
  simulateSpikes,
  simulateToeplitz,
  type ToeplitzOptions,
} from "./simulations";
export { loadWine } from "./wine";
