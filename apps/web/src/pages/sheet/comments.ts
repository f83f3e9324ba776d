import {
  type CellItem,
  type CommentFault,
  isSubjectCode,
  isTraitCode,
  type OverallResult,
  type PeriodAssessment,
  type SubjectLevel,
  type TraitLevel,
} from '@hocba/record';
import type { SheetData } from '../../api/answers.ts';
import type { Sheet } from '../../grid/sheet.ts';
import { type Beside, fitting, type Sentence, SentenceShelf } from './sentences.ts';

type Help = typeof import('./help.ts');

/** A comment is used too often from the third time on; the linter is told so by two others like it. */
const TOO_OFTEN = 3;
const LEVELS = ['C', 'Đ', 'H', 'T'];

/** What of an open sheet its comments look at. */
interface OpenSheet {
  readonly data: SheetData;
  readonly sheet: Sheet;
  isOwnComment(row: number, column: number): boolean;
}

/** Sentences to choose from and faults to be told, for the comments of one open sheet. */
export class SheetComments {
  private readonly session: OpenSheet;
  readonly shelf: SentenceShelf;
  private help: Help | null = null;
  private readonly known = new Map<string, readonly CommentFault[]>();

  constructor(session: OpenSheet, changed: () => void) {
    this.session = session;
    this.shelf = new SentenceShelf(changed);
    if (session.sheet.columns.some((c) => c.editable && c.item.endsWith('.comment'))) {
      // Without it nothing is told and everything else goes on: a warning never blocks.
      import('./help.ts').then(
        (help) => {
          this.help = help;
          changed();
        },
        () => undefined,
      );
    }
  }

  /** The sentences that fit a pupil's cell. */
  sentences(row: number, column: number): Sentence[] {
    const item = this.itemOf(column);
    const beside = this.besideOf(row, item);
    if (beside === null || !this.session.isOwnComment(row, column)) return [];
    return fitting(this.shelf.of(item), beside);
  }

  /** The level that a sentence out of this cell is kept for; null where it fits any. */
  levelOf(row: number, column: number): Sentence['level'] {
    const known = this.besideOf(row, this.itemOf(column))?.known;
    if (known?.of === 'subject') return (known.level || null) as Sentence['level'];
    return known?.of === 'year' ? known.result : null;
  }

  /** What a reader would object to in a comment, with the words that show it. */
  faults(row: number, column: number, text = this.session.sheet.value(row, column)): readonly CommentFault[] {
    const item = this.itemOf(column);
    if (this.help === null || text.trim() === '' || !item.endsWith('.comment')) return [];
    const same = this.session.sheet.rows.filter(
      (_, other) => other !== row && this.session.sheet.value(other, column) === text,
    ).length;
    const often = same >= TOO_OFTEN - 1;
    const level = this.lowestLevel(row, item);
    const key = `${item}|${level ?? ''}|${often}|${text}`;
    const found =
      this.known.get(key) ??
      this.help.lintComment(text, {
        item: item as CellItem,
        ...(level === undefined ? {} : { level }),
        others: often ? [text, text] : [],
      });
    this.known.set(key, found);
    return found;
  }

  /** Every comment of one's own with something to look at again, column by column. */
  remarks(): { column: number; rows: { row: number; faults: readonly CommentFault[] }[] }[] {
    const { sheet } = this.session;
    return sheet.columns.flatMap((spec, column) => {
      if (!spec.editable || !spec.item.endsWith('.comment')) return [];
      const rows = sheet.rows.flatMap((_, row) => {
        const faults = this.session.isOwnComment(row, column) ? this.faults(row, column) : [];
        return faults.length > 0 ? [{ row, faults }] : [];
      });
      return rows.length > 0 ? [{ column, rows }] : [];
    });
  }

  private itemOf(column: number): string {
    return this.session.sheet.columns[column]?.item ?? '';
  }

  private valueOf(row: number, item: string): string {
    const column = this.session.sheet.columns.findIndex((c) => c.item === item);
    return column < 0 ? '' : this.session.sheet.value(row, column);
  }

  /** Of the block's traits, those whose levels stand in the same group of columns. */
  private traitLevels(row: number, item: string): Map<string, string> {
    const { columns } = this.session.data;
    const group = columns.find((c) => c.item === item)?.group;
    return new Map(
      columns
        .filter((c) => c.group === group && c.kind === 'trait')
        .map((c): [string, string] => [c.item.replace('.level', ''), this.valueOf(row, c.item)])
        .filter(([, level]) => level !== ''),
    );
  }

  private besideOf(row: number, item: string): Beside | null {
    const pupil = this.session.data.pupils[row];
    if (pupil === undefined) return null;
    const { grade } = pupil;
    const subject = item.replace('.comment', '');
    if (isSubjectCode(subject)) {
      return { grade, known: { of: 'subject', level: this.valueOf(row, `${subject}.level`) } };
    }
    if (item === 'HOMEROOM.comment') return { grade, known: { of: 'year', result: this.resultOf(row) } };
    return { grade, known: { of: 'traits', levels: this.traitLevels(row, item) } };
  }

  private lowestLevel(row: number, item: string): SubjectLevel | TraitLevel | undefined {
    const known = this.besideOf(row, item)?.known;
    if (known === undefined || known.of === 'year') return undefined;
    const levels = known.of === 'subject' ? [known.level] : [...known.levels.values()];
    return LEVELS.find((level) => levels.includes(level)) as SubjectLevel | TraitLevel | undefined;
  }

  /** The result that the rules give for the year as it stands in the sheet, so that the sentence fits it. */
  private resultOf(row: number): OverallResult | null {
    const pupil = this.session.data.pupils[row];
    if (this.help === null || pupil === undefined) return null;
    const a: PeriodAssessment = {
      grade: pupil.grade as PeriodAssessment['grade'],
      levels: {},
      marks: {},
      traits: {},
    };
    this.session.sheet.columns.forEach(({ item }, column) => {
      const value = this.session.sheet.value(row, column);
      const [code = '', kind] = item.split('.');
      if (value === '') return;
      if (isSubjectCode(code) && kind === 'level') a.levels[code] = value as SubjectLevel;
      else if (isSubjectCode(code) && kind === 'mark') a.marks[code] = Number(value);
      else if (isTraitCode(code) && kind === 'level') a.traits[code] = value as TraitLevel;
    });
    const exempt = pupil.exempt as CellItem[];
    return this.help.proposeResult(this.help.ruleSetFor(this.session.data.schoolYear), a, { exempt }).result;
  }
}
