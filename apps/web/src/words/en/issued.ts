import type { Words } from '../vi.ts';

export const issued: Words['issued'] = {
  title: 'Issued records',
  choose: 'Class',
  empty: 'No record of this class has been issued.',
  day: 'Issued on',
  status: 'Status',
  recall: 'Ask for a recall',
  recallColumn: 'Recall',
  recallWaits: 'Recall waits for agreement',
  askOthers: 'A recall needs two: clerk or administrator asks, the principal agrees on the page “My work”.',
  recallTitle: (name) => `Ask to recall the record of ${name}`,
  recallTableTitle: (name) => `Ask to recall: ${name}`,
  recallNote:
    'It is recalled when the principal agrees. An issued record is never changed or deleted. The recall is written to the public log; the old record stays readable and says so.',
  reasonCode: 'Kind of reason',
  chooseReason: 'Choose the kind of reason',
  reason: 'The reason in words',
  replace: 'Open this pupil’s data again for a replacement',
  reasons: {
    'data-entry-error': 'Data entry error',
    'identity-change': 'Change of civil status',
    'decision-changed': 'Decision changed',
    'issued-in-error': 'Issued in error',
    other: 'Other',
  },
  confirm: 'Ask for the recall',
  cancel: 'Do not ask',
  recallOf: (name) => `recall of the record of ${name}`,
  recallTableOf: (name) => `recall: ${name}`,
  tableNote: 'A class’s table can be recalled only when no record stands on it any more.',
  files: 'Files',
};
