import { instant } from '../der/instant.ts';
import {
  bitStringOctets,
  contentOf,
  DerError,
  DerMembers,
  type DerValue,
  encodingOf,
  enumerated,
  expectTag,
  objectIdentifier,
  readDer,
} from '../der/read.ts';
import { context, OCTET_STRING, SEQUENCE } from '../der/tags.ts';
import { readExtensionList } from '../x509/extension.ts';
import { type CertificateSignatureScheme, readSignatureAlgorithm } from '../x509/signature-algorithm.ts';
import { type CertId, readCertId } from './cert-id.ts';
import { readNonce } from './ocsp-request.ts';
import { OCSP, REASONS } from './oids.ts';

/** What an answer says of one certificate. */
export interface SingleAnswer {
  readonly id: CertId;
  readonly state: 'good' | 'revoked' | 'unknown';
  readonly revokedAt: Date | null;
  readonly reason: string | null;
  readonly thisUpdate: Date;
  readonly nextUpdate: Date | null;
}

/** A BasicOCSPResponse (RFC 6960 §4.2.1), read and not yet verified. */
export interface OcspAnswer {
  /** What the responder signed. */
  readonly tbs: Uint8Array;
  readonly responder: { readonly name: Uint8Array } | { readonly keyHash: Uint8Array };
  readonly producedAt: Date;
  readonly singles: readonly SingleAnswer[];
  readonly nonce: Uint8Array | undefined;
  /** Null for an algorithm that is refused here. */
  readonly scheme: CertificateSignatureScheme | null;
  readonly signature: Uint8Array;
  /** DER, as carried. */
  readonly certificates: readonly Uint8Array[];
}

/** OCSPResponseStatus other than successful. */
export type OcspRefusal = 'malformedRequest' | 'internalError' | 'tryLater' | 'sigRequired' | 'unauthorized';

const REFUSALS: ReadonlyMap<number, OcspRefusal> = new Map([
  [1, 'malformedRequest'],
  [2, 'internalError'],
  [3, 'tryLater'],
  [5, 'sigRequired'],
  [6, 'unauthorized'],
]);

const MAX_BYTES = 65_536;
const MAX_SINGLES = 64;
const MAX_CERTIFICATES = 8;

/** Reads an OCSPResponse from exactly its DER: its answer, or why the responder gives none. Throws DerError. */
export function parseOcspResponse(der: Uint8Array): OcspAnswer | OcspRefusal {
  if (der.length > MAX_BYTES) throw new DerError('trailing-bytes');
  const outer = new DerMembers(readDer(der), SEQUENCE);
  const status = enumerated(outer.next());
  const wrapper = outer.optional(context(0, true));
  outer.done();
  if (status !== 0) {
    const refusal = REFUSALS.get(status);
    if (refusal === undefined || wrapper !== undefined) throw new DerError('unexpected-tag');
    return refusal;
  }
  if (wrapper === undefined) throw new DerError('truncated');
  const explicit = new DerMembers(wrapper, context(0, true));
  const typed = new DerMembers(explicit.next(), SEQUENCE);
  explicit.done();
  if (objectIdentifier(typed.next()) !== OCSP.basic) throw new DerError('unexpected-tag');
  const basic = contentOf(typed.next(OCTET_STRING));
  typed.done();
  return readBasic(basic);
}

function readBasic(der: Uint8Array): OcspAnswer {
  const members = new DerMembers(readDer(der), SEQUENCE);
  const tbsValue = members.next();
  const scheme = readSignatureAlgorithm(members.next());
  const signature = bitStringOctets(members.next());
  const wrapper = members.optional(context(0, true));
  members.done();
  let certificates: DerValue[] = [];
  if (wrapper !== undefined) {
    const explicit = new DerMembers(wrapper, context(0, true));
    certificates = new DerMembers(explicit.next(), SEQUENCE).rest(SEQUENCE);
    explicit.done();
    if (certificates.length > MAX_CERTIFICATES) throw new DerError('trailing-bytes');
  }
  const carried = certificates.map((value) => encodingOf(value));
  return { ...readData(tbsValue), tbs: encodingOf(tbsValue), scheme, signature, certificates: carried };
}

function readData(value: DerValue): Pick<OcspAnswer, 'responder' | 'producedAt' | 'singles' | 'nonce'> {
  const data = new DerMembers(value, SEQUENCE);
  // The version has only its default, which DER leaves out.
  const responder = readResponder(data.next());
  const producedAt = instant(data.next());
  const list = new DerMembers(data.next(), SEQUENCE).rest(SEQUENCE);
  const wrapper = data.optional(context(1, true));
  data.done();
  if (list.length > MAX_SINGLES) throw new DerError('trailing-bytes');
  const extensions = wrapper && readExtensionList(new DerMembers(wrapper, context(1, true)).next());
  for (const [type, { critical }] of extensions ?? [])
    if (critical && type !== OCSP.nonce) throw new DerError('unexpected-tag');
  const nonce = readNonce(extensions?.get(OCSP.nonce)?.content);
  return { responder, producedAt, singles: list.map(readSingle), nonce };
}

function readResponder(value: DerValue): OcspAnswer['responder'] {
  const byName = value.tag === context(1, true);
  const explicit = new DerMembers(value, byName ? context(1, true) : context(2, true));
  const inner = explicit.next(byName ? SEQUENCE : OCTET_STRING);
  explicit.done();
  return byName ? { name: encodingOf(inner) } : { keyHash: contentOf(inner) };
}

function readSingle(value: DerValue): SingleAnswer {
  const members = new DerMembers(value, SEQUENCE);
  const id = readCertId(members.next());
  const status = readStatus(members.next());
  const thisUpdate = instant(members.next());
  const next = members.optional(context(0, true));
  const wrapper = members.optional(context(1, true));
  members.done();
  let nextUpdate: Date | null = null;
  if (next !== undefined) {
    const explicit = new DerMembers(next, context(0, true));
    nextUpdate = instant(explicit.next());
    explicit.done();
  }
  if (wrapper !== undefined) {
    const extensions = readExtensionList(new DerMembers(wrapper, context(1, true)).next());
    for (const { critical } of extensions.values()) if (critical) throw new DerError('unexpected-tag');
  }
  return { id, ...status, thisUpdate, nextUpdate };
}

function readStatus(value: DerValue): Pick<SingleAnswer, 'state' | 'revokedAt' | 'reason'> {
  if (value.tag === context(1, true)) {
    const members = new DerMembers(value, context(1, true));
    const revokedAt = instant(members.next());
    const wrapper = members.optional(context(0, true));
    members.done();
    const reason = wrapper === undefined ? 0 : enumerated(new DerMembers(wrapper, context(0, true)).next());
    return { state: 'revoked', revokedAt, reason: REASONS.get(reason) ?? 'unspecified' };
  }
  const good = value.tag === context(0, false);
  if (!good) expectTag(value, context(2, false));
  if (value.end !== value.contentStart) throw new DerError('bad-null');
  return { state: good ? 'good' : 'unknown', revokedAt: null, reason: null };
}
