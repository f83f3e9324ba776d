import { Show, useLoaded } from '../parts/load.tsx';

/** The page for who runs a shared log comes over the line when that person opens it. */
export function SchoolsLodgingDoor() {
  const { loaded, again } = useLoaded('schools-lodging-page', () => import('./schools-lodging.tsx'));
  return (
    <Show of={loaded} again={again}>
      {({ SchoolsLodgingPage }) => <SchoolsLodgingPage />}
    </Show>
  );
}
