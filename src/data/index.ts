/**
 * `smooth-edges/data`: data sets, simulations with known coefficients, and readers of files.
 *
 * @module smooth-edges/data
 */

export type { DataSet } from "./data-set";
export {
  type CsvFile,
  type CsvOptions,
  cachedDownload,
  type DateFormats,
  type DownloadOptions,
  type FileColumns,
  type IdxArray,
  type LibsvmOptions,
  type ParquetColumns,
  type ParquetFile,
  type ParquetOptions,
  type ParquetValue,
  readArff,
  readCsv,
  readIdx,
  readLibsvm,
  readParquet,
} from "./files";
export { loadGolub } from "./golub";
export type { FolderOptions, ImageData, LabelledImages } from "./image-data";
export { loadFashionMnist, loadMnist } from "./image-data";
export { loadBreastCancer, loadDiabetes, loadDigits, loadWine } from "./shipped-data";
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
