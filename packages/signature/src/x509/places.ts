import { contentOf, DerError, DerMembers, type DerValue, objectIdentifier, readDer } from '../der/read.ts';
import { context, SEQUENCE } from '../der/tags.ts';
import type { Certificate } from './certificate.ts';
import { readExtensionList } from './extension.ts';
import { EXTENSION } from './oids.ts';

/** Addresses that a certificate gives for asking about itself; http and https only, in its order. */
export interface RevocationPlaces {
  /** Responders (authorityInfoAccess, RFC 5280 §4.2.2.1). */
  readonly ocsp: readonly string[];
  /** Lists (cRLDistributionPoints, RFC 5280 §4.2.1.13) of its own issuer for all reasons. */
  readonly crls: readonly string[];
}

export const OCSP_ACCESS = '1.3.6.1.5.5.7.48.1';
/** GeneralName's uniformResourceIdentifier. */
export const URI_NAME = context(6, false);
const MOST = 4;

/** Throws DerError for an extension that is there and malformed. */
export function revocationPlaces({ der }: Certificate): RevocationPlaces {
  const [tbs] = new DerMembers(readDer(der), SEQUENCE).rest();
  if (tbs === undefined) throw new DerError('truncated');
  const wrapper = new DerMembers(tbs, SEQUENCE).rest().find(({ tag }) => tag === context(3, true));
  if (wrapper === undefined) return { ocsp: [], crls: [] };
  const extensions = readExtensionList(new DerMembers(wrapper, context(3, true)).next());
  const read = (oid: string, places: (value: DerValue) => string[]): string[] => {
    const found = extensions.get(oid);
    return found === undefined ? [] : places(readDer(found.content)).filter(isHttp).slice(0, MOST);
  };
  return {
    ocsp: read(EXTENSION.authorityInfoAccess, responders),
    crls: read(EXTENSION.crlDistributionPoints, lists),
  };
}

const isHttp = (place: string): boolean => URL.canParse(place) && /^https?:$/.test(new URL(place).protocol);

function responders(value: DerValue): string[] {
  return new DerMembers(value, SEQUENCE).rest(SEQUENCE).flatMap((description) => {
    const [method, location] = new DerMembers(description, SEQUENCE).rest();
    if (method === undefined || location === undefined) throw new DerError('truncated');
    return objectIdentifier(method) === OCSP_ACCESS ? uris([location]) : [];
  });
}

function lists(value: DerValue): string[] {
  return new DerMembers(value, SEQUENCE).rest(SEQUENCE).flatMap((point) => {
    const members = new DerMembers(point, SEQUENCE);
    const name = members.optional(context(0, true));
    // A list for some reasons only, or by somebody else, is no answer by itself.
    if (name === undefined || members.more) return [];
    const full = new DerMembers(name, context(0, true)).optional(context(0, true));
    return full === undefined ? [] : uris(new DerMembers(full, context(0, true)).rest());
  });
}

function uris(names: readonly DerValue[]): string[] {
  const ascii = new TextDecoder('latin1');
  return names.filter(({ tag }) => tag === URI_NAME).map((name) => ascii.decode(contentOf(name)));
}
