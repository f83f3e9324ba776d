import { RESULT_NAMES } from '@hocba/record';
import type { post } from '../../api/client.ts';
import { words } from '../../words/index.ts';

type StudyYear = Parameters<typeof post<'/api/transfers/in'>>[1]['body']['studyYears'][number];
type Result = NonNullable<StudyYear['result']>;
const RESULTS = Object.keys(RESULT_NAMES) as Result[];
const GRADES = [1, 2, 3, 4, 5];

/** One earlier year as it is being typed. */
export interface TypedYear {
  readonly schoolYear: string;
  readonly className: string;
  readonly grade: number;
  readonly schoolName: string;
  readonly result: Result | '';
}

/** The typed years as the server takes them: a year begins on 05/09; who completed a grade went up (Điều 11). */
export function yearsOf(years: readonly TypedYear[], fromSchool: string): StudyYear[] {
  return years.map(({ result, ...year }) => ({
    ...year,
    schoolYear: year.schoolYear.trim().replace('–', '-'),
    className: year.className.trim(),
    schoolName: year.schoolName.trim() || fromSchool,
    arrivedOn: `${year.schoolYear.trim().slice(0, 4)}-09-05`,
    ...(result === '' ? {} : { result }),
    ...(result === '' || result === 'CHT' ? {} : { promoted: true }),
  }));
}

/** Earlier years of a pupil who comes with papers: a row each. */
export function ArrivalYears(props: {
  years: readonly TypedYear[];
  set: (years: readonly TypedYear[]) => void;
}) {
  const say = words.pupils.arrival;
  const head = say.yearFields;
  const { years } = props;
  const change = (at: number, part: Partial<TypedYear>): void =>
    props.set(years.map((year, n) => (n === at ? { ...year, ...part } : year)));
  return (
    <fieldset class="plain-set">
      <legend>{say.years}</legend>
      {years.length > 0 && (
        <table class="plain stacked">
          <thead>
            <tr>
              <th>{head.schoolYear}</th>
              <th>{head.className}</th>
              <th>{head.grade}</th>
              <th>{head.school}</th>
              <th>{head.result}</th>
              <th>
                <span class="visually-hidden">{say.drop}</span>
              </th>
            </tr>
          </thead>
          <tbody>
            {years.map((year, at) => (
              <tr key={at}>
                <td data-label={head.schoolYear}>
                  <input
                    type="text"
                    class="short"
                    required
                    pattern="\d{4}[\-–]\d{4}"
                    aria-label={say.yearOf(head.schoolYear, at + 1)}
                    value={year.schoolYear}
                    onInput={(e) => change(at, { schoolYear: e.currentTarget.value })}
                  />
                </td>
                <td data-label={head.className}>
                  <input
                    type="text"
                    class="short"
                    required
                    maxLength={20}
                    aria-label={say.yearOf(head.className, at + 1)}
                    value={year.className}
                    onInput={(e) => change(at, { className: e.currentTarget.value })}
                  />
                </td>
                <td data-label={head.grade}>
                  <select
                    aria-label={say.yearOf(head.grade, at + 1)}
                    value={year.grade}
                    onChange={(e) => change(at, { grade: Number(e.currentTarget.value) })}
                  >
                    {GRADES.map((grade) => (
                      <option key={grade} value={grade}>
                        {grade}
                      </option>
                    ))}
                  </select>
                </td>
                <td data-label={head.school}>
                  <input
                    type="text"
                    maxLength={200}
                    aria-label={say.yearOf(head.school, at + 1)}
                    value={year.schoolName}
                    onInput={(e) => change(at, { schoolName: e.currentTarget.value })}
                  />
                </td>
                <td data-label={head.result}>
                  <select
                    aria-label={say.yearOf(head.result, at + 1)}
                    value={year.result}
                    onChange={(e) => change(at, { result: e.currentTarget.value as Result | '' })}
                  >
                    <option value="">{say.noResult}</option>
                    {RESULTS.map((result) => (
                      <option key={result} value={result}>
                        {RESULT_NAMES[result]}
                      </option>
                    ))}
                  </select>
                </td>
                <td>
                  <button
                    type="button"
                    class="small"
                    aria-label={say.dropYear(at + 1)}
                    onClick={() => props.set(years.filter((_, n) => n !== at))}
                  >
                    {say.drop}
                  </button>
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {years.length < 9 && (
        <button
          type="button"
          onClick={() =>
            props.set([
              ...years,
              {
                schoolYear: '',
                className: '',
                grade: Math.min(years.length + 1, 5),
                schoolName: '',
                result: '',
              },
            ])
          }
        >
          {say.addYear}
        </button>
      )}
    </fieldset>
  );
}
