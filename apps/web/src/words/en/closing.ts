import type { Words } from '../vi.ts';

export const closing: Words['closing'] = {
  title: (name) => `Close the year of class ${name}`,
  about:
    'This list says for each pupil whether a record was issued, and if not, why. The homeroom teacher signs it, the school seals it, and the public log takes it (without names): from then on a record missing or added is found.',
  link: 'Close the class’s year',
  counts: (issued, none, waiting) =>
    `${issued} with an issued record · ${none} without · ${waiting} waiting.`,
  record: 'Record of the year',
  states: { issued: 'Issued', none: 'None', waiting: 'Waiting' },
  reason: 'Why there is none',
  chooseReason: 'Choose a reason…',
  reasons: {
    transferred: 'Moved to another school',
    left: 'Left school',
    deceased: 'Deceased',
    undecided: 'Waiting for the result of summer training',
    other: 'Another reason',
  },
  note: 'The reason in words',
  inTheWay: (waiting, missing) =>
    [
      waiting > 0 ? `${waiting} records are not issued yet` : '',
      missing > 0 ? `${missing} pupils without a reason` : '',
    ]
      .filter((part) => part !== '')
      .join('; ')
      .concat('.'),
  prepare: 'Sign this list',
  seal: 'Seal and close the year',
  prepared: (at) => `Signed by the homeroom teacher at ${at}; waiting for the school’s seal.`,
  closed: (at) => `The year was closed at ${at}.`,
  leaf: (index) => `The list is entry ${index} of the public log.`,
  leafWaits: 'The public log takes the list in a few minutes.',
  all: {
    title: 'Close the year of all classes',
    every: 'All classes',
    column: 'Year closed',
    turns: {
      notYet: 'Not yet',
      toSign: 'Waits for the homeroom teacher',
      toSeal: 'Waits for the seal',
      closed: 'Closed',
    },
    waiting: 'Lists that wait for the seal',
    has: (issued) => `${issued} with an issued record`,
    everybody: 'Everybody has a record.',
    none: (name, reason) => `${name}: no record, ${reason}`,
    seal: (lists) => (lists === 1 ? 'Seal 1 list' : `Seal ${lists} lists`),
    progress: (done, of) => `${done} of ${of} lists sealed…`,
    stop: 'Stop',
    sealed: (done) => (done === 1 ? '1 list sealed.' : `${done} lists sealed.`),
    failed: (name) => `The list of class ${name} could not be sealed; the classes before it are closed.`,
    nothing: 'No list waits for the seal.',
  },
  outdated: 'Records of the class changed since the year was closed. The old list is kept; sign a new one.',
};
