import { displayable, Table } from "../display/table";
import { firstAndLast } from "../display/table-rendering";

/**
 * A data set in memory, as plain columns: what data frames are made of and what models take as they are.
 *
 * @typeParam Response of a row: a number, or the label of its class.
 */
export interface DataSet<Response extends number | string = number> {
  /** A word for titles. */
  readonly name: string;
  /** A description of the data, their units and their source. */
  readonly description: string;
  /** One array for each feature, in the order of `featureNames`; the caller's own. */
  readonly columns: Record<string, number[]>;
  /** The names of `columns`. */
  readonly featureNames: readonly string[];
  /** The value to predict, one for each row; the caller's own. */
  readonly response: Response[];
  /** Name of the response. */
  readonly responseName: string;
}

/** Maximum numbers of rows and columns that are shown. */
const ROWS = 6;
const COLUMNS = 12;

/** Makes a data set display its description and its first and last rows, with the response in front. */
export function displayableDataSet<Response extends number | string>(
  data: DataSet<Response>,
): DataSet<Response> {
  return displayable(data, ({ name, description, columns, featureNames, response, responseName }) => {
    const features = firstAndLast(featureNames.length, COLUMNS).map((j) => featureNames[j]);
    return new Table({
      title: `${name}: ${response.length} rows × ${featureNames.length} features, to predict ${responseName}\n${description}`,
      columns: [responseName, ...features],
      rows: firstAndLast(response.length, ROWS).map((i) => [
        response[i],
        ...features.map((feature) => columns[feature][i]),
      ]),
      nRows: response.length,
      nColumns: featureNames.length + 1,
    });
  });
}
