import { get } from '../../api/client.ts';
import { OnDemand } from '../../parts/on-demand.tsx';
import type { RecallProps } from './recall-form.tsx';

/** Asks for the recall of an issued record; what is in it comes over the line with the first one. */
export function RecallDialog(props: Omit<RecallProps, 'fields'>) {
  const { recordId, pupilId } = props.record;
  return (
    <OnDemand
      name={`recall ${recordId}`}
      load={async () => {
        const [{ RecallForm }, { fields }] = await Promise.all([
          import('./recall-form.tsx'),
          pupilId === null ? { fields: [] } : get('/api/records/:recordId/fields', { params: { recordId } }),
        ]);
        return () => <RecallForm {...props} fields={fields} />;
      }}
    />
  );
}
