import { DerError, DerMembers, type DerValue, encodingOf } from '../../der/read.ts';
import { context, SEQUENCE } from '../../der/tags.ts';

/** adbe-revocationInfoArchival (ISO 32000-1 §12.8.3.3.2). */
const ARCHIVAL = '1.2.840.113583.1.1.8';
const CRLS = context(0, true);
const OCSP = context(1, true);

/**
 * DER of the CRLs and OCSP answers among a signature's signed attributes: they existed when it was made, since it covers them.
 * What is not laid out as it should be gives none.
 */
export function archivedIn(attributes: ReadonlyMap<string, DerValue>): Uint8Array[] {
  const value = attributes.get(ARCHIVAL);
  if (value === undefined) return [];
  try {
    return new DerMembers(value, SEQUENCE)
      .rest()
      .filter(({ tag }) => tag === CRLS || tag === OCSP)
      .flatMap((part) => {
        const wrapper = new DerMembers(part, part.tag);
        const list = new DerMembers(wrapper.next(), SEQUENCE).rest();
        wrapper.done();
        return list.map(encodingOf);
      });
  } catch (error) {
    if (error instanceof DerError) return [];
    throw error;
  }
}
