import type { Words } from '../vi.ts';

export const comparison: Words['comparison'] = {
  link: 'Compare the records',
  title: (klass) => `Records of class ${klass} compared`,
  note: 'Each record that is frozen or issued against the class’s data of today, the signed class table and the exported Excel file. Differences are named, nothing is changed.',
  prints: 'Compare the issued prints too (takes some seconds)',
  start: 'Compare',
  busy: 'Comparing…',
  outcome: (records, differing) =>
    records === 0
      ? 'The class has no record to compare.'
      : differing === 0
        ? `${records} records, no difference.`
        : `${records} records, ${differing} pupils with differences.`,
  nightly: 'Compared by the server every day',
  nightlyOutcome: (classes, open) =>
    classes === 0
      ? 'Nothing has been compared in this school year yet.'
      : open === 0
        ? `${classes} classes, no differences.`
        : `${classes} classes, ${open} of them to look at.`,
  failed:
    'The last comparison failed. Press “Compare” in this class; if that fails too, tell the administrator.',
  whatNow:
    'An issued record stays the valid one. If it is wrong, recall it and make a replacement; if the class’s data changed and nobody changed it, tell the school’s administrator.',
};
