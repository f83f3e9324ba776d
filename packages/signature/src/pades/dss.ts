import type { ValidationData } from '../properties/unsigned-properties.ts';
import { objectText, type PdfSource, referenceOf, withLine, withReferences } from './source.ts';
import { appendUpdate, type NewObject, stream } from './update.ts';

/** Kinds of validation data by their key in a document security store (EN 319 142-1 §5.4.2). */
export const STORES = [
  ['Certs', 'certificates'],
  ['OCSPs', 'ocsp'],
  ['CRLs', 'crls'],
] as const;

/**
 * The file with validation data added to its document security store; a store that is there is made longer, and what it
 * holds stays. Without the optional VRI: every answer says itself of whom it speaks.
 */
export function appendStore(source: PdfSource, data: ValidationData): Uint8Array {
  const { root, size } = source.last;
  const catalog = objectText(source, root);
  const known = referenceOf(catalog, 'DSS');
  let free = size;
  let store = known === null ? '<<\n  /Type /DSS\n>>' : objectText(source, known);
  const objects: NewObject[] = [];
  for (const [key, kind] of STORES) {
    const numbers = data[kind].map((der) => {
      objects.push({ number: free, body: stream([], der) });
      return free++;
    });
    if (numbers.length > 0) store = withReferences(store, key, numbers);
  }
  objects.push({ number: known ?? free, body: store });
  if (known === null) {
    const extension =
      '/Extensions <<\n    /ESIC <<\n      /BaseVersion /1.7\n      /ExtensionLevel 1\n    >>\n  >>';
    objects.push({ number: root, body: withLine(withLine(catalog, `/DSS ${free} 0 R`), extension) });
  }
  return appendUpdate(source, objects);
}
