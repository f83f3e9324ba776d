import type { Trust } from '@hocba/verify';
import { type FileVerdict, fragmentSentence, verifyFile } from '@hocba/verify';
import { useEffect, useState } from 'preact/hooks';
import { fetchTrust, ports } from './ports.ts';
import { RecordFacts } from './record-facts.tsx';

interface Checked {
  name: string;
  found: FileVerdict;
}

/** Drop a file: it is read and checked in this page, and goes nowhere. */
export function VerifyPage() {
  const [trust, setTrust] = useState<Trust | null | 'loading'>('loading');
  const [checked, setChecked] = useState<Checked[]>([]);
  const [busy, setBusy] = useState(false);
  const [over, setOver] = useState(false);
  useEffect(() => {
    void fetchTrust().then(setTrust);
  }, []);

  const check = async (files: readonly File[]): Promise<void> => {
    if (trust === 'loading' || files.length === 0) return;
    setBusy(true);
    try {
      setChecked(await verifyAll(files, trust));
    } finally {
      setBusy(false);
    }
  };

  return (
    <main class="page" id="main">
      <h1>Kiểm tra học bạ</h1>
      <p>
        Chọn tệp học bạ (.xml hoặc .pdf). Tệp XML nên đi cùng tệp bằng chứng phát hành (.tlog-proof); tệp PDF
        đã mang sẵn bên trong. Tệp được kiểm tra ngay trên máy này và không được gửi đi đâu.
      </p>
      <label
        class={over ? 'drop over' : 'drop'}
        onDragOver={(event) => {
          event.preventDefault();
          setOver(true);
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault();
          setOver(false);
          void check([...(event.dataTransfer?.files ?? [])]);
        }}
      >
        <strong>Chọn tệp, hoặc thả tệp vào đây</strong>
        <input
          type="file"
          multiple
          accept=".xml,.pdf,.tlog-proof"
          disabled={trust === 'loading' || busy}
          onChange={(event) => void check([...(event.currentTarget.files ?? [])])}
        />
      </label>
      {trust === null && (
        <div class="notice wait">
          Chưa tải được căn cứ tin cậy từ máy chủ. Vẫn phát hiện được tệp bị sửa, nhưng không thể kết luận là
          thật.
        </div>
      )}
      <div aria-live="polite">
        {busy && <p class="soft">Đang kiểm tra…</p>}
        {checked.map((one) => (
          <VerdictCard key={one.name} of={one} />
        ))}
      </div>
    </main>
  );
}

async function verifyAll(files: readonly File[], trust: Trust | null): Promise<Checked[]> {
  const proofs = new Map<string, Uint8Array>();
  const records: File[] = [];
  for (const file of files) {
    if (file.name.endsWith('.tlog-proof'))
      proofs.set(file.name.replace(/\.tlog-proof$/, ''), await bytesOf(file));
    else records.push(file);
  }
  const checked: Checked[] = [];
  for (const file of records) {
    const proof = proofs.get(file.name.replace(/\.[^.]*$/, ''));
    const input = { name: file.name, bytes: await bytesOf(file), ...(proof ? { proof } : {}) };
    checked.push({ name: file.name, found: await verifyFile(input, trust, ports) });
  }
  return checked;
}

async function bytesOf(file: File): Promise<Uint8Array> {
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
    <section class={`card verdict ${LOOK[found.verdict]}`}>
      <h2>{found.sentence}</h2>
      <p class="soft">
        {name}
        {found.statusAsOf !== undefined &&
          ` · tình trạng tính đến ${new Date(found.statusAsOf * 1000).toLocaleString('vi-VN', { timeZone: 'Asia/Ho_Chi_Minh' })}`}
      </p>
      {found.record && <RecordFacts record={found.record} signers={found.signers ?? []} />}
      <h3>Đã kiểm tra những gì</h3>
      <ul class="checks">
        {found.fragments.map((fragment) => (
          <li key={fragment.name} data-state={fragment.state}>
            <span class="state">{STATE[fragment.state]}</span>
            <span>{fragmentSentence(fragment)}</span>
          </li>
        ))}
      </ul>
    </section>
  );
}
