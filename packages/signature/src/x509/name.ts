import { toHex } from '../bytes.ts';
import { DerMembers, type DerValue, encodingOf, objectIdentifier, text } from '../der/read.ts';
import { SEQUENCE, SET } from '../der/tags.ts';
import { SHORT_NAMES } from './oids.ts';

export interface NameAttribute {
  /** Dotted object identifier. */
  readonly type: string;
  /** NFC text; '' for a string type that is not read. */
  readonly value: string;
}

export interface DistinguishedName {
  readonly der: Uint8Array;
  /** In the order of the certificate. */
  readonly attributes: readonly NameAttribute[];
  /** RFC 4514 form: last attribute first. */
  readonly text: string;
}

/** Reads a Name (RFC 5280 §4.1.2.4). Throws DerError. */
export function readName(value: DerValue): DistinguishedName {
  const attributes: NameAttribute[] = [];
  const written: string[] = [];
  for (const set of new DerMembers(value, SEQUENCE).rest(SET)) {
    const parts: string[] = [];
    for (const pair of new DerMembers(set, SET).rest(SEQUENCE)) {
      const members = new DerMembers(pair, SEQUENCE);
      const type = objectIdentifier(members.next());
      const encoded = members.next();
      members.done();
      const plain = text(encoded)?.normalize('NFC');
      attributes.push({ type, value: plain ?? '' });
      const short = SHORT_NAMES[type];
      parts.push(
        short === undefined || plain === undefined
          ? `${short ?? type}=#${toHex(encodingOf(encoded))}`
          : `${short}=${escapeValue(plain)}`,
      );
    }
    written.unshift(parts.join('+'));
  }
  return { der: encodingOf(value), attributes, text: written.join(',') };
}

/** RFC 4514 §2.4. */
function escapeValue(value: string): string {
  return value
    .replace(/["+,;<>\\]/g, '\\$&')
    .replaceAll('\u0000', '\\00')
    .replace(/^[ #]/, '\\$&')
    .replace(/(?<!\\) $/, '\\ ');
}

/** The one value of a type in a name; undefined if it is absent or stands there twice. */
export function attributeOf(name: DistinguishedName, type: string): string | undefined {
  const found = name.attributes.filter((attribute) => attribute.type === type);
  return found.length === 1 ? found[0]?.value : undefined;
}
