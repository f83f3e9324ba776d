import { useState } from 'preact/hooks';
import type { Member } from '../../api/answers.ts';
import { type Answer, post } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { Refused, useAct } from '../../parts/load.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { clock } from '../../words/clock.ts';
import { dayText } from '../../words/day.ts';
import { words } from '../../words/index.ts';

const ROLES = ['teacher', 'principal', 'clerk', 'admin'] as const;

/** Enters or changes one member of the staff, and notes that one leaves. */
export function StaffForm(props: {
  member: Member | null;
  others: readonly Member[];
  done: () => void;
  close: () => void;
}) {
  const { member, done } = props;
  const say = words.staff;
  const [staffCode, setCode] = useState(member?.staffCode ?? '');
  const [fullName, setName] = useState(member?.fullName ?? '');
  const [title, setTitle] = useState(member?.title ?? '');
  const [personalId, setPersonalId] = useState('');
  const [roles, setRoles] = useState<Member['roles']>(member?.roles ?? ['teacher']);
  const [slip, setSlip] = useState<Slip | null>(null);
  const { busy, error, run } = useAct();
  const save = (): void =>
    run(async () => {
      const saved = await post('/api/staff', {
        body: {
          ...(member ? { staffId: member.staffId } : {}),
          staffCode,
          fullName,
          title,
          roles,
          ...(personalId.trim() === '' ? {} : { personalId: personalId.trim() }),
        },
      });
      if (saved.account === null) done();
      else setSlip(saved.account);
    });
  if (slip !== null) return <AccountSlip name={fullName} slip={slip} done={done} />;
  return (
    <section class="card padded">
      <h2>{member ? say.editOf(member.fullName) : say.form.titleNew}</h2>
      {error && <Refused error={error} />}
      <form
        onSubmit={(event) => {
          event.preventDefault();
          save();
        }}
      >
        <div class="field-grid">
          <TextField id="staff-name" label={say.form.name} value={fullName} set={setName} maxLength={80} />
          <TextField id="staff-code" label={say.form.code} value={staffCode} set={setCode} maxLength={20} />
          <TextField id="staff-title" label={say.form.title} value={title} set={setTitle} maxLength={80} />
          <TextField
            id="staff-id"
            label={member ? say.form.personalIdKept : say.form.personalId}
            value={personalId}
            set={setPersonalId}
            maxLength={12}
            optional={member !== null}
          />
        </div>
        <fieldset class="plain-set">
          <legend>{say.rolesLegend}</legend>
          {ROLES.map((role) => (
            <label key={role} class="choice">
              <input
                type="checkbox"
                checked={roles.includes(role)}
                onChange={() =>
                  setRoles(roles.includes(role) ? roles.filter((r) => r !== role) : [...roles, role])
                }
              />
              {say.roles[role]}
            </label>
          ))}
        </fieldset>
        <div class="actions">
          <button type="submit" class="primary" disabled={busy}>
            {say.form.save}
          </button>
          <button type="button" onClick={props.close}>
            {say.form.cancel}
          </button>
        </div>
      </form>
      {member && (
        <details>
          <summary>{say.account.title}</summary>
          <p class="soft">{say.account.note}</p>
          {member.accountFrom && (
            <p>{say.account.from(member.accountFrom.fullName, clock(member.accountFrom.at))}</p>
          )}
          <button
            type="button"
            disabled={busy}
            onClick={() =>
              run(async () => {
                const params = { staffId: member.staffId };
                setSlip((await post('/api/staff/:staffId/account', { params, body: {} })).account);
              })
            }
          >
            {say.account.issue}
          </button>
        </details>
      )}
      {member && (
        <details>
          <summary>{say.leave.title}</summary>
          <Leave member={member} others={props.others} done={done} />
        </details>
      )}
    </section>
  );
}

type Slip = NonNullable<Answer<'POST', '/api/staff'>['account']>;

/** Shown once: the password stands nowhere else, and opens nothing but the choice of one's own. */
function AccountSlip({ name, slip, done }: { name: string; slip: Slip; done: () => void }) {
  const say = words.staff.account;
  return (
    <section class="notice slip-sheet" role="status">
      <h2>{say.slip(name)}</h2>
      <dl class="slip">
        <dt>{words.signIn.username}</dt>
        <dd>
          <code>{slip.username}</code>
        </dd>
        <dt>{say.oneTime}</dt>
        <dd>
          <code>{slip.oneTimePassword}</code>
        </dd>
      </dl>
      <p>{say.once(dayText(slip.until.slice(0, 10)))}</p>
      <div class="actions">
        <button type="button" class="primary" onClick={() => window.print()}>
          {say.print}
        </button>
        <button type="button" onClick={done}>
          {say.done}
        </button>
      </div>
    </section>
  );
}

function Leave({ member, others, done }: { member: Member; others: readonly Member[]; done: () => void }) {
  const say = words.staff.leave;
  const [onDate, setOnDate] = useState('');
  const [successorId, setSuccessor] = useState('');
  const { busy, error, run } = useAct();
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        run(async () => {
          await post('/api/staff/:staffId/leave', {
            params: { staffId: member.staffId },
            body: { onDate, ...(successorId === '' ? {} : { successorId }) },
          });
          done();
        });
      }}
    >
      <p class="soft">{say.note}</p>
      {error && <Refused error={error} />}
      <div class="field-grid">
        <DayField id="leave-day" label={say.day} value="" set={setOnDate} />
        <div class="field-row">
          <label for="successor">{say.successor}</label>
          <select id="successor" value={successorId} onChange={(e) => setSuccessor(e.currentTarget.value)}>
            <option value="">{say.nobody}</option>
            {others.map((one) => (
              <option key={one.staffId} value={one.staffId}>
                {one.fullName} · {one.title}
              </option>
            ))}
          </select>
        </div>
      </div>
      <button type="submit" class="danger" disabled={busy || onDate === ''}>
        {say.button}
      </button>
    </form>
  );
}
