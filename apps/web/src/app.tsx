import type { ComponentChildren, FunctionComponent } from 'preact';
import { useEffect } from 'preact/hooks';
import { get } from './api/client.ts';
import { askEarly } from './api/early.ts';
import { CheckPage } from './pages/check/check.tsx';
import { ClassTablePage } from './pages/class-table.tsx';
import { ImportPage } from './pages/import/class.tsx';
import { PlansPage } from './pages/plans.tsx';
import { IdentityPage } from './pages/pupils/identity.tsx';
import { PupilPage } from './pages/pupils/pupil.tsx';
import { PupilsPage } from './pages/pupils/pupils.tsx';
import { ClosingPage } from './pages/records/closing.tsx';
import { ComparisonPage } from './pages/records/comparison.tsx';
import { IssuedPage } from './pages/records/issued.tsx';
import { RecordsPage } from './pages/records/records.tsx';
import { RegistersPage } from './pages/registers.tsx';
import { ResultsPage } from './pages/results/results.tsx';
import { SchoolPage } from './pages/school.tsx';
import { CommentBankDoor } from './pages/sheet/comment-bank-door.tsx';
import { SheetPage, type SheetPlace, sheetUrl } from './pages/sheet/sheet.tsx';
import { EnterBySecondFactor, SecondFactorPage } from './pages/sign-in/second-factor.tsx';
import { SignInPage } from './pages/sign-in/sign-in.tsx';
import { SigningProgressPage } from './pages/signing/progress.tsx';
import { SigningReturnPage } from './pages/signing/return.tsx';
import { SigningPage } from './pages/signing/signing.tsx';
import { SigningWaysPage } from './pages/signing/ways.tsx';
import { SummerPage } from './pages/summer.tsx';
import { WorkPage } from './pages/work.tsx';
import { Frame, type Me, type Width } from './parts/frame.tsx';
import { Show, useLoaded } from './parts/load.tsx';
import { OnDemand } from './parts/on-demand.tsx';
import { PageTitle } from './parts/page-title.tsx';
import { go, match, useAddress } from './parts/router.ts';
import { ConfirmAgain } from './parts/second-factor.tsx';
import { SessionEnded } from './parts/session-ended.tsx';
import { words } from './words/index.ts';

type Page = (parts: Record<string, string>, me: Me) => ComponentChildren;

const sheetPlace = (p: Record<string, string>): SheetPlace => ({
  classId: p.classId ?? '',
  subject: p.subject ?? '',
  period: p.period ?? '',
});
const sheet = {
  width: 'fill',
  page: (p: Record<string, string>) => <SheetPage {...sheetPlace(p)} />,
  first: (p: Record<string, string>) => sheetUrl(sheetPlace(p)),
} as const;

/** A page that few people open: it comes over the line when somebody does. */
const late =
  (load: (...of: Parameters<Page>) => Promise<FunctionComponent>): Page =>
  (...of) => <OnDemand name="page" load={() => load(...of)} />;

interface Entry {
  readonly at: string;
  readonly width?: Width;
  readonly page: Page;
  /** What the page asks for first, where it is opened by its address often enough to be asked before anything else. */
  readonly first?: (parts: Record<string, string>) => string;
}

const pages: readonly Entry[] = [
  { at: '/viec', page: (_, me) => <WorkPage me={me} /> },
  { at: '/lop/:classId/mon/:subject', ...sheet },
  { at: '/lop/:classId/mon/:subject/:period', ...sheet },
  { at: '/lop/:classId/bang', ...sheet },
  { at: '/lop/:classId/bang/:period', ...sheet },
  {
    at: '/lop/:classId/bang-tong-hop/:period',
    width: 'wide',
    page: (p) => <ClassTablePage classId={p.classId ?? ''} period={p.period ?? ''} />,
  },
  { at: '/lop/:classId/ke-hoach', page: (p) => <PlansPage classId={p.classId ?? ''} /> },
  { at: '/lop/:classId/ket-qua', page: (p, me) => <ResultsPage classId={p.classId ?? ''} me={me} /> },
  { at: '/lop/:classId/he', page: (p) => <SummerPage classId={p.classId ?? ''} /> },
  { at: '/lop/:classId/kiem-tra', page: (p) => <CheckPage classId={p.classId ?? ''} /> },
  {
    at: '/lop/:classId/hoc-ba',
    width: 'wide',
    page: (p, me) => <RecordsPage classId={p.classId ?? ''} me={me} />,
  },
  { at: '/lop/:classId/doi-chieu', page: (p, me) => <ComparisonPage classId={p.classId ?? ''} me={me} /> },
  { at: '/lop/:classId/khep-nam', page: (p) => <ClosingPage classId={p.classId ?? ''} /> },
  {
    at: '/khep-nam',
    page: late(async () => (await import('./pages/records/closings.tsx')).ClosingsPage),
  },
  { at: '/lop/:classId/nhap', page: (p) => <ImportPage classId={p.classId ?? ''} /> },
  { at: '/ngan-hang-nhan-xet', page: (_, me) => <CommentBankDoor me={me} /> },
  {
    at: '/nhap',
    page: late(async (_, me) => {
      const { ImportSchoolPage } = await import('./pages/import/school.tsx');
      return () => <ImportSchoolPage me={me} />;
    }),
  },
  { at: '/ky', page: () => <SigningPage /> },
  { at: '/ky/cach-ky', page: () => <SigningWaysPage /> },
  {
    at: '/ky/hinh-chu-ky',
    page: late(async () => (await import('./pages/signing/pictures.tsx')).SigningPicturesPage),
  },
  { at: '/ky/tro-ve', page: () => <SigningReturnPage /> },
  { at: '/ky/:batchId', page: (p) => <SigningProgressPage batchId={p.batchId ?? ''} /> },
  { at: '/so', page: (_, me) => <RegistersPage me={me} /> },
  { at: '/hoc-sinh', page: (_, me) => <PupilsPage me={me} /> },
  { at: '/hoc-sinh/:pupilId', page: (p) => <PupilPage pupilId={p.pupilId ?? ''} /> },
  {
    at: '/ban-giao',
    page: late(async () => (await import('./pages/hand-over/hand-overs.tsx')).HandOversPage),
  },
  {
    at: '/ban-giao/:handOverId',
    page: late(async (p) => {
      const { HandOverPage } = await import('./pages/hand-over/hand-over.tsx');
      return () => <HandOverPage handOverId={p.handOverId ?? ''} />;
    }),
  },
  {
    at: '/lop/:classId/ban-giao',
    page: late(async (p) => {
      const { HandOverGivePage } = await import('./pages/hand-over/give.tsx');
      return () => <HandOverGivePage classId={p.classId ?? ''} />;
    }),
  },
  {
    at: '/tra-hoc-ba',
    page: late(async (_, me) => {
      const { BooksPage } = await import('./pages/records/books.tsx');
      return () => <BooksPage me={me} />;
    }),
  },
  {
    at: '/giao-vien',
    page: late(async () => (await import('./pages/staff/staff.tsx')).StaffPage),
  },
  {
    at: '/phan-cong',
    width: 'wide',
    page: late(async (_, me) => {
      const { ClassesPage } = await import('./pages/classes.tsx');
      return () => <ClassesPage me={me} />;
    }),
  },
  {
    at: '/thong-tin-truong',
    page: late(async (_, me) => {
      const { SchoolFactsPage } = await import('./pages/school-facts.tsx');
      return () => <SchoolFactsPage me={me} />;
    }),
  },
  { at: '/hoc-sinh/:pupilId/ly-lich', page: (p, me) => <IdentityPage pupilId={p.pupilId ?? ''} me={me} /> },
  {
    at: '/tiep-nhan',
    page: late(async () => (await import('./pages/transfer/arrival.tsx')).ArrivalPage),
  },
  {
    at: '/nam-hoc',
    page: late(async (_, me) => {
      const { YearsPage } = await import('./pages/years/years.tsx');
      return () => <YearsPage me={me} />;
    }),
  },
  {
    at: '/nam-hoc/:schoolYear/ket-chuyen',
    page: late(async ({ schoolYear = '' }) => {
      const { RollOverPage } = await import('./pages/years/roll-over.tsx');
      return () => <RollOverPage schoolYear={schoolYear} />;
    }),
  },
  {
    at: '/can-cu',
    page: late(async () => (await import('./pages/trust/trust.tsx')).TrustPage),
  },
  {
    at: '/nhat-ky-gui-len',
    page: late(async () => (await import('./pages/trust/schools-lodging.tsx')).SchoolsLodgingPage),
  },
  { at: '/truong', page: () => <SchoolPage /> },
  { at: '/xac-thuc', page: (_, me) => <SecondFactorPage me={me} /> },
  { at: '/phat-hanh', page: (_, me) => <IssuedPage me={me} /> },
];

function entryAt(address: string) {
  return pages.map((entry) => ({ entry, parts: match(entry.at, address) })).find(({ parts }) => parts);
}

/** To be called before anything is waited for. */
export function askFirst(address: string): void {
  const here = entryAt(address);
  if (here?.parts && here.entry.first) askEarly(here.entry.first(here.parts));
}

export function App() {
  const address = useAddress();
  const { loaded, again } = useLoaded('me', () => get('/api/session', {}));
  const welcome = useLoaded('welcome', () => get('/api/welcome', {}));
  const signedOut = loaded.at === 'failed' && loaded.error.status === 401;
  const me = loaded.at === 'there' ? loaded.value : null;
  const training =
    me?.school.training ?? (welcome.loaded.at === 'there' ? welcome.loaded.value.training : false);
  useEffect(() => {
    if (me && (address === '/' || address === '/dang-nhap')) go('/viec');
  }, [me, address]);

  if (signedOut) {
    return (
      <Frame me={null} address={address} training={training}>
        <SignInPage welcome={welcome.loaded} onSignedIn={again} />
      </Frame>
    );
  }
  if (me?.secondFactor.needed && !me.secondFactor.proven) {
    return (
      <Frame me={null} address={address} training={training}>
        {me.secondFactor.enrolled ? (
          <EnterBySecondFactor me={me} done={again} />
        ) : (
          <SecondFactorPage me={me} done={again} />
        )}
      </Frame>
    );
  }
  const here = entryAt(address);
  return (
    <Frame me={me} address={address} training={training} width={here?.entry.width ?? 'text'}>
      <Show of={loaded} again={again}>
        {(who) => (
          <>
            {here?.parts ? (
              <div key={address} class="page-body">
                {here.entry.page(here.parts, who)}
              </div>
            ) : (
              <Nowhere at={address} />
            )}
            <SessionEnded me={who} />
            <ConfirmAgain />
          </>
        )}
      </Show>
    </Frame>
  );
}

function Nowhere({ at }: { at: string }) {
  if (at === '/' || at === '/dang-nhap') return <p class="soft">{words.loading}</p>;
  return (
    <>
      <PageTitle text={words.notFound} />
      <p>{words.notFoundNote}</p>
      <a class="button" href="/viec">
        {words.nav.work}
      </a>
    </>
  );
}
