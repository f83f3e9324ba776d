import { shortDate } from './dates.ts';
import { formText } from './form-text.ts';
import type { FormInput } from './input.ts';
import { leafIndexOf } from './page-data.ts';
import { DOTS, dotsOf, qrOf } from './qr.ts';
import { imageFiles } from './signature-image.ts';

export const FRAMES_PATH = '/frames.json';

/** What the foot of a year's pages says, in its final form, and where the typesetter finds the pixels of its QR. */
export type Frame = ReturnType<typeof frameData>['frame'];

/** The foot of the `n`th year of a document, with the file that it needs. Throws FormError `input-invalid`. */
export function frameData({ doc, issued }: FormInput, n: number) {
  const files = new Map<string, Uint8Array>();
  const path = `/qr-${n}.gray`;
  const drawn = issued === null ? null : qrOf(issued);
  if (drawn !== null) files.set(path, dotsOf(drawn));
  for (const [at, pixels] of imageFiles(doc, issued?.signatures ?? [])) files.set(at, pixels);
  const frame = {
    training: doc.training,
    draft: issued === null,
    uuid: doc.uuid,
    pupilName: formText(doc.pupil.fullName),
    className: formText(doc.className),
    schoolYear: formText(doc.schoolYear),
    schoolName: formText(doc.school.name),
    issued:
      issued === null || drawn === null
        ? null
        : {
            date: shortDate(doc.issueDate),
            leafIndex: leafIndexOf(issued),
            address: formText(issued.qrUrl.replace(/^https?:\/\//, '').replace(/#.*$/s, '')),
            qr: { path, size: drawn.size, moduleSize: drawn.moduleSize, dots: DOTS },
          },
  };
  return { frame, files };
}

/** The frames of a document's years as the files that the typesetter reads. */
export function frameFiles(years: readonly FormInput[]): Map<string, Uint8Array> {
  const made = years.map(frameData);
  const frames = new TextEncoder().encode(JSON.stringify(made.map(({ frame }) => frame)));
  return new Map([[FRAMES_PATH, frames], ...made.flatMap(({ files }) => [...files])]);
}
