import { useEffect, useState } from 'preact/hooks';
import { post } from '../../api/client.ts';
import { asCallError, Refused } from '../../parts/load.tsx';
import { PageTitle } from '../../parts/page-title.tsx';
import { go } from '../../parts/router.ts';
import { words } from '../../words/index.ts';

/** Where a signing service sends the person back to. The code leaves the address at once and is used once. */
export function SigningReturnPage() {
  const [error, setError] = useState<ReturnType<typeof asCallError> | null>(null);
  useEffect(() => {
    const query = new URLSearchParams(location.search);
    history.replaceState(null, '', location.pathname);
    const body = {
      state: query.get('state') ?? '',
      ...(query.has('code') ? { code: query.get('code') ?? '' } : {}),
      ...(query.has('error') ? { error: query.get('error') ?? '' } : {}),
    };
    post('/api/signers/return', { body }).then(
      ({ batchId }) => go(batchId === null ? '/ky/cach-ky' : `/ky/${batchId}`),
      (cause: unknown) => setError(asCallError(cause)),
    );
  }, []);
  return (
    <>
      <PageTitle text={words.ways.returning} />
      {error ? (
        <>
          <Refused error={error} />
          <a class="button" href="/ky">
            {words.signing.toTasks}
          </a>
        </>
      ) : (
        <p class="soft" role="status">
          {words.loading}
        </p>
      )}
    </>
  );
}
