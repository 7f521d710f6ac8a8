import { SmoothLasso } from "smooth-edges";
import { loadDiabetes } from "smooth-edges/data";
import { Chart, pathPlot } from "smooth-edges/plot";

/** The picture that other sites show beside a link to the documentation: the lasso path of the diabetes data below a name and a sentence. */
export function socialPicture(name: string, sentence: string): Chart {
  const { columns, response } = loadDiabetes();
  const { spec } = pathPlot(new SmoothLasso().path(columns, response), { width: 760 });
  const title = { ...Object(spec.title), text: name, fontSize: 34, subtitle: sentence, subtitleFontSize: 16 };
  return new Chart({ ...spec, title });
}
