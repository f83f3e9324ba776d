import { useState } from 'preact/hooks';
import { type Answer, get, post } from '../api/client.ts';
import { DayField } from '../parts/day-field.tsx';
import type { Me } from '../parts/frame.tsx';
import { Refused, Show, useAct, useLoaded } from '../parts/load.tsx';
import { PageTitle } from '../parts/page-title.tsx';
import { TextField } from '../parts/text-field.tsx';
import { clock } from '../words/clock.ts';
import { dayText } from '../words/day.ts';
import { words } from '../words/index.ts';

type View = Answer<'GET', '/api/school-facts'>;
type Facts = View['facts'];
const FIELDS = [
  ['name', 200],
  ['code', 20],
  ['provinceOfficeName', 200],
  ['provinceOfficeCode', 10],
  ['issuePlace', 120],
  ['taxCode', 14],
  ['districtName', 80],
] as const;
const PROFILES = ['moet-2025', 'moet-1.0'] as const;

/** Thông tin của trường: what its records say of the school; province and commune come from the lists of a day. */
export function SchoolFactsPage({ me }: { me: Me }) {
  const { loaded, again } = useLoaded('facts', () => get('/api/school-facts', {}));
  const say = words.facts;
  const mayEdit = me.roles.includes('admin');
  return (
    <>
      <PageTitle text={say.title} />
      <p class="soft">{mayEdit ? say.intro : say.readOnly}</p>
      <Show of={loaded} again={again}>
        {(view) => (
          <>
            {mayEdit ? (
              <Form key={view.history.length} view={view} done={again} />
            ) : (
              <Read facts={view.facts} />
            )}
            {view.history.length > 0 && (
              <>
                <h2>{say.history}</h2>
                <ul>
                  {view.history.map((one) => (
                    <li key={one.at}>
                      {say.line(one.name, dayText(one.validOn), one.reason)}{' '}
                      <span class="soft">({words.handOver.status.recorded(one.by, clock(one.at))})</span>
                    </li>
                  ))}
                </ul>
              </>
            )}
          </>
        )}
      </Show>
    </>
  );
}

function Read({ facts }: { facts: Facts }) {
  const say = words.facts;
  const rows: [string, string][] = [
    ...FIELDS.filter(([key]) => facts[key] !== '').map(([key]): [string, string] => [
      say.fields[key],
      facts[key],
    ]),
    [say.commune, facts.communeName],
    [say.province, facts.provinceName],
    [say.profile, say.profiles[facts.profile]],
  ];
  return (
    <dl class="facts card padded">
      {rows.map(([name, value]) => (
        <div key={name}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

function Form({ view, done }: { view: View; done: () => void }) {
  const say = words.facts;
  const [facts, setFacts] = useState(view.facts);
  const [validOn, setValidOn] = useState(view.validOn ?? '');
  const [reason, setReason] = useState('');
  const { busy, error, run } = useAct();
  const { provinceCode, communeCode } = facts;
  const ready = validOn !== '' && provinceCode !== null && communeCode !== null;
  return (
    <form
      class="card padded"
      onSubmit={(event) => {
        event.preventDefault();
        if (provinceCode === null || communeCode === null) return;
        const { provinceName: _, communeName: __, ...given } = facts;
        run(async () => {
          await post('/api/school-facts', { body: { ...given, provinceCode, communeCode, validOn, reason } });
          done();
        });
      }}
    >
      {error && <Refused error={error} />}
      <div class="field-grid">
        {FIELDS.map(([key, maxLength]) => (
          <TextField
            key={key}
            id={`school-${key}`}
            label={say.fields[key]}
            value={facts[key]}
            set={(text) => setFacts({ ...facts, [key]: text })}
            maxLength={maxLength}
            optional={key === 'districtName'}
          />
        ))}
      </div>
      {provinceCode === null && (
        <p class="notice wait">
          {say.typed} {facts.communeName}, {facts.provinceName}
        </p>
      )}
      {validOn === '' && <p class="soft">{say.dayFirst}</p>}
      <div class="field-grid">
        <DayField id="school-day" label={say.validOn} value={validOn} set={setValidOn} />
        <CodeSelect
          list="provinces"
          label={say.province}
          day={validOn}
          value={provinceCode}
          set={(code) => setFacts({ ...facts, provinceCode: code, communeCode: null })}
        />
        <CodeSelect
          list="communes"
          label={say.commune}
          day={validOn}
          province={provinceCode}
          value={communeCode}
          set={(code) => setFacts({ ...facts, communeCode: code })}
        />
        <div class="field-row wide">
          <label for="profile">{say.profile}</label>
          <select
            id="profile"
            value={facts.profile}
            onChange={(e) =>
              setFacts({ ...facts, profile: e.currentTarget.value === 'moet-1.0' ? 'moet-1.0' : 'moet-2025' })
            }
          >
            {PROFILES.map((one) => (
              <option key={one} value={one}>
                {say.profiles[one]}
              </option>
            ))}
          </select>
        </div>
        <TextField id="school-reason" label={say.reason} value={reason} set={setReason} maxLength={500} />
      </div>
      <button type="submit" class="primary" disabled={busy || !ready}>
        {say.save}
      </button>
    </form>
  );
}

/** One code of a list as it holds on the day; of communes, those of the province. */
function CodeSelect(props: {
  list: 'provinces' | 'communes';
  label: string;
  day: string;
  province?: string | null;
  value: string | null;
  set: (code: string | null) => void;
}) {
  const { list, day } = props;
  const province = props.province ?? undefined;
  const { loaded } = useLoaded(`${list} ${day} ${province}`, async () =>
    day === '' || (list === 'communes' && province === undefined)
      ? { codes: [] }
      : get('/api/code-lists/:list', { params: { list }, query: { day, province } }),
  );
  const codes = loaded.at === 'there' ? loaded.value.codes : [];
  return (
    <div class="field-row">
      <label for={`list-${list}`}>{props.label}</label>
      <select
        id={`list-${list}`}
        value={props.value ?? ''}
        disabled={codes.length === 0}
        onChange={(e) => props.set(e.currentTarget.value || null)}
      >
        <option value="">{words.facts.choose}</option>
        {codes.map((one) => (
          <option key={one.code} value={one.code}>
            {one.name}
          </option>
        ))}
      </select>
    </div>
  );
}
