import { useState } from 'preact/hooks';
import type { Answer } from '../../api/client.ts';
import { DayField } from '../../parts/day-field.tsx';
import { TextField } from '../../parts/text-field.tsx';
import { words } from '../../words/index.ts';

export type Classes = Answer<'GET', '/api/classes'>['classes'];

/** Into which class, on which day, why: the same for both ways in. */
export function useEntry(id: string, classes: Classes) {
  const [toClassId, setToClassId] = useState('');
  const [onDate, setOnDate] = useState('');
  const [reason, setReason] = useState('');
  const move = words.pupils.move;
  const fields = (
    <>
      <div class="field-row">
        <label for={`${id}-class`}>{move.toClass}</label>
        <select id={`${id}-class`} value={toClassId} onChange={(e) => setToClassId(e.currentTarget.value)}>
          <option value="">{move.choose}</option>
          {classes.map((one) => (
            <option key={one.classId} value={one.classId}>
              {one.name} · {words.schoolYear(one.schoolYear)}
            </option>
          ))}
        </select>
      </div>
      <DayField id={`${id}-day`} label={move.day} value="" set={setOnDate} />
      <TextField id={`${id}-reason`} label={move.reason} value={reason} set={setReason} maxLength={500} />
    </>
  );
  return { entry: { toClassId, onDate, reason }, ready: toClassId !== '' && onDate !== '', fields };
}
