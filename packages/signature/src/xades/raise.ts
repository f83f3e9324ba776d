import { scanCanonical, type XmlDocument } from '@hocba/xml';
import { toHex } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { Refused } from '../markup/refused.ts';
import { DSIG, idsOf } from '../markup/vocabulary.ts';
import { readUnsignedProperties } from '../properties/unsigned-properties.ts';
import type { RevocationMaterial } from '../revocation/material.ts';
import { statusAt } from '../revocation/status.ts';
import type { Certificate } from '../x509/certificate.ts';
import { type ValidSignature, verifySignature } from '../xmldsig/verify.ts';
import { AppendError } from './append.ts';
import { type ExtensionServices, extendSignature, type RevocationPort } from './extend.ts';
import type { Level } from './level.ts';
import { isCovered, qualifyingOf } from './timestamped.ts';

/**
 * Levels by slot, a setting of the installation, and who raises which signature when:
 *
 * 1. Before a slot signs a part, `raisesDue(xml, levelOf, ids)` with the Ids it is about to sign names the earlier
 *    signatures inside that part that are below their level. They are raised first; afterwards they are covered, and
 *    `tooLate` says so.
 * 2. When the last signature is in, `raisesDue(xml, levelOf)` names what is left: principal and seal, by default at LTA.
 * 3. `raiseToLevel` raises one. With `carried`, those that stay at B have their revocation answers kept in it; it must
 *    have signed their SignatureValue, as the seal does.
 *
 * Each step is document bytes in, document bytes out, and does nothing where the level is there: it can be repeated
 * after a lost reply.
 */
export type LevelOfSlot = (slotId: string) => Level;

const ORDER: readonly Level[] = ['B', 'T', 'LT', 'LTA'];
const isBelow = (a: Level, b: Level): boolean => ORDER.indexOf(a) < ORDER.indexOf(b);

/** The level that a signature has by its properties, whether or not they hold. Throws AppendError, CanonicalXmlError. */
export function levelOfSignature(xml: Uint8Array, slotId: string): Level {
  const found = signaturesIn(scanCanonical(xml)).find((one) => one.slotId === slotId);
  if (found === undefined) throw new AppendError('no-such-signature');
  return found.level;
}

interface SignatureInPlace {
  readonly slotId: string;
  readonly level: Level;
  /** True once another signature covers it: then it stays as it is. */
  readonly covered: boolean;
  /** Ids of the elements it stands in. */
  readonly within: readonly string[];
}

function signaturesIn(doc: XmlDocument): SignatureInPlace[] {
  const found: SignatureInPlace[] = [];
  for (const [id, element] of doc.byId) {
    if (element.name !== 'Signature' || element.namespace !== DSIG || !id.startsWith('sig-')) continue;
    const slotId = id.slice('sig-'.length);
    const within: string[] = [];
    for (let at = element.parent; at !== null; at = at.parent) {
      const own = at.attributes.get('Id');
      if (own !== undefined) within.push(own);
    }
    try {
      const { signatureTimestamp, values, layers } = readUnsignedProperties(
        doc,
        qualifyingOf(element),
        idsOf(slotId),
      );
      const archived = layers.some(({ archive }) => archive !== null);
      const level = archived ? 'LTA' : values !== null ? 'LT' : signatureTimestamp !== null ? 'T' : 'B';
      found.push({ slotId, level, covered: isCovered(doc, element), within });
    } catch (error) {
      throw error instanceof Refused ? new AppendError('malformed') : error;
    }
  }
  return found;
}

/** A signature that is below the level its slot is set to. */
export interface RaiseDue {
  readonly slotId: string;
  readonly from: Level;
  readonly to: Exclude<Level, 'B'>;
  /** Another signature covers it by now; it was to be raised before that. */
  readonly tooLate: boolean;
}

/**
 * The signatures of a document that are below their level, in document order; with `aboutToBeSigned`, only those within
 * an element of one of these Ids. Throws AppendError, CanonicalXmlError.
 */
export function raisesDue(
  xml: Uint8Array,
  levelOf: LevelOfSlot,
  aboutToBeSigned?: readonly string[],
): RaiseDue[] {
  return signaturesIn(scanCanonical(xml))
    .filter(
      ({ within }) => aboutToBeSigned === undefined || within.some((id) => aboutToBeSigned.includes(id)),
    )
    .flatMap(({ slotId, level, covered }) => {
      const to = levelOf(slotId);
      return to === 'B' || !isBelow(level, to) ? [] : [{ slotId, from: level, to, tooLate: covered }];
    });
}

export interface Raised {
  readonly xml: Uint8Array;
  /** Timestamps that were obtained, and may be billed. */
  readonly timestamps: number;
}

/**
 * Brings a signature to a level through those below that are missing; returns the same bytes where it is there already.
 * `carried`: slots whose answers it keeps. Throws ExtensionError (also for a carried signature that does not hold),
 * AppendError, TimestampError; what the ports throw goes through, and nothing has changed then.
 */
export async function raiseToLevel(
  crypto: CryptoPort,
  xml: Uint8Array,
  slotId: string,
  level: Level,
  services: Omit<ExtensionServices, 'carries'>,
  carried: readonly string[] = [],
): Promise<Raised> {
  if (!isBelow(levelOfSignature(xml, slotId), level) || level === 'B') return { xml, timestamps: 0 };
  let timestamps = 0;
  const counted: ExtensionServices = {
    ...services,
    carries: await validSignatures(crypto, xml, carried),
    timestamp: async (request) => {
      timestamps++;
      return services.timestamp(request);
    },
  };
  const raised = await extendSignature(crypto, xml, slotId, level, counted);
  return { xml: raised, timestamps };
}

/** The signatures of these slots that hold, for `carries` of `extendSignature` and `verifyLevel`. Throws AppendError. */
export async function validSignatures(
  crypto: CryptoPort,
  xml: Uint8Array,
  slotIds: readonly string[],
): Promise<ValidSignature[]> {
  if (slotIds.length === 0) return [];
  const doc = scanCanonical(xml);
  return Promise.all(
    slotIds.map(async (slotId) => {
      const element = doc.byId.get(idsOf(slotId).signature);
      const found = element && (await verifySignature(crypto, doc, element));
      if (!found?.valid) throw new AppendError('no-such-signature');
      return found;
    }),
  );
}

/** Where answers about certificates are kept, one place for each certificate. */
export interface ValidationCache {
  get(certificate: string): Promise<RevocationMaterial | undefined>;
  put(certificate: string, material: RevocationMaterial): Promise<void>;
}

/** The name of a certificate in the cache: hexadecimal SHA-256 of its DER. */
export const cacheName = (crypto: CryptoPort, { der }: Certificate): string => toHex(crypto.sha256(der));

/**
 * Asks the port only where the cache has no answer that still speaks for now: a class of 35 records asks once for each
 * of its signers, and each record gets its copy at release. An answer that says revoked is passed on, and not kept as
 * the last word.
 */
export function cachedRevocation(
  crypto: CryptoPort,
  port: RevocationPort,
  cache: ValidationCache,
  now: () => Date,
): RevocationPort {
  return async (certificate, issuer) => {
    const name = cacheName(crypto, certificate);
    const kept = await cache.get(name);
    const question = { certificate, issuer, at: now(), existed: now() };
    if (kept !== undefined && (await statusAt(crypto, kept, question)).state === 'good') return kept;
    const fresh = await port(certificate, issuer);
    if ((await statusAt(crypto, fresh, { ...question, existed: now() })).state === 'good')
      await cache.put(name, fresh);
    return fresh;
  };
}
