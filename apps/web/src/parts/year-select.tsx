import { get } from '../api/client.ts';
import { Show, useLoaded } from './load.tsx';

/** One of the school's years. */
export function YearSelect(props: { label: string; value: string; set: (schoolYear: string) => void }) {
  const { loaded, again } = useLoaded('years', () => get('/api/school-years', {}));
  return (
    <Show of={loaded} again={again}>
      {({ years }) => (
        <div class="field-row">
          <label for="school-year">{props.label}</label>
          <select id="school-year" value={props.value} onChange={(e) => props.set(e.currentTarget.value)}>
            {years.map((one) => (
              <option key={one.schoolYear} value={one.schoolYear}>
                {one.schoolYear.replace('-', '–')}
              </option>
            ))}
          </select>
        </div>
      )}
    </Show>
  );
}
