import type { Words } from '../vi.ts';

export const period: Words['period'] = {
  choice: 'Period',
  closedOption: (name) => `${name} (closed)`,
  isClosed: (name) => `${name} is closed`,
  closedBy: (who, day) => `Closed by ${who} on ${day}. Cells can only be read.`,
  locked: (name, day) =>
    `${name} was locked at the end of ${day}. Cells can only be read; the principal may move the lock on the page of school years.`,
  because: (reason) => `Reason: ${reason}`,
  close: (name) => `Close: ${name}`,
  closeNote: 'Close when every subject is complete. Cells then stay as they are until the principal reopens.',
  closeReason: 'Reason, if closed with gaps',
  reopen: (name) => `Reopen: ${name}`,
  reopenNote: 'Reopens the cells for the teachers. The act and its reason are kept.',
  reopenReason: 'Reason for reopening',
};

export const sitting: Words['sitting'] = {
  title: 'Test taken again',
  mark: (mark) => `mark ${mark}`,
  lastCounts: 'Every sitting is kept; the last one counts.',
  newMark: (nth) => `Mark of sitting ${nth}`,
  day: 'Day of the test',
  reason: 'Why it is taken again',
  save: 'Record this sitting',
};
