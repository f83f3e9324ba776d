import { useState } from 'preact/hooks';
import { type Answer, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, useAct } from '../../parts/load.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { words } from '../../words/index.ts';
import { type Classes, useEntry } from './entry.tsx';
import { RecordFileField, type Sent } from './file.tsx';
import { PaperResults, statedOf, type Typed } from './results.tsx';
import { ArrivalYears, type TypedYear, yearsOf } from './years.tsx';

type Preview = Answer<'POST', '/api/transfers/in/preview'>;
type Body = Parameters<typeof post<'/api/transfers/in'>>[1]['body'];

/** A pupil of a school that is not here: by the records that it issued, by its papers, or by both; seen before it is entered. */
export function Papers({ classes, done }: { classes: Classes; done: (pupilId: string) => void }) {
  const say = words.pupils.arrival;
  const [pupilCode, setPupilCode] = useState('');
  const [personalId, setPersonalId] = useState('');
  const [fullName, setFullName] = useState('');
  const [sex, setSex] = useState<'male' | 'female' | ''>('');
  const [birthDate, setBirthDate] = useState('');
  const [schoolName, setSchoolName] = useState('');
  const [resultsNote, setResultsNote] = useState('');
  const [years, setYears] = useState<readonly TypedYear[]>([]);
  const [typed, setTyped] = useState<Typed>(new Map());
  const [document, setDocument] = useState('');
  const [sent, setSent] = useState<Sent | null>(null);
  const [seen, setSeen] = useState<{ of: string; sent: Sent | null; preview: Preview } | null>(null);
  const { entry, ready, fields } = useEntry('papers', classes);
  const { busy, error, run } = useAct();

  const number = personalId.trim();
  const results = statedOf(typed);
  const identity = sex === '' ? null : { pupilCode: pupilCode.trim(), fullName, sex, birthDate };
  const body: Body | null = identity && {
    ...entry,
    schoolName,
    resultsNote,
    studyYears: yearsOf(years, schoolName),
    pupil: number === '' ? identity : { ...identity, personalId: number },
    ...(results.length === 0 ? {} : { results }),
    ...(document.trim() === '' ? {} : { document: document.trim() }),
    ...(sent === null ? {} : { file: sent.file }),
  };
  // A package is megabytes, and this is asked at every key: it is known by being the same one.
  const asSeen = JSON.stringify({ ...body, file: null });
  const shown = body !== null && seen?.of === asSeen && seen.sent === sent ? seen.preview : null;
  const fill = (next: Sent): void => {
    setSent(next);
    const { pupil: who, years: read } = next.read;
    const from = read.at(-1)?.schoolName ?? null;
    if (who.pupilCode !== null) setPupilCode(who.pupilCode);
    if (who.personalId !== null) setPersonalId(who.personalId);
    if (who.fullName !== null) setFullName(who.fullName);
    if (who.sex !== null) setSex(who.sex);
    if (who.birthDate !== null) setBirthDate(who.birthDate);
    if (from !== null) setSchoolName(from);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        if (body === null) return;
        run(async () => {
          if (shown === null)
            setSeen({ of: asSeen, sent, preview: await post('/api/transfers/in/preview', { body }) });
          else done((await post('/api/transfers/in', { body })).pupilId);
        });
      }}
    >
      <RecordFileField sent={sent} set={fill} drop={() => setSent(null)} />
      <div class="field-grid">
        <TextField id="in-code" label={say.code} value={pupilCode} set={setPupilCode} maxLength={20} />
        <TextField
          id="in-number"
          label={say.personalId}
          value={personalId}
          set={setPersonalId}
          maxLength={12}
          optional
        />
        <TextField id="in-name" label={say.name} value={fullName} set={setFullName} maxLength={80} />
        <DayField
          key={sent?.read.pupil.birthDate ?? ''}
          id="in-born"
          label={say.birthDate}
          value={birthDate}
          set={setBirthDate}
        />
        <div class="field-row">
          <label for="in-sex">{words.pupils.sex}</label>
          <select
            id="in-sex"
            required
            value={sex}
            onChange={(e) => {
              const { value } = e.currentTarget;
              setSex(value === 'male' || value === 'female' ? value : '');
            }}
          >
            <option value="">{words.pupils.chooseSex}</option>
            <option value="female">{words.pupils.sexes.female}</option>
            <option value="male">{words.pupils.sexes.male}</option>
          </select>
        </div>
        <TextField id="in-school" label={say.from} value={schoolName} set={setSchoolName} maxLength={200} />
        {fields}
      </div>
      <ArrivalYears years={years} set={setYears} />
      {entry.toClassId === '' ? (
        <p class="soft">{say.paper.chooseClass}</p>
      ) : (
        <PaperResults
          classId={entry.toClassId}
          typed={typed}
          set={setTyped}
          document={document}
          setDocument={setDocument}
        />
      )}
      <div class="field-row">
        <label for="in-results">{say.results}</label>
        <textarea
          id="in-results"
          class="field"
          rows={4}
          maxLength={4000}
          value={resultsNote}
          onInput={(e) => setResultsNote(e.currentTarget.value)}
        />
      </div>
      {error && <Refused error={error} />}
      {shown && <Seen preview={shown} />}
      <div class="actions">
        <button type="submit" class="primary" disabled={busy || birthDate === '' || !ready}>
          {shown === null ? say.preview.look : say.enter}
        </button>
      </div>
    </form>
  );
}

/** Subjects down, periods across: what would be written. */
function Seen({ preview }: { preview: Preview }) {
  const say = words.pupils.arrival.preview;
  const titles = new Map(
    preview.periods.flatMap(({ cells }) => cells.map((c) => [c.item, c.title] as const)),
  );
  return (
    <section class="notice" role="status">
      <strong>{say.summary(preview.cells, preview.studyYears.length)}</strong>
      {titles.size > 0 && (
        <div class="scrolled">
          <table class="plain">
            <thead>
              <tr>
                <th>{say.cell}</th>
                {preview.periods.map(({ period, title }) => (
                  <th key={period}>{title}</th>
                ))}
              </tr>
            </thead>
            <tbody>
              {[...titles].map(([item, title]) => (
                <tr key={item}>
                  <th scope="row">{title}</th>
                  {preview.periods.map(({ period, cells }) => (
                    <td key={period}>{cells.find((c) => c.item === item)?.value ?? ''}</td>
                  ))}
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      )}
      {preview.missing.length > 0 && (
        <p>
          <strong>{say.missing(preview.missing.map((year) => words.schoolYear(year)).join(', '))}</strong>
        </p>
      )}
      <p>{say.next}</p>
    </section>
  );
}
