import { createHash } from "node:crypto";
import { mkdirSync, readdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Chart, PictureOptions } from "smooth-edges/plot";
import { writeFileAtomically } from "../../src/file-writing";
import { darkTwin, lightAndDark } from "../light-and-dark";
import type { Exhibit } from "./exhibit";

/** The forms in which each exhibit is drawn, by the ends of their file names; a slide takes the SVG at its own size. */
const FORMS: Readonly<Record<string, PictureOptions>> = {
  ".png": {},
  "-320.png": { width: 320 },
  ".svg": {},
};

/** The charts of an exhibit's numbers by the names of their files, light and dark. */
export function picturesOf(exhibit: Exhibit, data: unknown): Map<string, Chart> {
  const pictures = new Map<string, Chart>();
  for (const [end, options] of Object.entries(FORMS)) {
    const light = exhibit.draw(data, options);
    pictures.set(exhibit.name + end, light);
    pictures.set(darkTwin(exhibit.name + end), light.dark());
  }
  return pictures;
}

/** What a picture follows from, in few characters: another specification has another fingerprint. */
export function fingerprint(chart: Chart): string {
  return createHash("sha256").update(JSON.stringify(chart.spec)).digest("hex").slice(0, 16);
}

/** An exhibit's numbers as JSON, typed arrays as arrays, in seven significant digits: what a picture can show. */
export function numbersOf(exhibit: Exhibit): string {
  const plain = (_key: string, value: unknown): unknown => {
    if (ArrayBuffer.isView(value)) return Array.from(value as Float64Array);
    return typeof value === "number" ? Number(value.toPrecision(7)) : value;
  };
  return `${JSON.stringify(exhibit.compute(), plain)}\n`;
}

/** The files of a gallery that are pictures. */
export const PICTURE: RegExp = /\.(png|svg)$/;

/** The bytes of a picture, at one pixel a unit. */
export async function drawnAs(file: string, chart: Chart): Promise<Uint8Array> {
  return file.endsWith(".svg") ? Buffer.from(await chart.toSVG()) : chart.toPNG({ scale: 1 });
}

/** Writes the numbers and every picture, the page that shows them and the fingerprints of their specifications. */
export async function writeGallery(exhibits: readonly Exhibit[], folder: string): Promise<void> {
  mkdirSync(join(folder, "data"), { recursive: true });
  const fingerprints: Record<string, string> = {};
  for (const exhibit of exhibits) {
    const text = numbersOf(exhibit);
    writeFileAtomically(join(folder, "data", `${exhibit.name}.json`), text);
    for (const [file, chart] of picturesOf(exhibit, JSON.parse(text))) {
      writeFileAtomically(join(folder, file), await drawnAs(file, chart));
      fingerprints[file] = fingerprint(chart);
    }
  }
  // This takes away the pictures of exhibits that are gone.
  for (const file of readdirSync(folder)) {
    if (PICTURE.test(file) && !(file in fingerprints)) rmSync(join(folder, file));
  }
  writeFileAtomically(join(folder, "fingerprints.json"), `${JSON.stringify(fingerprints, null, 2)}\n`);
  writeFileAtomically(join(folder, "README.md"), galleryPage(exhibits));
}

/** The page: every exhibit in the reader's theme, then narrow, and as files for slides. */
export function galleryPage(exhibits: readonly Exhibit[]): string {
  return [
    "# Every chart of `smooth-edges/plot`",
    "",
    "Made by `npm run figures` from `figures/gallery/`, as a notebook shows them, then 320 pixels wide (`{ width: 320 }`): light, or dark",
    "(`chart.dark()`) where the page is. The SVG files are for slides.",
    ...exhibits.flatMap(({ name, call, shows }) => [
      "",
      `## \`${call}\``,
      "",
      shows,
      "",
      lightAndDark(`${name}.png`, name),
      "",
      lightAndDark(`${name}-320.png`, `${name}, 320 pixels wide`),
      "",
      `For slides: [light](${name}.svg), [dark](${darkTwin(`${name}.svg`)}).`,
    ]),
    "",
  ].join("\n");
}
