import type { Words } from '../vi.ts';

export const issued: Words['issued'] = {
  title: 'Issued records',
  choose: 'Class',
  empty: 'No record of this class has been issued.',
  day: 'Issued on',
  status: 'Status',
  recall: 'Recall',
  recallTitle: (name) => `Recall the record of ${name}`,
  recallTableTitle: (name) => `Recall: ${name}`,
  recallNote:
    'An issued record is never changed or deleted. The recall is written to the public log; the old record stays readable and says so.',
  reasonCode: 'Kind of reason',
  reason: 'The reason in words',
  replace: 'Open this pupil’s data again for a replacement',
  reasons: {
    'data-entry-error': 'Data entry error',
    'identity-change': 'Change of civil status',
    'decision-changed': 'Decision changed',
    'issued-in-error': 'Issued in error',
    other: 'Other',
  },
  confirm: 'Recall this record',
  cancel: 'Do not recall',
  recalled: (name) => `The record of ${name} has been recalled.`,
  recalledTable: (name) => `Recalled: ${name}.`,
  tableNote: 'A class’s table can be recalled only when no record stands on it any more.',
  files: 'Files',
};
