import { assessment, issuing, roster, signing } from '../../apps/server/src/http/api/index.ts';
import type { People } from '../example/people.ts';
import { signAll } from '../example/year.ts';

export interface IssuedClass {
  readonly classId: string;
  readonly records: readonly { readonly recordId: string; readonly fullName: string }[];
}

/**
 * A class of the training school through its year's end: results confirmed as the rules propose them, frozen, signed by
 * everybody, sealed and issued.
 */
export async function issueClass(people: People, name: string): Promise<IssuedClass> {
  const { clerk, principal, teachers } = people;
  const { classes } = await clerk.person.call(roster.listClasses);
  const found = classes.find((one) => one.name === name);
  const homeroom = teachers.find(({ staffId }) => staffId === found?.homeroomTeacher?.staffId);
  if (!found || !homeroom) throw new Error(`no class ${name} with a homeroom teacher who can sign in`);
  const { classId } = found;
  const params = { classId };
  const { pupils } = await homeroom.person.call(assessment.yearResults, { params });
  const results = pupils.flatMap(({ pupilId, proposed }) =>
    proposed === null ? [] : [{ pupilId, result: proposed }],
  );
  await homeroom.person.call(assessment.confirmResults, { params, body: { results } });
  const decisions = results
    .filter(({ result }) => result === 'CHT')
    .map(({ pupilId }) => ({
      pupilId,
      completed: false,
      promoted: false,
      reason: 'Cần rèn luyện thêm trong hè.',
    }));
  if (decisions.length > 0)
    await principal.person.call(assessment.decidePromotion, { params, body: { decisions } });
  await homeroom.person.call(signing.freezeClass, { params, body: {} });
  for (const teacher of teachers) await signAll(teacher, 'subjectTeacher', classId);
  await signAll(homeroom, 'homeroomTeacher', classId);
  await signAll(principal, 'principal', classId);
  await signAll(clerk, 'schoolSeal', classId);
  const { records } = await clerk.person.call(issuing.issuedRecords, { query: { classId } });
  return { classId, records };
}
