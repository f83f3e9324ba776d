import {
  type CellItem,
  type Grade,
  RESULT_NAMES,
  SUBJECT_LEVEL_NAMES,
  subjectsOf,
  TRAIT_GROUPS,
  TRAIT_LEVEL_NAMES,
} from '@hocba/record';
import { useEffect, useState } from 'preact/hooks';
import { del, get, post } from '../../api/client.ts';
import type { Me } from '../../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { TextArea } from '../../parts/text-area.tsx';
import { words } from '../../words/index.ts';
import { FaultList } from './bank.tsx';
import type { Sentence } from './sentences.ts';

const GRADES: readonly Grade[] = [1, 2, 3, 4, 5];
const BANKS = ['own', 'school', 'national'] as const;

/** The columns of a grade that hold comments, as the form names them. */
function columnsOf(grade: Grade): { item: CellItem; name: string }[] {
  return [
    ...subjectsOf(grade).map((s) => ({ item: `${s.code}.comment` as CellItem, name: s.name })),
    ...TRAIT_GROUPS.map((g) => ({ item: `${g}.comment` as CellItem, name: words.bank.groups[g] })),
    { item: 'HOMEROOM.comment', name: words.bank.groups.HOMEROOM },
  ];
}

function scaleOf(item: CellItem): Readonly<Record<string, string>> {
  if (item === 'HOMEROOM.comment') return RESULT_NAMES;
  return TRAIT_GROUPS.some((g) => item === `${g}.comment`) ? TRAIT_LEVEL_NAMES : SUBJECT_LEVEL_NAMES;
}

/** The three banks of a column side by side, one below the other; one's own and, for the principal, the school's to keep. */
export function CommentBankPage({ me, first }: { me: Me; first: Grade }) {
  const say = words.bank;
  const [grade, setGrade] = useState<Grade>(first);
  const [item, setItem] = useState<CellItem>('TV.comment');
  const [level, setLevel] = useState('');
  const columns = columnsOf(grade);
  const scale = scaleOf(item);
  const { loaded, again } = useLoaded(item, () => get('/api/sentences', { query: { item } }));
  const choose = (next: { grade?: Grade; item?: CellItem }): void => {
    const g = next.grade ?? grade;
    const wanted = next.item ?? item;
    const there = columnsOf(g).some((c) => c.item === wanted) ? wanted : 'TV.comment';
    setGrade(g);
    setItem(there);
    if (!(level in scaleOf(there))) setLevel('');
  };
  return (
    <>
      <PageTitle text={say.title} />
      <p class="soft">{say.note}</p>
      <div class="field-grid">
        <div class="field-row">
          <label for="bank-grade">{say.grade}</label>
          <select
            id="bank-grade"
            value={String(grade)}
            onChange={(e) => choose({ grade: Number(e.currentTarget.value) as Grade })}
          >
            {GRADES.map((g) => (
              <option key={g} value={String(g)}>
                {g}
              </option>
            ))}
          </select>
        </div>
        <div class="field-row">
          <label for="bank-column">{say.column}</label>
          <select
            id="bank-column"
            value={item}
            onChange={(e) => choose({ item: e.currentTarget.value as CellItem })}
          >
            {columns.map((c) => (
              <option key={c.item} value={c.item}>
                {c.name}
              </option>
            ))}
          </select>
        </div>
        <div class="field-row">
          <label for="bank-level">{say.level}</label>
          <select id="bank-level" value={level} onChange={(e) => setLevel(e.currentTarget.value)}>
            <option value="">{say.anyLevel}</option>
            {Object.entries(scale).map(([code, name]) => (
              <option key={code} value={code}>
                {name}
              </option>
            ))}
          </select>
        </div>
      </div>
      <Add key={item} item={item} grade={grade} level={level} me={me} done={again} />
      <Show of={loaded} again={again}>
        {({ sentences }) => {
          const shown = sentences.filter(
            (s) => s.grades.includes(grade) && (level === '' || s.level === null || s.level === level),
          );
          return BANKS.map((bank) => (
            <List
              key={bank}
              bank={bank}
              sentences={shown.filter((s) => s.bank === bank)}
              me={me}
              done={again}
            />
          ));
        }}
      </Show>
    </>
  );
}

function List(props: { bank: Sentence['bank']; sentences: readonly Sentence[]; me: Me; done: () => void }) {
  const { bank, sentences, me } = props;
  const say = words.bank;
  const { busy, error, run } = useAct();
  const mayDrop = bank === 'own' || (bank === 'school' && me.roles.includes('principal'));
  const drop = (sentenceId: string): void =>
    run(async () => {
      await del(bank === 'own' ? '/api/sentences/own/:sentenceId' : '/api/sentences/school/:sentenceId', {
        params: { sentenceId },
      });
      props.done();
    });
  return (
    <section>
      <h2>
        {say.headings[bank]} <span class="soft">{say.count(sentences.length)}</span>
      </h2>
      {error && <Refused error={error} />}
      {sentences.length === 0 ? (
        <p class="soft">{say.none}</p>
      ) : (
        <ul class="card task-list">
          {sentences.map((s) => (
            <li key={s.id} class="whole">
              <span>
                {s.level !== null && <strong>{s.level} </strong>}
                {s.text}
              </span>
              {mayDrop && (
                <button
                  type="button"
                  class="small"
                  aria-label={say.dropOf(s.text)}
                  disabled={busy}
                  onClick={() => drop(s.id)}
                >
                  {say.drop}
                </button>
              )}
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

type Help = typeof import('./help.ts');

function Add(props: { item: CellItem; grade: Grade; level: string; me: Me; done: () => void }) {
  const { item, grade, level, me } = props;
  const say = words.bank;
  const [text, setText] = useState('');
  const [help, setHelp] = useState<Help | null>(null);
  const { busy, error, run } = useAct();
  useEffect(() => {
    let current = true;
    import('./help.ts').then(
      (loaded) => current && setHelp(loaded),
      () => undefined,
    );
    return () => {
      current = false;
    };
  }, []);
  const context = {
    item,
    ...(level === '' || item === 'HOMEROOM.comment' ? {} : { level: level as 'T' | 'H' | 'C' | 'Đ' }),
  };
  const keep = (path: '/api/sentences/own' | '/api/sentences/school'): void =>
    run(async () => {
      await post(path, { body: { item, grade, level: (level || null) as Sentence['level'], text } });
      setText('');
      props.done();
    });
  return (
    <details class="card padded">
      <summary>{say.add}</summary>
      {error && <Refused error={error} />}
      <TextArea id="bank-text" label={say.text} value={text} set={setText} maxLength={400} />
      <div role="status">
        <FaultList faults={help === null ? [] : help.lintComment(text, context)} />
      </div>
      <div class="actions">
        <button
          type="button"
          disabled={busy || text.trim() === ''}
          onClick={() => keep('/api/sentences/own')}
        >
          {say.keepOwn}
        </button>
        {me.roles.includes('principal') && (
          <button
            type="button"
            disabled={busy || text.trim() === ''}
            onClick={() => keep('/api/sentences/school')}
          >
            {say.keepSchool}
          </button>
        )}
      </div>
    </details>
  );
}
