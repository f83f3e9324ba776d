import { RESULT_NAMES } from '@hocba/record';
import type { Answer } from '../../api/client.ts';
import { words } from '../../words/index.ts';

type Pupil = Answer<'GET', '/api/hand-overs/:handOverId'>['pupils'][number];

function endOf(pupil: Pupil): string {
  const say = words.handOver.ends;
  if (pupil.result === null) return say.open;
  if (pupil.promoted === null && pupil.completed === null) return say.waits;
  if (pupil.grade === 5) return pupil.completed ? say.primary : say.stays;
  return pupil.promoted ? say.up : say.stays;
}

/** The pupils of a hand-over with the results as they stood. */
export function HandedPupils({ pupils }: { pupils: readonly Pupil[] }) {
  const head = words.handOver.pupil;
  return (
    <table class="plain stacked">
      <thead>
        <tr>
          <th>{head.name}</th>
          <th>{head.code}</th>
          <th>{head.grade}</th>
          <th>{head.result}</th>
          <th>{head.end}</th>
        </tr>
      </thead>
      <tbody>
        {pupils.map((pupil) => (
          <tr key={pupil.pupilId}>
            <th scope="row">{pupil.fullName}</th>
            <td data-label={head.code}>{pupil.pupilCode}</td>
            <td data-label={head.grade}>{pupil.grade}</td>
            <td data-label={head.result}>{pupil.result ? RESULT_NAMES[pupil.result] : '–'}</td>
            <td data-label={head.end}>{endOf(pupil)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
