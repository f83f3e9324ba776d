import { isDeepStrictEqual } from 'node:util';
import { ANNEX_ID, type SlotPlan, signedFormat } from '@hocba/record';
import {
  completeSignature,
  idsOf,
  type PreparedSignature,
  prepareSignature,
  SigningError,
} from '@hocba/signature';
import { canonicalElement, scanCanonical, type XmlDocument } from '@hocba/xml';
import type { PreparedItem } from '../items/prepared.ts';
import type { RecordParts, StoredSigned } from '../records/records.ts';
import type { SlotCertificate } from '../signers/signers.ts';
import { RecordUntrusted, type SlotTrust, verifySigned, verifySlot } from './verify-slots.ts';

/** A record or class's table with its XML as far as it is signed, put together from the store once for both steps. */
export interface AssembledRecord {
  readonly record: StoredSigned;
  readonly parts: RecordParts;
  readonly xml: Uint8Array;
}

/** An item with all that signing it takes. */
export interface Task extends AssembledRecord {
  readonly plan: SlotPlan;
  readonly prepared: PreparedItem;
}

export interface Signed extends Task {
  readonly signature: Uint8Array;
  readonly value: Uint8Array;
}

/**
 * Makes what a slot's signer has to sign, out of the stored bytes. Same record, time and certificate give the same
 * bytes, which is how a stored preparation is checked before it is signed. Before principal and seal sign, all that
 * is signed already is verified again.
 *
 * @throws RecordUntrusted, SigningError
 */
export async function prepareSlot(
  trust: SlotTrust,
  assembled: AssembledRecord,
  plan: SlotPlan,
  by: { readonly held: SlotCertificate; readonly signingTime: string },
): Promise<PreparedItem> {
  const { record, parts } = assembled;
  const format = signedFormat(record.profile);
  const spec = format?.slots.find((s) => s.role === plan.role);
  if (format === undefined || spec === undefined) throw new RecordUntrusted('unknown-profile', plan.slotId);
  const document = await documentFor(trust, assembled, plan);
  const prepared = prepareSignature(trust.crypto, {
    slotId: plan.slotId,
    references: plan.references
      .filter((id) => !(spec.carriesAnnex && id === ANNEX_ID))
      .map((id) => ({ id, canonical: canonicalById(document, id, plan.slotId) })),
    ...(spec.carriesAnnex ? { annex: parts.annex } : {}),
    signingTime: by.signingTime,
    chain: by.held.signer.chain,
    algorithm: by.held.signer.algorithm,
    signingTimeNamespace: format.signingTimeNamespace,
  });
  return { certificateId: by.held.certificateId, prepared };
}

async function documentFor(
  trust: SlotTrust,
  { parts, xml }: AssembledRecord,
  plan: SlotPlan,
): Promise<XmlDocument> {
  if (plan.role !== 'principal' && plan.role !== 'schoolSeal') return scanCanonical(parts.frozenXml);
  const { read } = (await verifySigned(trust, xml, parts.annex)).file;
  if (read.missingSlots[0]?.slotId !== plan.slotId) throw new RecordUntrusted('slot-missing', plan.slotId);
  return read.xmlDocument;
}

function canonicalById(document: XmlDocument, id: string, slotId: string): Uint8Array {
  const element = document.byId.get(id);
  if (element === undefined) throw new RecordUntrusted('reference-missing', slotId);
  return canonicalElement(document, element);
}

/**
 * Puts the value into the prepared signature and verifies the outcome in its record against the expected person;
 * only then may it be stored.
 *
 * @returns canonical `<Signature>` element
 * @throws RecordUntrusted, SigningError
 */
export async function finishSlot(
  trust: SlotTrust,
  { xml }: AssembledRecord,
  plan: SlotPlan,
  signed: { readonly prepared: PreparedSignature; readonly value: Uint8Array },
): Promise<Uint8Array> {
  const signature = await completeSignature(trust.crypto, signed.prepared, signed.value);
  const probe = scanCanonical(beside(xml, signature));
  const element = probe.byId.get(idsOf(plan.slotId).signature);
  if (element === undefined) throw new RecordUntrusted('slot-missing', plan.slotId);
  const finding = await verifySlot(trust, probe, element, plan);
  if (finding.signingTime !== signed.prepared.signingTime) {
    throw new RecordUntrusted('signing-time-differs', plan.slotId);
  }
  return signature;
}

/**
 * The record with the signature as its root's last child, for verifying only: subject teachers sign in any order,
 * but their slots go in one after the other.
 */
function beside(xml: Uint8Array, signature: Uint8Array): Uint8Array {
  const at = scanCanonical(xml).root.contentEnd;
  const out = new Uint8Array(xml.length + signature.length);
  out.set(xml.subarray(0, at));
  out.set(signature, at);
  out.set(xml.subarray(at), at + signature.length);
  return out;
}

/** Whether a stored preparation is, to the last member, what is made now. */
export function samePreparation(stored: PreparedItem, made: PreparedItem): boolean {
  return isDeepStrictEqual(stored, JSON.parse(JSON.stringify(made)));
}

/** The stable code of what went wrong in a signature, or null if it is something else. */
export function refusalCodeOf(error: unknown): string | null {
  return error instanceof RecordUntrusted || error instanceof SigningError ? error.code : null;
}
