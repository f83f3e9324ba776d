import { frameFiles } from './frame-data.ts';
import type { FormInput } from './input.ts';
import { PROOF_PATH, pageData, XML_PATH } from './page-data.ts';
import { MOST_STEPS, type Sheet } from './sheet.ts';

/** The sheet of one pupil-year: five pages, the record and its proof inside. Throws FormError `input-invalid`. */
export function yearSheet(input: FormInput, step = 0): Sheet {
  const data = pageData(input, step);
  const files = frameFiles([input]);
  if (data.attachments.length > 0) {
    files.set(XML_PATH, input.xml);
    if (input.proof !== null) files.set(PROOF_PATH, input.proof);
  }
  const smaller = (): Sheet | null =>
    data.fit.whole && step < MOST_STEPS ? yearSheet(input, step + 1) : null;
  return { main: 'main.typ', standard: 'a-3a', data, files, pages: 5, smaller };
}
