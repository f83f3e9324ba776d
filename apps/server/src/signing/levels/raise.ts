import { insertSignedSlot, type SignerRole, type SlotPlan } from '@hocba/record';
import {
  type CryptoPort,
  ExtensionError,
  type ExtensionServices,
  idsOf,
  type Level,
  raisesDue,
  raiseToLevel,
  TimestampError,
  withoutUnsignedProperties,
} from '@hocba/signature';
import { canonicalElement, scanCanonical } from '@hocba/xml';
import type { Kysely } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { AuthorityUnavailable } from '../items/unavailable.ts';
import { assemble, slotContent } from '../records/assemble.ts';
import { keepRaised, raisedOver } from '../records/raised-slots.ts';
import type { RecordParts, SignedSlot, StoredSigned } from '../records/records.ts';
import { RecordUntrusted } from '../slots/verify-slots.ts';
import type { Authorities } from './authorities.ts';

/** Levels of this installation, and the authorities of each kind of school: training and real ones never mix. */
export interface SigningLevels {
  readonly levels: Readonly<Record<SignerRole, Level>>;
  authoritiesOf(training: boolean): Authorities;
}

export interface RaiseDeps {
  readonly db: Kysely<Database>;
  readonly crypto: CryptoPort;
  readonly levels: SigningLevels;
}

export interface RaiseSubject {
  readonly schoolId: string;
  readonly training: boolean;
  readonly record: StoredSigned;
  readonly parts: RecordParts;
}

/**
 * Before a slot signs: what stands in the parts that it is about to sign gets its level now, since afterwards it may not
 * change any more. Each timestamp is stored as soon as it is there.
 *
 * @throws as `raiseSealed`
 */
export async function raiseBefore(
  deps: RaiseDeps,
  subject: RaiseSubject,
  plan: Pick<SlotPlan, 'references'>,
): Promise<void> {
  await raiseAll(deps, subject, assemble(subject.record, subject.parts), plan.references);
}

/**
 * Principal and seal get their levels when the seal's value is there, before seal and issue are stored. The seal carries
 * what all the others need to be judged by.
 *
 * @param seal the seal's canonical `<Signature>`, verified and not yet in its record
 * @throws AuthorityUnavailable to be tried again; Refusal `certificate-unusable` where a signer was revoked meanwhile;
 *   RecordUntrusted
 */
export async function raiseSealed(
  deps: RaiseDeps,
  subject: RaiseSubject,
  plan: SlotPlan,
  seal: Pick<SignedSlot, 'signingTime' | 'personalId'> & { readonly signature: Uint8Array },
): Promise<void> {
  const { schoolId, record, parts } = subject;
  const signature = await inSchool(deps.db, schoolId, (trx) =>
    raisedOver(trx, schoolId, { recordId: record.recordId, slotId: plan.slotId }, seal.signature),
  );
  const xml = insertSignedSlot(assemble(record, parts), plan, slotContent(seal, signature));
  await raiseAll(deps, subject, xml);
}

const lastOf = ({ plans }: StoredSigned): SlotPlan => {
  const last = [...plans].sort((a, b) => a.order - b.order).at(-1);
  if (last === undefined) throw new RecordUntrusted('slot-missing');
  return last;
};

async function raiseAll(
  { db, crypto, levels }: RaiseDeps,
  { schoolId, training, record }: RaiseSubject,
  xml: Uint8Array,
  aboutToBeSigned?: readonly string[],
): Promise<void> {
  const roles = new Map(record.plans.map((plan) => [plan.slotId, plan.role]));
  const levelOf = (slotId: string): Level => {
    const role = roles.get(slotId);
    return role === undefined ? 'B' : levels.levels[role];
  };
  const due = raisesDue(xml, levelOf, aboutToBeSigned).filter(({ tooLate }) => !tooLate);
  if (due.length === 0) return;
  const services = await levels.authoritiesOf(training).services();
  const seal = lastOf(record).slotId;
  let bytes = xml;
  for (const { slotId, to } of due) {
    const carried = slotId === seal ? [...roles.keys()].filter((other) => other !== seal) : [];
    // One timestamp at a time: a kill loses none that was paid for.
    for (const step of to === 'LTA' ? (['T', 'LTA'] as const) : ([to] as const)) {
      const raised = await raisedBy(crypto, bytes, { slotId, step, carried }, services).catch(
        async (error) => {
          // What it had dated stays in nobody's way: the next one dates the signature from the beginning.
          if (error instanceof AuthorityUnavailable && error.code === 'revoked')
            await inSchool(db, schoolId, (trx) =>
              keepRaised(
                trx,
                schoolId,
                { recordId: record.recordId, slotId, signature: bare(bytes, slotId) },
                0,
              ),
            );
          throw error;
        },
      );
      if (raised.xml === bytes) continue;
      bytes = raised.xml;
      const row = { recordId: record.recordId, slotId, signature: signatureOf(bytes, slotId) };
      await inSchool(db, schoolId, (trx) => keepRaised(trx, schoolId, row, raised.timestamps));
    }
  }
}

async function raisedBy(
  crypto: CryptoPort,
  xml: Uint8Array,
  { slotId, step, carried }: { slotId: string; step: Level; carried: readonly string[] },
  services: ExtensionServices,
) {
  try {
    return await raiseToLevel(crypto, xml, slotId, step, services, carried);
  } catch (error) {
    throw translated(error);
  }
}

/** What stands in the way of a level: an authority to be asked again, a signer who may not sign, or bytes that do not hold. */
export function translated(error: unknown): unknown {
  if (error instanceof TimestampError) return new AuthorityUnavailable('bad-answer', { cause: error });
  if (!(error instanceof ExtensionError)) return error;
  if (error.code === 'signature-invalid') return new RecordUntrusted('signature-invalid');
  if (error.code === 'clock-behind') return new AuthorityUnavailable('signed-ahead', { cause: error });
  if (error.code === 'authority-revoked') return new AuthorityUnavailable('revoked', { cause: error });
  if (error.code === 'revoked')
    return new Refusal('certificate-unusable', [
      'Chứng thư của một người đã ký học bạ này bị thu hồi trước khi đóng dấu; hãy trả lại để người khác ký.',
    ]);
  return new AuthorityUnavailable('bad-answer', { cause: error });
}

const bare = (xml: Uint8Array, slotId: string): Uint8Array =>
  withoutUnsignedProperties(signatureOf(xml, slotId));

function signatureOf(xml: Uint8Array, slotId: string): Uint8Array {
  const doc = scanCanonical(xml);
  const element = doc.byId.get(idsOf(slotId).signature);
  if (element === undefined) throw new RecordUntrusted('slot-missing', slotId);
  return canonicalElement(doc, element);
}
