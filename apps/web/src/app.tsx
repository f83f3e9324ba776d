import type { ComponentChildren } from 'preact';
import { useEffect } from 'preact/hooks';
import { get } from './api/client.ts';
import { CheckPage } from './pages/check.tsx';
import { ImportPage } from './pages/import.tsx';
import { IssuedPage } from './pages/issued.tsx';
import { RecordsPage } from './pages/records.tsx';
import { ResultsPage } from './pages/results.tsx';
import { SchoolPage } from './pages/school.tsx';
import { SheetPage } from './pages/sheet.tsx';
import { SignInPage } from './pages/sign-in.tsx';
import { SigningPage } from './pages/signing.tsx';
import { SigningProgressPage } from './pages/signing-progress.tsx';
import { WorkPage } from './pages/work.tsx';
import { Frame, type Me } from './parts/frame.tsx';
import { Show, useLoaded } from './parts/load.tsx';
import { go, match, useAddress } from './parts/router.ts';
import { words } from './words/index.ts';

type Page = (parts: Record<string, string>, me: Me) => ComponentChildren;

const pages: readonly { at: string; wide?: boolean; page: Page }[] = [
  { at: '/viec', page: () => <WorkPage /> },
  {
    at: '/lop/:classId/mon/:subject',
    wide: true,
    page: (p) => <SheetPage classId={p.classId ?? ''} subject={p.subject ?? ''} />,
  },
  {
    at: '/lop/:classId/bang',
    wide: true,
    page: (p) => <SheetPage classId={p.classId ?? ''} subject="" />,
  },
  { at: '/lop/:classId/ket-qua', page: (p, me) => <ResultsPage classId={p.classId ?? ''} me={me} /> },
  { at: '/lop/:classId/kiem-tra', page: (p) => <CheckPage classId={p.classId ?? ''} /> },
  { at: '/lop/:classId/hoc-ba', wide: true, page: (p) => <RecordsPage classId={p.classId ?? ''} /> },
  { at: '/lop/:classId/nhap', page: (p) => <ImportPage classId={p.classId ?? ''} /> },
  { at: '/ky', page: () => <SigningPage /> },
  { at: '/ky/:batchId', page: (p) => <SigningProgressPage batchId={p.batchId ?? ''} /> },
  { at: '/truong', wide: true, page: () => <SchoolPage /> },
  { at: '/phat-hanh', page: () => <IssuedPage /> },
];

export function App() {
  const address = useAddress();
  const { loaded, again } = useLoaded('me', () => get('/api/session', {}));
  const signedOut = loaded.at === 'failed' && loaded.error.status === 401;
  useEffect(() => {
    if (loaded.at === 'there' && (address === '/' || address === '/dang-nhap')) go('/viec');
  }, [loaded.at, address]);

  if (signedOut) {
    return (
      <Frame me={null}>
        <SignInPage onSignedIn={again} />
      </Frame>
    );
  }
  const me = loaded.at === 'there' ? loaded.value : null;
  const here = pages.map((entry) => ({ entry, parts: match(entry.at, address) })).find(({ parts }) => parts);
  return (
    <Frame me={me} wide={here?.entry.wide ?? false}>
      <Show of={loaded} again={again}>
        {(who) =>
          here?.parts ? (
            <div key={address}>{here.entry.page(here.parts, who)}</div>
          ) : (
            <h1>{address === '/' ? words.loading : words.notFound}</h1>
          )
        }
      </Show>
    </Frame>
  );
}
