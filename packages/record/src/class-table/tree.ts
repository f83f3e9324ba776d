import { subjectOf } from '../codes/subjects.ts';
import { TRAITS } from '../codes/traits.ts';
import type { SubjectLevel, TraitCode, TraitLevel } from '../model.ts';
import type { ClassTableDocument, SignedTableRow } from './document.ts';
import { classTableForm } from './forms.ts';
import type { LeafValue } from './grammar.ts';

/** The table's data in the shape of the grammar: leaves, objects and lists by key. */
export interface Tree {
  readonly [key: string]: LeafValue | Tree | readonly Tree[] | undefined;
}

/** Entries that say something besides their line; a pupil without any is left out of the list. */
function saying(entries: readonly Tree[]): Tree[] {
  return entries.filter((e) => Object.entries(e).some(([key, v]) => key !== 'line' && v !== undefined));
}

/** A document as the grammar writes it. */
export function treeOf(doc: ClassTableDocument): Tree {
  const { school, rows, subjects, training } = doc;
  const lines = <T>(of: (row: SignedTableRow) => T): (T & { line: number })[] =>
    rows.map((row, i) => ({ line: i + 1, ...of(row) }));
  return {
    training,
    trainingMode: training,
    ruleSet: doc.ruleSet,
    uuid: doc.uuid,
    schoolYear: doc.schoolYear,
    period: doc.period,
    form: classTableForm(doc.grade, doc.period).number,
    schoolCode: school.code,
    schoolName: school.name,
    communeName: school.communeName,
    provinceName: school.provinceName,
    grade: doc.grade,
    className: doc.className,
    createdOn: doc.createdOn,
    issueDate: doc.issueDate,
    issuePlace: doc.issuePlace,
    homeroomTeacher: { ...doc.homeroomTeacher },
    principal: { ...doc.principal },
    seal: { ...doc.seal },
    pupils: lines(({ pupilCode, fullName, birthDate }) => ({ pupilCode, fullName, birthDate })),
    subjects: subjects.map(({ subject, name, teacher }) => ({
      subject,
      name,
      teacher: { ...teacher },
      results: saying(lines((row) => ({ level: row.levels[subject], mark: row.marks[subject] }))),
    })),
    traits: saying(lines((row) => ({ ...row.traits }))),
    closing: saying(
      lines(({ result, awarded, notPromoted, note }) => ({ result, awarded, notPromoted, note })),
    ),
  };
}

const text = (tree: Tree, key: string): string => String(tree[key] ?? '');
const list = (tree: Tree, key: string): readonly Tree[] => {
  const value = tree[key];
  return Array.isArray(value) ? value : [];
};
const branch = (tree: Tree, key: string): Tree => {
  const value = tree[key];
  return typeof value === 'object' && !Array.isArray(value) ? (value as Tree) : {};
};

function personOf(tree: Tree): { fullName: string; personalId: string; title?: string } {
  return {
    fullName: text(tree, 'fullName'),
    personalId: text(tree, 'personalId'),
    ...(tree.title === undefined ? {} : { title: text(tree, 'title') }),
  };
}

/** The entry of each line, so that one pupil's parts come together. */
function byLine(entries: readonly Tree[]): ReadonlyMap<number, Tree> {
  return new Map(entries.map((e) => [Number(e.line), e]));
}

function rowsOf(tree: Tree): SignedTableRow[] {
  const subjects = list(tree, 'subjects').map((s) => ({
    code: text(s, 'subject') as ClassTableDocument['subjects'][number]['subject'],
    results: byLine(list(s, 'results')),
  }));
  const traits = byLine(list(tree, 'traits'));
  const closing = byLine(list(tree, 'closing'));
  return list(tree, 'pupils').map((pupil): SignedTableRow => {
    const line = Number(pupil.line);
    const row: SignedTableRow = {
      pupilCode: text(pupil, 'pupilCode'),
      fullName: text(pupil, 'fullName'),
      birthDate: text(pupil, 'birthDate'),
      levels: {},
      marks: {},
      traits: {},
    };
    for (const { code, results } of subjects) {
      const found = results.get(line);
      if (found?.level !== undefined) row.levels[code] = found.level as SubjectLevel;
      if (found?.mark !== undefined) row.marks[code] = Number(found.mark);
    }
    const levels = traits.get(line) ?? {};
    for (const { code } of TRAITS)
      if (levels[code] !== undefined) row.traits[code as TraitCode] = levels[code] as TraitLevel;
    const { line: _line, ...end } = closing.get(line) ?? {};
    return { ...row, ...(end as Partial<SignedTableRow>) };
  });
}

/** The document of what was read. Provisional: the reader writes it again and compares the bytes. */
export function documentOf(tree: Tree): ClassTableDocument {
  const seal = branch(tree, 'seal');
  const principal = personOf(branch(tree, 'principal'));
  return {
    ruleSet: text(tree, 'ruleSet'),
    training: tree.training === true,
    uuid: text(tree, 'uuid'),
    schoolYear: text(tree, 'schoolYear'),
    period: text(tree, 'period') as ClassTableDocument['period'],
    grade: Number(tree.grade) as ClassTableDocument['grade'],
    className: text(tree, 'className'),
    school: {
      code: text(tree, 'schoolCode'),
      name: text(tree, 'schoolName'),
      communeName: text(tree, 'communeName'),
      provinceName: text(tree, 'provinceName'),
    },
    createdOn: text(tree, 'createdOn'),
    issueDate: text(tree, 'issueDate'),
    issuePlace: text(tree, 'issuePlace'),
    subjects: list(tree, 'subjects').map((s) => ({
      subject: subjectOf(text(s, 'subject') as ClassTableDocument['subjects'][number]['subject']).code,
      name: text(s, 'name'),
      teacher: personOf(branch(s, 'teacher')),
    })),
    homeroomTeacher: personOf(branch(tree, 'homeroomTeacher')),
    principal: { ...principal, title: principal.title ?? '' },
    seal: { organisationName: text(seal, 'organisationName'), taxCode: text(seal, 'taxCode') },
    rows: rowsOf(tree),
  };
}
