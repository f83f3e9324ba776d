import type { ClassTableInput, ClassTableSignature } from '@hocba/form';
import { type ReadClassTable, type SignerRole, tableSlotPlansOf } from '@hocba/record';

/**
 * The printed form of a class's table as it was signed, made of its bytes; a draft until it is issued.
 *
 * @param pictures PNG by role, in force when each slot was signed: a look that nothing signed covers
 */
export function tablePrint(
  table: ReadClassTable,
  issued: boolean,
  pictures: ReadonlyMap<SignerRole, Uint8Array>,
): ClassTableInput {
  const { doc } = table;
  const plans = tableSlotPlansOf(table);
  const signatures = table.slots.flatMap(({ role, signingTime: time }, n): ClassTableSignature[] => {
    const plan = plans[n];
    if (plan === undefined) return [];
    const name = 'fullName' in plan.signer ? plan.signer.fullName : plan.signer.organisationName;
    const image = pictures.get(role);
    return [
      {
        role,
        name,
        time,
        ...(plan.subjects ? { subjects: plan.subjects } : {}),
        ...(image ? { image } : {}),
      },
    ];
  });
  return {
    training: doc.training,
    grade: doc.grade,
    period: doc.period,
    schoolYear: doc.schoolYear,
    className: doc.className,
    school: doc.school,
    homeroomTeacherName: doc.homeroomTeacher.fullName,
    principal: { fullName: doc.principal.fullName, title: doc.principal.title },
    rows: doc.rows,
    issued: issued ? { place: doc.issuePlace, date: doc.issueDate, signatures } : null,
  };
}
