import type { ClassTableInput, ClassTableSignature } from '@hocba/form';
import { type ReadClassTable, tableSlotPlansOf } from '@hocba/record';

/** The printed form of a class's table as it was signed, made of its bytes alone; a draft until it is issued. */
export function tablePrint(table: ReadClassTable, issued: boolean): ClassTableInput {
  const { doc } = table;
  const plans = tableSlotPlansOf(table);
  const signatures = table.slots.flatMap(({ role, signingTime: time }, n): ClassTableSignature[] => {
    const plan = plans[n];
    if (plan === undefined) return [];
    const name = 'fullName' in plan.signer ? plan.signer.fullName : plan.signer.organisationName;
    return [{ role, name, time, ...(plan.subjects ? { subjects: plan.subjects } : {}) }];
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
