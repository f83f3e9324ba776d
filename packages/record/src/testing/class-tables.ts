import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import type { ClassTableDocument, SignedTableRow } from '../class-table/document.ts';
import { type ClassTableForm, classTableForm } from '../class-table/forms.ts';
import { PERIODS } from '../codes/words.ts';
import type { SubjectCode, SubjectLevel, TraitCode, TraitLevel } from '../model.ts';
import { anyGrade, date, digits, line, lines, name, person } from './arbitraries.ts';

const folder = new URL('../../samples/bang-lop-1/', import.meta.url);

export interface TableSample {
  readonly name: string;
  readonly doc: ClassTableDocument;
  readonly xml: Uint8Array;
}

/** The frozen samples: data and bytes as they were on the day the format was fixed. Nothing here writes them. */
export const TABLE_SAMPLES: readonly TableSample[] = readdirSync(folder)
  .filter((file) => file.endsWith('.json'))
  .map((file) => ({
    name: file.slice(0, -'.json'.length),
    doc: JSON.parse(readFileSync(new URL(file, folder), 'utf8')) as ClassTableDocument,
    xml: new Uint8Array(readFileSync(new URL(file.replace('.json', '.xml'), folder))),
  }));

/** The sample of a name such as `mau9-lop4`. */
export function tableSample(wanted: string): TableSample {
  const found = TABLE_SAMPLES.find((s) => s.name === wanted);
  if (!found) throw new RangeError('no sample of this name');
  return found;
}

/** Some of the keys, each with a value. */
function some<K extends string, V>(
  keys: readonly K[],
  value: fc.Arbitrary<V>,
): fc.Arbitrary<Partial<Record<K, V>>> {
  return fc.record(Object.fromEntries(keys.map((k) => [k, value])), { requiredKeys: [] }) as fc.Arbitrary<
    Partial<Record<K, V>>
  >;
}

function anyRow(form: ClassTableForm, subjects: readonly SubjectCode[]): fc.Arbitrary<SignedTableRow> {
  const tested = form.subjects.filter((s) => s.mark && subjects.includes(s.code)).map((s) => s.code);
  const traits = [...form.qualities, ...form.general, ...form.specific].map((t): TraitCode => t.code);
  const always = {
    pupilCode: digits(10),
    fullName: name,
    birthDate: date,
    levels: some(subjects, fc.constantFrom<SubjectLevel>('T', 'H', 'C')),
    marks: some(tested, fc.nat({ max: 10 })),
    traits: some(traits, fc.constantFrom<TraitLevel>('T', 'Đ', 'C')),
    note: lines,
  };
  const closing = {
    result: fc.constantFrom('HTXS' as const, 'HTT' as const, 'HT' as const, 'CHT' as const),
    awarded: fc.constant(true as const),
    notPromoted: fc.constant(true as const),
  };
  const requiredKeys = ['pupilCode', 'fullName', 'birthDate', 'levels', 'marks', 'traits'] as const;
  return form.closing
    ? fc.record({ ...always, ...closing }, { requiredKeys: [...requiredKeys] })
    : fc.record(always, { requiredKeys: [...requiredKeys] });
}

/** Any table that may be frozen: form and types are right, gaps and sense are not looked at. */
export const anyClassTable: fc.Arbitrary<ClassTableDocument> = fc
  .tuple(anyGrade, fc.constantFrom(...PERIODS), fc.boolean())
  .chain(([grade, period, withElectives]) => {
    const form = classTableForm(grade, period);
    const taken = form.subjects.filter((s) => withElectives || !s.elective).map((s) => s.code);
    return fc.record({
      ruleSet: fc.constant('TT27_2020'),
      training: fc.boolean(),
      uuid: fc.uuid({ version: 4 }),
      schoolYear: fc.constant('2025-2026'),
      period: fc.constant(period),
      grade: fc.constant(grade),
      className: line,
      school: fc.record({ code: digits(8), name: line, communeName: line, provinceName: line }),
      createdOn: date,
      issueDate: date,
      issuePlace: line,
      subjects: fc.tuple(
        ...taken.map((subject) => fc.record({ subject: fc.constant(subject), name: line, teacher: person })),
      ),
      homeroomTeacher: person,
      principal: fc.record({ fullName: name, personalId: digits(12), title: line }),
      seal: fc.record({ organisationName: line, taxCode: digits(10) }),
      rows: fc.uniqueArray(anyRow(form, taken), { minLength: 1, maxLength: 5, selector: (r) => r.pupilCode }),
    });
  });
