import type { FormInput } from './input.ts';
import { attachmentsOf, documentFacts, PROOF_PATH, XML_PATH } from './page-data.ts';
import { recordSheet } from './record-sheet.ts';
import type { Sheet } from './sheet.ts';

/** The sheet of one pupil-year: five pages, the record and its proof inside. Throws FormError `input-invalid`. */
export function yearSheet(input: FormInput): Sheet {
  const attachments = attachmentsOf(input);
  const files = new Map<string, Uint8Array>();
  if (attachments.length > 0) {
    files.set(XML_PATH, input.xml);
    if (input.proof !== null) files.set(PROOF_PATH, input.proof);
  }
  return recordSheet({
    ...documentFacts(input),
    bookmarks: 'none',
    pupils: [{ years: [input] }],
    attachments,
    files,
  });
}
