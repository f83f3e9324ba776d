import { frameFiles } from './frame-data.ts';
import type { FormInput } from './input.ts';
import { PROOF_PATH, pageData, XML_PATH } from './page-data.ts';
import type { Sheet } from './sheet.ts';

/** The sheet of one pupil-year: five pages, the record and its proof inside. Throws FormError `input-invalid`. */
export function yearSheet(input: FormInput): Sheet {
  const data = pageData(input);
  const files = frameFiles([input]);
  if (data.attachments.length > 0) {
    files.set(XML_PATH, input.xml);
    if (input.proof !== null) files.set(PROOF_PATH, input.proof);
  }
  return { main: 'main.typ', standard: 'a-3a', data, files, pages: 5 };
}
