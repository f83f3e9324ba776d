import type { ClaimFinding, Trust } from '@hocba/verify';
import { useEffect, useState } from 'preact/hooks';
import { TextArea } from '../parts/text-area.tsx';
import { ports } from './ports.ts';

type Reader = typeof import('./claim-finding.tsx');

/** For who holds a print and has no file: what its QR says, checked here, to be compared with the print by eye. */
export function ClaimCheck({ trust }: { trust: Trust | null | 'loading' }) {
  const [text, setText] = useState(() => location.hash.slice(1));
  const [found, setFound] = useState<ClaimFinding | null>(null);
  const [reader, setReader] = useState<Reader | 'absent' | null>(null);
  const check = async (): Promise<void> => {
    if (trust === 'loading' || text.trim() === '') return;
    // On demand: who checks a file needs none of it. Without a network it is the one that the browser has kept.
    const loaded = await import('./claim-finding.tsx').catch(() => null);
    setReader(loaded ?? 'absent');
    if (loaded !== null) setFound(await loaded.verifyClaim(text, trust, ports));
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
      <div aria-live="polite">
        {reader === 'absent' && (
          <div class="notice wrong">
            Chưa tải được phần đọc mã QR nên chưa đối chiếu gì. Khi có mạng, hãy mở lại trang này.
          </div>
        )}
        {found && reader !== null && reader !== 'absent' && <reader.Finding of={found} />}
      </div>
    </section>
  );
}
