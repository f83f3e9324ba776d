import { OnDemand } from '../parts/on-demand.tsx';
import type { RecallProps } from './recall-form.tsx';

/** Asks for the recall of an issued record; what is in it comes over the line with the first one. */
export function RecallDialog(props: RecallProps) {
  return (
    <OnDemand
      name={`recall ${props.record.recordId}`}
      load={async () => {
        const { RecallForm } = await import('./recall-form.tsx');
        return () => <RecallForm {...props} />;
      }}
    />
  );
}
