import { scanCanonical } from '@hocba/xml';
import { attributesAre } from '../markup/grammar.ts';
import { ANNEX_ID, DSIG } from '../markup/vocabulary.ts';

/** The start of every annex: a ds:Object that stands on its own. */
const START = new TextEncoder().encode(`<Object xmlns="${DSIG}" Id="${ANNEX_ID}">`);

/**
 * True for canonical bytes of `<Object Id="annex">` in the XMLDSig namespace with one element of data in it that
 * is of another namespace and has no Id (so nothing in it can be taken for a part of a signature).
 */
export function isCanonicalAnnex(bytes: Uint8Array): boolean {
  if (!START.every((byte, i) => bytes[i] === byte)) return false;
  try {
    const { root, byId } = scanCanonical(bytes);
    const [content] = root.children;
    return (
      root.children.length === 1 &&
      content !== undefined &&
      content.namespace !== DSIG &&
      attributesAre(root, { Id: ANNEX_ID }) &&
      [...byId].length === 1
    );
  } catch {
    return false;
  }
}
