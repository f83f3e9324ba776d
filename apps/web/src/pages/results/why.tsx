import {
  type CellItem,
  isCellItem,
  itemName,
  partsOf,
  SUBJECT_LEVEL_NAMES,
  subjectOf,
  TRAIT_LEVEL_NAMES,
  traitOf,
} from '@hocba/record';
import type { Answer } from '../../api/client.ts';
import { words } from '../../words/index.ts';

type Pupil = Answer<'GET', '/api/classes/:classId/results'>['pupils'][number];
const FIRST = 3;

/** What is missing, or which cells keep the pupil from the highest result, with the rule in its own words. */
export function Why({ pupil }: { pupil: Pupil }) {
  if (pupil.missing.length > 0) {
    const names = pupil.missing.map((cell) => shortOf(cell.item, cell.title));
    return <span>{words.results.missing(names.join(', '))}</span>;
  }
  if (pupil.blocking.length === 0) return <span class="soft">{words.results.nothingBlocks}</span>;
  const cells = pupil.blocking.map((cell) => `${shortOf(cell.item, cell.title)} ${wordOf(cell)}`);
  return (
    <details>
      <summary>
        {words.results.blockers(cells.length)} {cells.slice(0, FIRST).join(', ')}
        {cells.length > FIRST && '…'}
      </summary>
      {cells.length > FIRST && <p>{cells.join(', ')}.</p>}
      {pupil.reasons.map((reason) => (
        <p class="soft" key={reason.article + reason.sentence}>
          {reason.sentence} ({reason.article})
        </p>
      ))}
    </details>
  );
}

/** "Toán", "Yêu nước": in this column the kind of cell is clear from its value. */
function shortOf(item: string, title: string): string {
  if (!isCellItem(item)) return title;
  const parts = partsOf(item);
  if (parts.kind === 'subjectLevel' || parts.kind === 'mark') return subjectOf(parts.subject).shortName;
  if (parts.kind === 'traitLevel') return traitOf(parts.trait).name;
  return itemName(item);
}

function wordOf({ item, value }: { item: string; value: string }): string {
  const kind = isCellItem(item) ? partsOf(item as CellItem).kind : undefined;
  if (kind === 'mark') return words.results.marks(value);
  const names: Readonly<Record<string, string>> =
    kind === 'traitLevel' ? TRAIT_LEVEL_NAMES : SUBJECT_LEVEL_NAMES;
  return names[value]?.toLowerCase() ?? value;
}
