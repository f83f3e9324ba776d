import type { Words } from '../vi.ts';

export const pictures: Words['pictures'] = {
  title: 'Pictures of signature and seal',
  door: 'Pictures of my signature and seal',
  note: 'A picture only makes a print look like a paper document: a blue signature, a red seal. What counts in law is the digital signature, with or without it.',
  person: (name) => `Signature of ${name}`,
  seal: (name) => `Seal of ${name}`,
  none: 'No picture yet. Prints say “Đã ký số” in its place.',
  inUse: 'The picture in use, as prints show it:',
  look: 'As prints would show it. Not saved yet.',
  choose: 'Choose a picture',
  chooseOther: 'Choose another picture',
  chooseNote: 'A PNG or a photograph, ink on white paper. Margins and paper are taken off for you.',
  use: 'Use this picture from now on',
  drop: 'Do not use it',
  remove: 'No picture on later prints',
  kept: 'Saved. What is signed from now on is printed with this picture; prints of what is signed already do not change.',
  removed:
    'Removed. What is signed from now on is printed without a picture; prints of what is signed already do not change.',
  notAPicture: 'The browser cannot open this file as a picture. Nothing was saved; choose another file.',
  imageOf: (name) => `Picture of ${name}`,
  history: 'Set and removed',
  setOn: (when, by) => `${when}: set by ${by}`,
  removedOn: (when, by) => `${when}: removed by ${by}`,
  signatureHere: 'signature',
};
