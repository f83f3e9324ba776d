import type { Words } from '../vi.ts';

export const lodging: Words['lodging'] = {
  title: 'Logs that schools lodge here',
  lead: 'A school with a log of its own lodges checkpoints in the shared log here. From then on it cannot show another history unseen.',
  none: 'No school’s log yet. The operator writes the key of each log into the file school-logs.',
  counts: (logs, silent, days) =>
    silent === 0
      ? `${logs} logs, no school silent for more than ${days} days.`
      : `${logs} logs, ${silent} schools that never lodged or are silent for more than ${days} days: ask whether the school’s server runs and has a network.`,
  columns: { school: 'School', year: 'School year', leaves: 'Held', last: 'Last lodged', state: 'State' },
  school: (code, name) => (name === null ? `School ${code}` : `${name} (${code})`),
  leaves: (count) => `${count} entries`,
  last: (time, days) => (days < 1 ? time : `${time}, ${days} days ago`),
  states: {
    forked: 'Two histories',
    silent: 'Silent too long',
    never: 'Never lodged',
    fine: 'Regular',
    older: 'Followed by a later log',
    removed: 'Key taken out',
  },
  own: {
    title: (years) => `The log of ${years} has two histories`,
    text: 'Somebody else (the level above, a witness, or a school that lodges here) holds a version of this log that is not here, signed with the log’s own key. What there is here is whole, but the log writes no more, so nothing further can be issued.',
    todo: [
      'Stop signing and sealing. Call the operator and who holds that version by a number known before.',
      'The operator runs hocba audit and leaves the folder lodged as it is: it is evidence.',
      'The former server still runs on another machine: turn this one off and use that one. Marks typed here have to be typed there again.',
      'An older backup was just restored: bring the newer one back, and the log goes on by itself.',
      'There is no newer backup: the operator takes the missing leaves out of a mirror, by hocba log catch-up.',
      'Nobody restored anything, or there is no mirror either: take the key as stolen and run hocba log stolen.',
    ],
    link: 'See what is trusted',
  },
  stopped: {
    title: (years) => `The log of ${years} writes no more for now`,
    text: 'What was saved and signed is whole. Records sealed now wait on the server and go into the log by themselves once it goes on; only then are there proofs to hand out.',
    why: {
      'witness-policy':
        'The file witness-policy is not right. The operator mends it as the administrator’s guide says under “Nhân chứng”; the server goes on by itself.',
      'known-checkpoints':
        'A file in the folder known-checkpoints is no checkpoint. The operator takes it out; the server goes on by itself.',
      clock:
        'The last entry is dated ahead: the machine’s clock ran fast. The operator does what the guide says of a clock that ran ahead.',
      restored:
        'A backup was brought back, and nobody else has confirmed it yet. The operator does what the guide says of bringing a backup back.',
      'other-history':
        'Somebody else has seen a newer tree, or another one. The operator does what the guide says of two histories.',
      key: 'The log’s key is missing or damaged. The operator brings the right file of the backup back into the folder keys.',
      files:
        'The log’s files are not as they were signed. The operator leaves the store as it is, runs hocba audit, and brings the right backup back.',
      disk: 'The server cannot write into the data folder: the disk is full, or it may not. The operator makes room or mends the rights.',
      other:
        'The server is trying again by itself. If this is still here after a few minutes, the operator looks at the server’s window.',
    },
  },
  others: {
    title: 'A school has shown two histories under one key',
    text: 'The later one was not taken, the held one is whole, the evidence is kept.',
    line: (code, year) => `School ${code}, ${year.replace('-', '–')}`,
    link: 'See the evidence and what to do',
  },
  forks: 'Evidence of two histories',
  fork: (held, shown, time) =>
    shown === held
      ? `Two different trees of ${held} entries; kept since ${time}`
      : `A tree of ${held} entries is held; one of ${shown} entries, shown later, does not go on from it; kept since ${time}`,
  files: { held: 'The held tree', shown: 'The tree shown later', proof: 'Proof that it does not go on' },
  todoTitle: 'What to do',
  todo: [
    'Call the school’s principal and operator at once, by a number known before and not by the school’s own network.',
    'The school stops sealing, runs hocba audit, and says whether an older backup was just restored.',
    'The newer files are found: the school’s log goes on by itself. The operator here moves the evidence from the folder forked to the file of the case.',
    'They are not found, or somebody else has the key: the school runs hocba log stolen. Here the new key goes into school-logs, the old one out, and the trust list is mended.',
  ],
  until: 'This alarm ends by itself once 3 or 4 is done; no button takes it away.',
};
