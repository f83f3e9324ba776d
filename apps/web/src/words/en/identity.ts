import type { Words } from '../vi.ts';

export const identity: Words['identity'] = {
  edit: 'Edit identity',
  title: (name) => `Identity of ${name}`,
  intro: 'As the birth certificate says. Each change is kept with its reason.',
  issued: (years) =>
    `The record of ${years} is issued. Civil status changes by a decision; that record is not edited but recalled and replaced.`,
  fields: {
    fullName: 'Name',
    personalId: 'Personal number',
    registerNumber: 'Register number',
    birthPlace: 'Birth place',
    homeTown: 'Home town',
    address: 'Address',
    ethnicity: 'People',
    nationality: 'Nationality',
    fatherName: 'Father’s name',
    motherName: 'Mother’s name',
    motherAbsence: 'If no mother is named: the paper that says so',
    guardianName: 'Guardian',
  },
  sex: 'Sex',
  noSex: 'Not known',
  birthDate: 'Birth date',
  reason: 'Reason',
  decision: 'Decision number (civil status)',
  decisionDate: 'Day of the decision',
  save: 'Save',
  sound: 'Everything fits together.',
  problems: 'To be completed or compared',
  back: 'Back to the pupil',
  due: 'Records to be corrected',
  dueNote:
    'Clerk or administrator asks for a recall for replacement, the principal agrees; then the homeroom teacher freezes, and the new record is signed and issued.',
  dueLine: (year, reason) => `${year}: ${reason}`,
  recall: 'Ask for a recall for replacement',
  recallWhat: 'recall for replacement',
  recallAsk:
    'Ask to recall this record to replace it? The old one stays readable and says that it was replaced.',
  history: 'Changes',
  line: (fields, reason) => `${fields}: ${reason}`,
  decided: (number, day) => `decision ${number} of ${day}`,
};
