import assert from "node:assert/strict";
import { loadBreastCancer, loadDigits, loadWine } from "../../src/data/shipped-data";
import { mean } from "../../src/linalg/vector";

function countsOf(labels: readonly (string | number)[]): Record<string, number> {
  const counts: Record<string, number> = {};
  for (const label of labels) counts[label] = (counts[label] ?? 0) + 1;
  return counts;
}

/** To one unit of the last digit that is published, since some are rounded and some cut there. */
function assertPublished(value: number, published: string, name: string): void {
  const unit = 10 ** -(published.split(".")[1]?.length ?? 0);
  assert.ok(Math.abs(value - Number(published)) < unit, `${name}: ${value} is not ${published}`);
}

/** Smallest and largest value, as scikit-learn's description of the data gives them. */
const CANCER: Record<string, [min: string, max: string]> = {
  "mean radius": ["6.981", "28.11"],
  "mean texture": ["9.71", "39.28"],
  "mean concave points": ["0.0", "0.201"],
  "radius error": ["0.112", "2.873"],
  "area error": ["6.802", "542.2"],
  "worst radius": ["7.93", "36.04"],
  "worst area": ["185.2", "4254.0"],
  "worst fractal dimension": ["0.055", "0.208"],
};

/** Smallest and largest value, mean and standard deviation, from the same source. */
const WINE: Record<string, [min: string, max: string, mean: string, deviation: string]> = {
  alcohol: ["11.0", "14.8", "13.0", "0.8"],
  malic_acid: ["0.74", "5.80", "2.34", "1.12"],
  ash: ["1.36", "3.23", "2.36", "0.27"],
  magnesium: ["70.0", "162.0", "99.7", "14.3"],
  flavanoids: ["0.34", "5.08", "2.03", "1.00"],
  hue: ["0.48", "1.71", "0.96", "0.23"],
  "od280/od315_of_diluted_wines": ["1.27", "4.00", "2.61", "0.71"],
  proline: ["278", "1680", "746", "315"],
};

describe("the breast cancer data", () => {
  const { columns, response, featureNames } = loadBreastCancer();

  it("have 569 rows, 30 features, 212 malignant and 357 benign masses", () => {
    assert.equal(featureNames.length, 30);
    assert.deepEqual(countsOf(response), { malignant: 212, benign: 357 });
  });

  it("have the published ranges", () => {
    for (const [name, [min, max]] of Object.entries(CANCER)) {
      assertPublished(Math.min(...columns[name]), min, name);
      assertPublished(Math.max(...columns[name]), max, name);
    }
  });
});

describe("the wine data", () => {
  const { columns, response, featureNames } = loadWine();

  it("have 178 rows, 13 features and 59, 71 and 48 wines of the cultivars", () => {
    assert.equal(featureNames.length, 13);
    assert.deepEqual(countsOf(response), { class_0: 59, class_1: 71, class_2: 48 });
  });

  it("have the published ranges, means and deviations", () => {
    for (const [name, [min, max, average, deviation]] of Object.entries(WINE)) {
      const values = Float64Array.from(columns[name]);
      const center = mean(values);
      const square = mean(values.map((value) => (value - center) ** 2));
      assertPublished(Math.min(...values), min, name);
      assertPublished(Math.max(...values), max, name);
      assertPublished(center, average, name);
      assertPublished(Math.sqrt(square), deviation, name);
    }
  });
});

describe("the digits data", () => {
  const { columns, response, featureNames } = loadDigits();

  it("have 1797 rows, 64 pixels from 0 to 16, and about as many of each digit", () => {
    assert.equal(featureNames.length, 64);
    // As `numpy.bincount(load_digits().target)` prints it.
    assert.deepEqual(Object.values(countsOf(response)), [178, 182, 177, 183, 181, 182, 181, 179, 174, 180]);
    for (const name of featureNames) {
      assert.ok(columns[name].every((value) => Number.isInteger(value) && value >= 0 && value <= 16));
    }
  });

  it("have the pixels of the first image where the documentation of scikit-learn shows them", () => {
    const image = Array.from({ length: 8 }, (_, r) =>
      Array.from({ length: 8 }, (_, c) => columns[`pixel_${r}_${c}`][0]),
    );
    assert.deepEqual(image[0], [0, 0, 5, 13, 9, 1, 0, 0]);
    assert.deepEqual(image[1], [0, 0, 13, 15, 10, 15, 5, 0]);
    assert.deepEqual(image[7], [0, 0, 6, 13, 10, 0, 0, 0]);
    assert.equal(response[0], 0);
  });
});
