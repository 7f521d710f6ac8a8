export { cachedDownload, type DownloadOptions } from "./cached-files";
export type { DateFormats } from "./date-format";
export { readArff } from "./read-arff";
export { type CsvFile, type CsvOptions, readCsv } from "./read-csv";
export { type IdxArray, readIdx } from "./read-idx";
export { type LibsvmOptions, readLibsvm } from "./read-libsvm";
export {
  type ParquetColumns,
  type ParquetFile,
  type ParquetOptions,
  type ParquetValue,
  readParquet,
} from "./read-parquet";
export type { FileColumns } from "./table-columns";
