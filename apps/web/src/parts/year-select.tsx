import { get } from '../api/client.ts';
import { useLoaded } from './load.tsx';

/** One of the school's years. Until they are loaded, and where they cannot be, the one that is shown. */
export function YearSelect(props: { label: string; value: string; set: (schoolYear: string) => void }) {
  const { loaded } = useLoaded('years', () => get('/api/school-years', {}));
  const years = loaded.at === 'there' ? loaded.value.years.map((y) => y.schoolYear) : [props.value];
  return (
    <div class="field-row">
      <label for="school-year">{props.label}</label>
      <select id="school-year" value={props.value} onChange={(e) => props.set(e.currentTarget.value)}>
        {years.map((year) => (
          <option key={year} value={year}>
            {year.replace('-', '–')}
          </option>
        ))}
      </select>
    </div>
  );
}
