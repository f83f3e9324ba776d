import type { OverallResult } from '@hocba/record';
import { type Answer, CallError, get } from '../../api/client.ts';

export type Sentence = Answer<'GET', '/api/sentences'>['sentences'][number];

/** What is known of the pupil whose comment is written. */
export interface Beside {
  readonly grade: number;
  /** `subject`: the level of the subject; `traits`: the levels of the block by trait; `year`: the year's result. */
  readonly known:
    | { readonly of: 'subject'; readonly level: string }
    | { readonly of: 'traits'; readonly levels: ReadonlyMap<string, string> }
    | { readonly of: 'year'; readonly result: OverallResult | null };
}

/** The lowest first: of a block the comment has to say what is to be practised. */
const ORDER = ['C', 'Đ', 'T'];

/**
 * The sentences that fit a pupil, in the order given: own, school's, national; of a trait block those for the lowest
 * level come first among the national ones. A sentence for a level is not offered while the pupil has none.
 */
export function fitting(sentences: readonly Sentence[], beside: Beside): Sentence[] {
  const { grade, known } = beside;
  const found = sentences.filter((s) => {
    if (!s.grades.some((g) => g === grade)) return false;
    if (known.of === 'subject') return known.level !== '' && (s.level === null || s.level === known.level);
    if (known.of === 'year') return s.level === null || s.level === known.result;
    if (s.trait === null) return s.level === null || [...known.levels.values()].includes(s.level);
    return s.level === null || known.levels.get(s.trait) === s.level;
  });
  if (known.of !== 'traits') return found;
  const rank = (s: Sentence): number => (s.bank === 'national' ? 1 + ORDER.indexOf(s.level ?? '') : 0);
  return found.sort((a, b) => rank(a) - rank(b));
}

/** The sentences of the columns that somebody has come to, asked for once each. */
export class SentenceShelf {
  private readonly there = new Map<string, readonly Sentence[]>();
  private readonly asked = new Set<string>();
  private readonly changed: () => void;

  constructor(changed: () => void) {
    this.changed = changed;
  }

  /** What is there of a column now; asks for it if nobody has. */
  of(item: string): readonly Sentence[] {
    if (!this.asked.has(item)) this.fetch(item);
    return this.there.get(item) ?? [];
  }

  /** Whether the column's sentences have come. */
  has(item: string): boolean {
    return this.there.has(item);
  }

  /** Asks again, as after a sentence was kept or dropped. */
  fetch(item: string): void {
    this.asked.add(item);
    get('/api/sentences', { query: { item } }).then(
      ({ sentences }) => {
        this.there.set(item, sentences);
        this.changed();
      },
      (error: unknown) => {
        // Offered again when the cell is next come to; entry itself needs no sentences.
        this.asked.delete(item);
        if (!(error instanceof CallError)) throw error;
      },
    );
  }
}
