import { createHash } from 'node:crypto';
import { commonNameOf, parseCertificate } from '@hocba/signature';
import type { ApprovalKind } from '../../access/approval/kinds.ts';
import { OFFICE } from '../../access/approval/kinds.ts';
import { vietnamDay } from '../../access/running-year.ts';
import { Refusal } from '../../refusal.ts';
import { dayInWords } from '../../roster/calendar.ts';
import { registeredCertificate } from './signers.ts';

/**
 * The school's seal is put in force by two of the office: the clerk registers a certificate, and nothing is sealed with
 * it before another person has agreed. Its plan refuses `not-found` for what is no seal of the school, is over, or is in force.
 */
export function sealKeyKind(deps: { now(): Date }): ApprovalKind<'seal-key'> {
  return {
    kind: 'seal-key',
    approvers: OFFICE,
    needsEvidence: false,
    async plan(trx, schoolId, { certificateId }, how) {
      const now = deps.now();
      // Of two seals that are agreed to at once the second one finds the first in force.
      if (how === 'toDo')
        await trx
          .selectFrom('school')
          .select('school_id')
          .where('school_id', '=', schoolId)
          .forNoKeyUpdate()
          .execute();
      const row = await trx
        .selectFrom('signing_certificate')
        .select(['chain', 'not_after'])
        .where('school_id', '=', schoolId)
        .where('certificate_id', '=', certificateId)
        .where('staff_id', 'is', null)
        .where('kind', '<>', 'training')
        .where('not_after', '>', now)
        .executeTakeFirst();
      const current = await registeredCertificate(trx, { schoolId, staffId: null }, now);
      const [leaf] = row?.chain ?? [];
      if (leaf === undefined || current?.certificateId === certificateId) throw new Refusal('not-found');
      const certificate = parseCertificate(leaf);
      const [old, next] = [current === null ? null : factsOf(current.chain), factsOf([leaf])];
      return {
        object: `certificate:${certificateId}`,
        basis: {
          current: current?.certificateId ?? null,
          certificate: createHash('sha256').update(leaf).digest('hex'),
        },
        summary: [
          `Dùng con dấu số ${commonNameOf(certificate) ?? certificate.subject.text}`,
          current === null
            ? 'Trường chưa có con dấu số nào đang dùng.'
            : 'Con dấu đang dùng được thay; những gì nó đã đóng vẫn có giá trị.',
        ],
        changes: next.flatMap(([what, after], n) => {
          const before = old?.[n]?.[1] ?? '';
          return before === after ? [] : [{ what, before, after }];
        }),
      };
    },
    async perform(trx, actor, { certificateId }, { requestId }) {
      await trx
        .insertInto('seal_act')
        .values({
          school_id: actor.schoolId,
          request_id: requestId,
          certificate_id: certificateId,
          acted_at: deps.now(),
        })
        .execute();
      return null;
    },
  };
}

/** What tells one seal from another, as both persons read it. */
function factsOf([leaf]: readonly Uint8Array[]): readonly (readonly [what: string, value: string])[] {
  if (leaf === undefined) return [];
  const certificate = parseCertificate(leaf);
  const { subject, issuer, serial, notAfter } = certificate;
  const nameOf = (name: typeof issuer) => name.attributes.at(-1)?.value ?? name.text;
  return [
    ['Tổ chức trên con dấu số', commonNameOf(certificate) ?? subject.text],
    ['Chứng thư số', serial],
    ['Nơi cấp', nameOf(issuer)],
    ['Hết hạn', `ngày ${dayInWords(vietnamDay(notAfter))}`],
  ];
}
