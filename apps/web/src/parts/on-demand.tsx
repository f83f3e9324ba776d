import type { FunctionComponent } from 'preact';
import { CallError } from '../api/client.ts';
import { words } from '../words/index.ts';
import { Show, useLoaded } from './load.tsx';

/** A page, or a part of one, that few people open: it comes over the line when somebody does (vite.config.ts names its file). */
export function OnDemand({ name, load }: { name: string; load: () => Promise<FunctionComponent> }) {
  const { loaded, again } = useLoaded(`page ${name}`, async () => {
    try {
      return { Page: await load() };
    } catch (error) {
      // What it asks the server for besides is refused in the server's words.
      throw error instanceof CallError ? error : new CallError('offline', 0, words.pageNotThere);
    }
  });
  return (
    <Show of={loaded} again={again}>
      {({ Page }) => <Page />}
    </Show>
  );
}
