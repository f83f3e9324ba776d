import type { FileVerdict, Trust } from '@hocba/verify';
import { besideEachOther, fragmentSentence, mostBytesOf, verifyFile } from '@hocba/verify';
import { useEffect, useState } from 'preact/hooks';
import { FileDrop } from '../parts/file-drop.tsx';
import { clock } from '../words/clock.ts';
import { ClaimCheck } from './claim-check.tsx';
import { fetchTrust, ports } from './ports.ts';
import { ForeignFactsOf, RecordFacts } from './record-facts.tsx';
import { TableFacts } from './table-facts.tsx';

interface Checked {
  name: string;
  found: FileVerdict;
}

/** Drop a file: it is read and checked in this page, and goes nowhere. */
export function VerifyPage() {
  const [trust, setTrust] = useState<Trust | null | 'loading'>('loading');
  const [checked, setChecked] = useState<Checked[]>([]);
  const [busy, setBusy] = useState(false);
  const [lone, setLone] = useState(false);
  const [unreadable, setUnreadable] = useState(false);
  useEffect(() => {
    void fetchTrust().then(setTrust);
  }, []);

  const check = async (files: readonly File[]): Promise<void> => {
    if (trust === 'loading' || files.length === 0) return;
    setBusy(true);
    // The verdict of the file before must not stand beside another file's name.
    setChecked([]);
    setUnreadable(false);
    setLone(files.every((file) => isProof(file)));
    try {
      setChecked(await verifyAll(files, trust));
    } catch {
      setUnreadable(true);
    } finally {
      setBusy(false);
    }
  };

  return (
    <>
      <header class="top">
        <strong class="school">Kiểm tra học bạ số</strong>
        <span class="who">Tệp không rời khỏi máy của anh/chị</span>
      </header>
      <main class="page narrow" id="main">
        <h1>Kiểm tra học bạ</h1>
        <p>
          Chọn tệp học bạ (.pdf hoặc .xml), hay tệp .zip của cả lớp. Tệp PDF đã mang sẵn bằng chứng phát hành;
          tệp XML cần đi cùng tệp bằng chứng (.tlog-proof).
        </p>
        <FileDrop
          text={busy ? 'Đang kiểm tra…' : 'Chọn tệp, hoặc thả tệp vào đây'}
          note="Tệp được kiểm tra ngay trên máy này và không được gửi đi đâu."
          accept=".xml,.pdf,.tlog-proof,.zip"
          multiple
          disabled={trust === 'loading' || busy}
          onFiles={(files) => void check(files)}
        />
        {trust === null && (
          <div class="notice wait" role="status">
            Chưa tải được căn cứ tin cậy từ máy chủ. Vẫn phát hiện được tệp bị sửa, nhưng không thể kết luận
            là thật. Khi có mạng, hãy mở lại trang này.
          </div>
        )}
        {lone && (
          <div class="notice wait" role="status">
            Đó mới là tệp bằng chứng phát hành. Hãy chọn cùng lúc tệp học bạ (.xml) có cùng tên.
          </div>
        )}
        {unreadable && (
          <div class="notice wrong" role="alert">
            Không đọc được tệp nên chưa kiểm tra gì. Tệp có thể đã bị chuyển hay đổi tên; hãy chọn lại.
          </div>
        )}
        <div aria-live="polite">
          {checked.map((one, n) => (
            <VerdictCard key={`${n}/${one.name}`} of={one} />
          ))}
        </div>
        <ClaimCheck trust={trust} />
      </main>
    </>
  );
}

function isProof(file: File): boolean {
  return file.name.toLowerCase().endsWith('.tlog-proof');
}

async function verifyAll(files: readonly File[], trust: Trust | null): Promise<Checked[]> {
  const came: { name: string; bytes: Uint8Array }[] = [];
  for (const file of files) came.push({ name: file.name, bytes: await bytesOf(file) });
  const checked: Checked[] = [];
  for (const file of besideEachOther(came).files)
    checked.push({ name: file.name, found: await verifyFile(file, trust, ports) });
  return checked;
}

/** A file over the limit is refused by its size alone; a phone's memory is not filled for that. */
async function bytesOf(file: File): Promise<Uint8Array> {
  const most = mostBytesOf(file.name);
  if (file.size > most) return new Uint8Array(most + 1);
  return new Uint8Array(await file.arrayBuffer());
}

const LOOK: Record<FileVerdict['verdict'], string> = {
  genuine: 'good',
  replaced: 'wait',
  recalled: 'wait',
  'not-genuine': 'wrong',
  'to-be-confirmed': 'wait',
  'not-fully-checked': 'wait',
  training: 'wait',
};
const STATE: Record<string, string> = {
  valid: 'Đúng',
  invalid: 'Sai',
  'not-checked': 'Chưa kiểm tra',
  error: 'Không kiểm tra được',
};

function VerdictCard({ of: { name, found } }: { of: Checked }) {
  return (
    <section class="checked">
      <div class={`card verdict ${LOOK[found.verdict]}`}>
        <h2>{found.sentence}</h2>
        <p class="soft">
          {name}
          {found.statusAsOf !== undefined &&
            ` · tình trạng tính đến ${clock(new Date(found.statusAsOf * 1000).toISOString())}`}
        </p>
        <Facts of={found} />
      </div>
      {found.parts ? <Parts of={found.parts} /> : <Checks of={found} />}
    </section>
  );
}

/** Every file of an archive, every year of a book: the grave ones first, each opening to what was checked. */
function Parts({ of: parts }: { of: NonNullable<FileVerdict['parts']> }) {
  const order = ['wrong', 'wait', 'good'];
  const rank = ({ found }: Checked): number => order.indexOf(LOOK[found.verdict]);
  return (
    <ul class="parts">
      {[...parts]
        .sort((a, b) => rank(a) - rank(b))
        .map(({ name, found }) => (
          <li key={name} class={`card ${LOOK[found.verdict]}`}>
            <details>
              <summary>
                <strong>{found.sentence}</strong> <span class="soft">{name}</span>
              </summary>
              <Facts of={found} />
              <Checks of={found} />
            </details>
          </li>
        ))}
    </ul>
  );
}

function Facts({ of: found }: { of: FileVerdict }) {
  return (
    <>
      {found.record && <RecordFacts record={found.record} signers={found.signers ?? []} />}
      {found.classTable && <TableFacts table={found.classTable} signers={found.signers ?? []} />}
      {found.foreign && <ForeignFactsOf facts={found.foreign} />}
    </>
  );
}

function Checks({ of: found }: { of: FileVerdict }) {
  return (
    <>
      <h3>Đã kiểm tra những gì</h3>
      <ul class="card checks">
        {found.fragments.map((fragment) => (
          <li key={fragment.name} data-state={fragment.state}>
            <span class="state">{STATE[fragment.state]}</span>
            <span>{fragmentSentence(fragment)}</span>
          </li>
        ))}
      </ul>
    </>
  );
}
