import { createHash } from 'node:crypto';
import {
  type ClassTableDocument,
  classTableContents,
  freezeClassTable,
  insertTableSlots,
  type RecordDocument,
  readClassTable,
  type SlotPlan,
} from '@hocba/record';
import { type LeafOf, signSlots } from './issued.ts';

/** The table of the year's end whose only line is the record's pupil: what the record's subject teachers sign. */
export function tableOfRecord(
  doc: RecordDocument,
  change: Partial<ClassTableDocument> = {},
): ClassTableDocument {
  const { code, name, communeName, provinceName } = doc.school;
  return {
    ruleSet: doc.ruleSet,
    training: doc.training,
    uuid: '7c9a4f5e-21d3-4b8a-9d0e-5f60718293a4',
    schoolYear: doc.schoolYear,
    period: 'CN',
    grade: doc.grade,
    className: doc.className,
    school: { code, name, communeName, provinceName },
    createdOn: doc.createdOn,
    issueDate: doc.issueDate,
    issuePlace: doc.issuePlace,
    subjects: doc.subjects.map((s) => ({ subject: s.subject, name: s.name, teacher: s.teacher })),
    homeroomTeacher: doc.homeroomTeacher,
    principal: { ...doc.principal, title: doc.principal.title ?? '' },
    seal: doc.seal,
    rows: [
      {
        pupilCode: doc.pupil.pupilCode,
        fullName: doc.pupil.fullName,
        birthDate: doc.pupil.birthDate,
        levels: Object.fromEntries(doc.subjects.map((s) => [s.subject, s.level])),
        marks: Object.fromEntries(
          doc.subjects.flatMap((s) => (s.mark === undefined ? [] : [[s.subject, s.mark]])),
        ),
        traits: doc.traits,
        result: doc.result,
        ...(doc.award !== undefined || doc.suddenAward !== undefined ? { awarded: true as const } : {}),
        ...(doc.promoted ? {} : { notPromoted: true as const }),
      },
    ],
    ...change,
  };
}

/** How a record names its table. */
export function referenceTo(table: ClassTableDocument): NonNullable<RecordDocument['classTable']> {
  const contents = classTableContents(readClassTable(freezeClassTable(table).xml));
  return { uuid: table.uuid, digest: createHash('sha256').update(contents).digest('hex') };
}

/** A table signed by everybody. */
export function signTable(
  pki: Parameters<typeof signSlots>[0] | LeafOf,
  table: ClassTableDocument,
  swap?: (plan: SlotPlan) => SlotPlan,
): Promise<Uint8Array> {
  return signSlots(
    pki,
    freezeClassTable(table),
    (xml, plan, slot) => insertTableSlots(xml, [{ plan, slot }]),
    swap,
  );
}
