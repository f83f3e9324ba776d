import { RESULT_NAMES, subjectNameIn, subjectsOf, traitsOf } from '@hocba/record';
import { type ClaimFinding, type Trust, verifyClaim } from '@hocba/verify';
import { useEffect, useState } from 'preact/hooks';
import { TextArea } from '../parts/text-area.tsx';
import { ports } from './ports.ts';

/** For who holds a print and has no file: what its QR says, checked here, to be compared with the print by eye. */
export function ClaimCheck({ trust }: { trust: Trust | null | 'loading' }) {
  const [text, setText] = useState(() => location.hash.slice(1));
  const [found, setFound] = useState<ClaimFinding | null>(null);
  const check = async (): Promise<void> => {
    if (trust !== 'loading' && text.trim() !== '') setFound(await verifyClaim(text, trust, ports));
  };
  // A text that came with the address is checked at once, as soon as it is known what to believe.
  useEffect(() => {
    if (location.hash.length > 1) void check();
  }, [trust]);
  return (
    <section class="checked">
      <h2>Chỉ có bản in?</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void check();
        }}
      >
        <TextArea
          id="qr"
          label="Dán nội dung mã QR trên bản in"
          value={text}
          set={(next) => {
            setText(next);
            // A verdict must not stand beside another text.
            setFound(null);
          }}
          maxLength={1_000}
        />
        <button type="submit" disabled={trust === 'loading' || text.trim() === ''}>
          Đối chiếu
        </button>
      </form>
      <div aria-live="polite">{found && <Finding of={found} />}</div>
    </section>
  );
}

function Finding({ of: found }: { of: ClaimFinding }) {
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
