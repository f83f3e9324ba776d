import type { claim as vi } from '../vi/claim.ts';

export const claim: typeof vi = {
  byEye: 'Compare each line below with the print:',
  born: (day) => `born on ${day}`,
  grade: (grade) => `grade ${grade}`,
  school: (name, code) => `Issued by: ${name}, school code ${code}.`,
  item: 'Item',
};
