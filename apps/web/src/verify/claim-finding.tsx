import { RESULT_NAMES, subjectNameIn, subjectsOf, traitsOf } from '@hocba/record';
import type { ClaimFinding } from '@hocba/verify';

export { verifyClaim } from '@hocba/verify';

/** What a QR's claim is worth, and what it says, line by line as the print has it. */
export function Finding({ of: found }: { of: ClaimFinding }) {
  const look = { valid: 'good', training: 'wait', 'not-checked': 'wait', invalid: 'wrong' }[found.state];
  if (!('content' in found))
    return (
      <div class={`card verdict ${look}`}>
        <h2>{found.sentence}</h2>
      </div>
    );
  const { content } = found;
  const rows = [
    ...subjectsOf(content.grade).map(({ code, name }) => ({
      code,
      name: subjectNameIn(code, content.grade, content.schoolYear) ?? name,
      ...content.subjects[code],
    })),
    ...traitsOf(content.grade).map(({ code, name }) => ({
      code,
      name,
      level: content.traits[code],
      mark: undefined,
    })),
  ].filter(({ level }) => level !== undefined);
  return (
    <div class={`card verdict ${look}`}>
      <h2>{found.sentence}</h2>
      <p>
        Hãy so từng dòng dưới đây với bản in: <strong>{content.fullName}</strong>, sinh ngày{' '}
        {content.birthDate.split('-').reverse().join('/')}, lớp {content.grade}, năm học {content.schoolYear}.
      </p>
      <p>
        Kết quả giáo dục: <strong>{RESULT_NAMES[content.result]}</strong>.
      </p>
      <div class="scroll-x">
        <table class="plain">
          <thead>
            <tr>
              <th>Nội dung</th>
              <th>Mức</th>
              <th class="number">Điểm</th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.code}>
                <th scope="row">{row.name}</th>
                <td>{row.level}</td>
                <td class="number">{row.mark ?? ''}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </div>
  );
}
