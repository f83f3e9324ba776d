import { shortDate } from './dates.ts';
import { formText } from './form-text.ts';
import type { FormInput, FormIssue } from './input.ts';
import { DOTS, dotsOf, qrOf } from './qr.ts';
import { imageFiles } from './signature-image.ts';

const qrPath = (uuid: string): string => `/${uuid}-qr.gray`;

/** What the foot of an issued year's pages says besides the pupil, and where the typesetter finds the pixels of its QR. */
export function footData(uuid: string, issueDate: string, leafIndex: string | null, issued: FormIssue) {
  const { size, moduleSize } = qrOf(issued);
  return {
    date: shortDate(issueDate),
    leafIndex,
    address: formText(issued.qrUrl.replace(/^https?:\/\//, '').replace(/#.*$/s, '')),
    qr: { path: qrPath(uuid), size, moduleSize, dots: DOTS },
  };
}

/** The files that the pages of these years show: QR codes, pictures of signatures. Throws FormError `input-invalid`. */
export function pageFiles(years: readonly FormInput[]): Map<string, Uint8Array> {
  return new Map(
    years.flatMap(({ doc, issued }): [string, Uint8Array][] =>
      issued === null
        ? []
        : [[qrPath(doc.uuid), dotsOf(qrOf(issued))], ...imageFiles(doc.uuid, issued.signatures)],
    ),
  );
}
