import { CanonicalXmlError, encodeUtf8, scanCanonical, type XmlElement } from '@hocba/xml';
import { verifyForeign } from '../../foreign/verify.ts';
import {
  type Certificate,
  certificateFromPem,
  DSIG,
  idsOf,
  validatePath,
  verifySignature,
} from '../../index.ts';
import { nodeCrypto } from '../../node.ts';
import { attributeOf } from '../../x509/name.ts';
import { ATTRIBUTE } from '../../x509/oids.ts';
import { NOW, SIGNING_TIME } from '../record.ts';
import type { AttackRecord, AttackSlot } from './record.ts';

/** What both paths are asked: is this a record of these slots, each signed by its owner over what it must sign? */

const ownerOf = (certificate: Certificate): string | undefined =>
  attributeOf(certificate.subject, ATTRIBUTE.userId);

async function isTrusted(
  { signers }: AttackRecord,
  certificate: Certificate,
  between: readonly Certificate[],
): Promise<boolean> {
  const roots = [certificateFromPem(signers.pki.root.certificatePem)];
  return (await validatePath(nodeCrypto, certificate, between, roots, NOW)).valid;
}

/** True if our own path accepts every slot. */
export async function acceptsStrictly(record: AttackRecord, xml: string | Uint8Array): Promise<boolean> {
  try {
    const doc = scanCanonical(typeof xml === 'string' ? encodeUtf8(xml) : xml);
    const { root } = doc;
    if (root.name !== 'HOC_BA' || root.attributes.size > 0 || root.children.length !== 2) return false;
    const signatures = [...doc.byId.values()].filter((e) => e.name === 'Signature' && e.namespace === DSIG);
    if (signatures.length !== record.slots.length) return false;
    // The outermost first: it covers most.
    for (const slot of record.slots.toReversed()) {
      const holder = at(root, slot.signatureIn);
      const [time, signature, ...others] = holder?.children ?? [];
      if (holder === null || others.length > 0 || signature === undefined || time === undefined) return false;
      if (holder.attributes.size !== 1 || holder.attributes.get('Id') !== slot.slot) return false;
      if (time.name !== 'NGAY_KY' || time.attributes.size > 0 || time.text !== SIGNING_TIME) return false;
      const found = await verifySignature(nodeCrypto, doc, signature);
      if (!found.valid || found.slotId !== slot.slot || found.signingTime !== SIGNING_TIME) return false;
      if (!isOver(root, slot, found.references)) return false;
      if (ownerOf(found.certificate) !== slot.owner) return false;
      if (!(await isTrusted(record, found.certificate, found.chain))) return false;
    }
    return true;
  } catch (error) {
    if (error instanceof CanonicalXmlError) return false;
    throw error;
  }
}

function isOver(
  root: XmlElement,
  { signed, over }: AttackSlot,
  references: readonly { readonly id: string; readonly element: XmlElement }[],
): boolean {
  const [data, values] = [references.slice(0, signed.length), references.slice(signed.length)];
  return (
    data.length === signed.length &&
    data.every(({ element }, n) => element === at(root, signed[n] ?? '')) &&
    values.length === over.length &&
    values.every(({ id }, n) => id === idsOf(over[n] ?? '').value)
  );
}

/** The one element at a path; null if a step is missing or twice there. */
function at(root: XmlElement, path: string): XmlElement | null {
  let element: XmlElement | null = root;
  for (const step of path.split('/').slice(1)) {
    const found: XmlElement[] = element.children.filter((c) => c.name === step && c.namespace === '');
    if (found.length !== 1) return null;
    element = found[0] ?? null;
    if (element === null) return null;
  }
  return element;
}

/** What the general path hands on as signed, by slot and path; null if it does not accept every slot. */
export async function acceptedGenerally(
  record: AttackRecord,
  xml: string | Uint8Array,
): Promise<ReadonlyMap<string, Uint8Array> | null> {
  const bytes = typeof xml === 'string' ? encodeUtf8(xml) : xml;
  const reading = await verifyForeign(nodeCrypto, bytes, { places: record.slots });
  // What stands around the root is said by the verdict: nothing of it is accepted without a word.
  if (!reading.readable || !reading.isBare) return null;
  const octets = new Map<string, Uint8Array>();
  for (const [n, finding] of reading.findings.entries()) {
    const slot = record.slots[n];
    if (slot === undefined || !finding.valid || finding.signingTime !== SIGNING_TIME) return null;
    if (ownerOf(finding.certificate) !== slot.owner) return null;
    if (finding.signatures.join() !== slot.over.join()) return null;
    if (!(await isTrusted(record, finding.certificate, finding.between))) return null;
    for (const [path, signed] of finding.signed) octets.set(`${slot.slot} ${path}`, signed);
  }
  return octets;
}
