import type { lookUp as lookUpVi, claim as vi } from '../vi/claim.ts';

export const claim: typeof vi = {
  byEye: 'Compare each line below with the print:',
  born: (day) => `born on ${day}`,
  grade: (grade) => `grade ${grade}`,
  school: (name, code) => `Issued by: ${name}, school code ${code}.`,
  item: 'Item',
  logged: (time) => `The log of issues has this one, entered at ${time}.`,
};

export const lookUp: typeof lookUpVi = {
  ask: 'Look it up in the log of issues',
  asking: 'Fetching the log…',
  note: 'Needs a network. The page fetches from its own server a piece of the log with many entries and nobody’s name; the server does not learn which of them you look at.',
  absent:
    'That log could not be fetched from this page’s server: the network may be gone, this may have been issued just now, or it stands in a log kept elsewhere. What is said above stands as it is.',
};
