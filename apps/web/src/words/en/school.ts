import type { Words } from '../vi.ts';

export const school: Words['school'] = {
  title: 'Whole school',
  klass: 'Class',
  teacher: 'Homeroom teacher',
  entered: 'Entered',
  frozen: 'Frozen',
  subjects: 'Subject teachers',
  homeroom: 'Homeroom',
  principal: 'Principal',
  issued: 'Issued',
  attention: 'To look at',
  undecided: (pupils) => `${pupils} pupils not completed wait for the principal’s decision`,
  summary: (classes, pupils) => `${classes} classes · ${pupils} pupils`,
  sign: (classes, records) => `Review and sign ${classes} classes, ${records} records`,
  seal: (classes, records) => `Review, seal and issue ${classes} classes, ${records} records`,
  noneToSign: 'No class is ready to be signed.',
};
