import { type Grade, type OverallResult, type SubjectCode, subjectsOf } from '@hocba/record';
import { newNameOf } from './new-name.ts';

/**
 * The roll-over as a pure function: last year's classes, what was decided on each pupil and what the school chose, to
 * the classes, moves and exceptions of the new year. Nothing is written here; preview and act both come from it.
 */
export interface LastYear {
  readonly fromYear: string;
  readonly toYear: string;
  readonly classes: readonly LastClass[];
  /** Classes that the new year has already. */
  readonly there: readonly { readonly classId: string; readonly name: string; readonly grade: number }[];
}

export interface LastClass {
  readonly classId: string;
  readonly name: string;
  readonly grade: Grade;
  readonly homeroomStaffId: string | null;
  readonly assignments: readonly Assignment[];
  readonly pupils: readonly LastPupil[];
}

export interface Assignment {
  readonly subject: SubjectCode;
  readonly staffId: string;
}

export interface LastPupil {
  readonly pupilId: string;
  readonly pupilCode: string;
  readonly fullName: string;
  readonly ordinal: number;
  /** The pupil's own, which in a combined class is not every other's. */
  readonly grade: Grade;
  readonly leftOn: string | null;
  readonly suspended: boolean;
  readonly completed: boolean | null;
  readonly promoted: boolean | null;
  readonly result: OverallResult | null;
  /** An issued record of the year that nobody has recalled. */
  readonly issued: boolean;
  readonly hasPersonalId: boolean;
  /** Name of the class of the new year that the pupil is in already, or that primary is completed. */
  readonly movedTo: string | null;
}

export interface Choices {
  /** `stay`: teachers stay with the class of the same name and grade; `follow`: they go up with their pupils. */
  readonly teachers: 'stay' | 'follow';
  readonly classes: readonly {
    readonly classId: string;
    readonly name: string;
    readonly homeroomStaffId?: string | null | undefined;
  }[];
  /** Where a pupil who stays in the grade goes, by the new class's name. */
  readonly repeaters: readonly { readonly pupilId: string; readonly className: string }[];
  /** Pupils who wait, whatever was decided on them. */
  readonly waiting: readonly string[];
}

export interface PlannedClass {
  readonly name: string;
  readonly grade: Grade;
  /** Of the pupils that come into it; several in a combined class. */
  readonly grades: readonly Grade[];
  /** The class that moves up into it; null for one that begins empty. */
  readonly from: { readonly classId: string; readonly name: string } | null;
  /** Set where the new year has it already. */
  readonly classId: string | null;
  readonly homeroomStaffId: string | null;
  readonly assignments: readonly Assignment[];
}

export type MoveKind = 'up' | 'repeat' | 'complete';
export interface Move {
  readonly pupilId: string;
  readonly kind: MoveKind;
  /** null for who has completed primary. */
  readonly className: string | null;
  readonly grade: Grade;
}

export type ExceptionKind =
  | 'undecided'
  | 'left'
  | 'suspended'
  | 'kept-waiting'
  | 'repeats'
  | 'no-class'
  | 'no-record'
  | 'no-number';

/** A pupil whom the school should look at before the act; `moves` says whether it takes the pupil along. */
export interface Exception {
  readonly kind: ExceptionKind;
  readonly pupilId: string;
  readonly moves: boolean;
}

export interface Plan {
  readonly classes: readonly PlannedClass[];
  readonly moves: readonly Move[];
  readonly exceptions: readonly Exception[];
  /** Sentences that forbid the act as it is chosen. */
  readonly problems: readonly string[];
  /** Pupils whom an earlier run has moved. */
  readonly moved: number;
}

/** @returns the same plan for the same facts and choices, in the order of classes and lists */
export function planRollOver(last: LastYear, choices: Choices): Plan {
  const problems: string[] = [];
  const classes = plannedClasses(last, choices, problems);
  const moves: Move[] = [];
  const exceptions: Exception[] = [];
  let moved = 0;
  for (const from of last.classes) {
    const up = classes.find((c) => c.from?.classId === from.classId);
    for (const pupil of from.pupils) {
      const note = (kind: ExceptionKind, moves: boolean) =>
        exceptions.push({ kind, pupilId: pupil.pupilId, moves });
      if (pupil.movedTo !== null) {
        moved += 1;
        continue;
      }
      if (pupil.leftOn !== null) note('left', false);
      else if (choices.waiting.includes(pupil.pupilId)) note('kept-waiting', false);
      else if (pupil.suspended) note('suspended', false);
      else if (pupil.promoted === null || pupil.completed === null) note('undecided', false);
      else {
        const move = moveOf(pupil, from, up, classes, choices);
        if (move === null) note('no-class', false);
        else moves.push(move);
        if (move?.kind === 'repeat') note('repeats', true);
        if (move !== null && !pupil.issued) note('no-record', true);
        if (move !== null && !pupil.hasPersonalId) note('no-number', true);
      }
    }
  }
  return { classes, moves, exceptions, problems, moved };
}

function moveOf(
  pupil: LastPupil,
  from: LastClass,
  up: PlannedClass | undefined,
  classes: readonly PlannedClass[],
  choices: Choices,
): Move | null {
  const { pupilId, grade } = pupil;
  // Of the last grade only completion counts: there is no grade to be promoted to (TT 27/2020 Điều 11 khoản 4).
  if (grade === 5 ? pupil.completed : pupil.promoted) {
    if (grade === 5) return { pupilId, kind: 'complete', className: null, grade };
    return up ? { pupilId, kind: 'up', className: up.name, grade: (grade + 1) as Grade } : null;
  }
  const wished = choices.repeaters.find((r) => r.pupilId === pupilId)?.className;
  const target =
    wished === undefined
      ? (classes.find((c) => c.grade === grade && c.name === from.name) ??
        classes.find((c) => c.grades.includes(grade)))
      : classes.find((c) => c.name === wished && c.grades.includes(grade));
  return target ? { pupilId, kind: 'repeat', className: target.name, grade } : null;
}

/** Every class with pupils below grade 5 moves up; grade 1 begins anew under last year's names. */
function plannedClasses(last: LastYear, choices: Choices, problems: string[]): PlannedClass[] {
  const lastByName = new Map(last.classes.map((c) => [c.name, c]));
  const there = new Map(last.there.map((c) => [c.name, c]));
  const planned: PlannedClass[] = [];
  const add = (from: LastClass | null, name: string, grade: Grade, wished?: string | null) => {
    if (name === '') problems.push(`Lớp ${from?.name ?? ''}: tên lớp mới còn trống.`);
    if (planned.some((c) => c.name === name)) {
      problems.push(`Hai lớp cùng có tên mới là ${name}; hãy đặt tên khác cho một lớp.`);
      return;
    }
    const same = there.get(name);
    if (same && same.grade !== grade) {
      problems.push(`Năm học ${last.toYear} đã có lớp ${name} thuộc khối ${same.grade}; hãy đặt tên khác.`);
    }
    const stays = lastByName.get(name);
    const source = choices.teachers === 'follow' && from ? from : stays?.grade === grade ? stays : null;
    const taught = new Set(subjectsOf(grade).map((s) => s.code));
    planned.push({
      name,
      grade,
      grades: from ? nextGrades(from, grade) : [grade],
      from: from ? { classId: from.classId, name: from.name } : null,
      classId: same?.classId ?? null,
      homeroomStaffId: wished === undefined ? (source?.homeroomStaffId ?? null) : wished,
      assignments: handedOn(source, taught, wished),
    });
  };
  for (const from of last.classes) {
    const grades = new Set(from.pupils.filter((p) => p.leftOn === null).map((p) => p.grade));
    if (from.grade === 5 || (grades.size > 0 && [...grades].every((g) => g === 5))) continue;
    const choice = choices.classes.find((c) => c.classId === from.classId);
    const name = choice?.name ?? newNameOf(from.name, grades.size > 0 ? grades : new Set([from.grade]));
    add(from, name, (from.grade + 1) as Grade, choice?.homeroomStaffId);
  }
  for (const from of last.classes) {
    const combined = from.pupils.some((p) => p.grade !== from.grade);
    if (from.grade === 1 && !combined && !planned.some((c) => c.name === from.name)) add(null, from.name, 1);
  }
  for (const { classId } of choices.classes) {
    if (!last.classes.some((c) => c.classId === classId)) problems.push('Có lớp không thuộc năm học này.');
  }
  return planned.sort((a, b) => a.grade - b.grade || a.name.localeCompare(b.name, 'vi'));
}

function nextGrades(from: LastClass, grade: Grade): Grade[] {
  const next = from.pupils.flatMap((p) => (p.leftOn === null && p.grade < 5 ? [(p.grade + 1) as Grade] : []));
  return [...new Set([grade, ...next])].sort();
}

/** Who taught the source teaches on; where another homeroom teacher is wished, that one takes over the former's own. */
function handedOn(
  source: LastClass | null,
  taught: ReadonlySet<SubjectCode>,
  wished: string | null | undefined,
): Assignment[] {
  return (source?.assignments ?? []).flatMap((a): Assignment[] => {
    if (!taught.has(a.subject)) return [];
    const own = a.staffId === source?.homeroomStaffId;
    if (!own || wished === undefined) return [a];
    return wished === null ? [] : [{ subject: a.subject, staffId: wished }];
  });
}
