import { boolean, contentOf, DerError, DerMembers, type DerValue, objectIdentifier } from '../der/read.ts';
import { BOOLEAN, OCTET_STRING, SEQUENCE } from '../der/tags.ts';

/** Content of one extension, and whether it must be understood. */
export interface Extension {
  readonly critical: boolean;
  readonly content: Uint8Array;
}

/** Reads Extensions, each once, by their dotted types. Throws DerError. */
export function readExtensionList(value: DerValue): ReadonlyMap<string, Extension> {
  const found = new Map<string, Extension>();
  for (const extension of new DerMembers(value, SEQUENCE).rest(SEQUENCE)) {
    const members = new DerMembers(extension, SEQUENCE);
    const type = objectIdentifier(members.next());
    const flag = members.optional(BOOLEAN);
    const content = contentOf(members.next(OCTET_STRING));
    members.done();
    if (found.has(type)) throw new DerError('unexpected-tag');
    found.set(type, { critical: flag !== undefined && boolean(flag), content });
  }
  return found;
}
