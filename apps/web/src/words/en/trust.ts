import type { Words } from '../vi.ts';

export const trust: Words['trust'] = {
  title: 'What is trusted',
  lead: 'Whoever verifies the school’s records goes by what stands on this page.',
  unreadable:
    'What is trusted cannot be read: a file of a log, a key or the list of witnesses on the server is not right. What was issued is whole. Tell the operator.',
  none: 'The school has issued no record yet, so there is nothing to verify.',
  from: {
    above: (name, time) => `A list signed by the level above (${name}), as of ${time}.`,
    training: (time) =>
      `A training list that the software has signed itself, as of ${time}. Training records have no legal value.`,
    own: (time) =>
      `A list that this software has signed itself, as of ${time}. There is none of the level above.`,
  },
  due: 'To be done',
  nothingDue: 'There is nothing to be done now.',
  what: {
    'no-key':
      'A new list has come, and there is no key to check it by. The operator asks the province for the key and lays it down as hocba-trust.vkey.',
    'wrong-signature':
      'The new list’s signature is wrong, so it is not used. The operator fetches the file from the province again.',
    'not-a-bundle':
      'The new list is damaged, so it is not used. The operator fetches the file from the province again.',
    'not-understood':
      'The new list is signed by the province, and this version of the software cannot read it, so it is not used; the old list goes on. The operator updates the software.',
    older:
      'The new list is older than the one in use, so it is not used. The operator fetches the newest from the province.',
    'from-the-future':
      'The new list is dated after today, so it is not used yet. Look at the server’s date and time.',
    'not-from-above':
      'There is no list of the level above, so nobody can call the school’s records genuine. Ask the province to send it.',
    'school-unknown': 'The list of the level above does not name this school. Ask the province to add it.',
    'seal-unregistered':
      'The seal in use is not registered in the list, so records sealed by it are called not genuine. Stop sealing and ask the province to register it.',
    'list-out-of-date': (day) =>
      `The list of the level above was good until ${day}, so nobody can call a record genuine by it any more. Ask the province for a newer one.`,
    'seal-ends': (day) =>
      `The certificate of the school’s seal ends on ${day}. Apply for a new one and have the province register it before that day.`,
    'evidence-late': (day) =>
      `The log’s evidence of time could not be renewed and is good only until ${day}. Let the operator look at the connection to the time-stamping authority.`,
    'root-ends': (name, day) =>
      `The root certificate “${name}” ends on ${day}. Ask the province for a new list.`,
    'authority-ends': (name, day) =>
      `The certificate of the time-stamping authority ${name} ends on ${day}, so that nothing lasting is bought there. The operator chooses another one.`,
    'log-stopped': (name) =>
      `The log of ${name} has stopped, as its key may be stolen. Fetch the proofs of its records again from Issued.`,
    'lodging-stuck': (name) =>
      `The checkpoint of the log of ${name} could not be sent to the level above. Records are issued all the same and nothing is lost. The operator sees why below, and asks there.`,
    'witness-missing': (name) =>
      `Not enough witnesses have confirmed the log of ${name}. Records are issued all the same and nothing is lost, but whoever verifies them is told so. The operator looks which one does not answer.`,
    'witness-silent': (witnesses, name) =>
      `The witness ${witnesses} has not confirmed the newest tree of the log of ${name}; the others are enough, and nothing is lost. If this still stands in some days, the operator asks who runs it.`,
    'log-undated': (name, day) =>
      `The log of ${name} has no third party’s timestamp over what was written since ${day}. Records are issued all the same and nothing is lost. The operator looks at the connection to the time-stamping authority.`,
    suspected: (name) =>
      `A certificate of the school is suspected (${name}). Confirm the records that it signed again, together with the province.`,
  },
  seals: 'The school’s seals',
  sealsUnknown: 'The list does not name this school.',
  noSeals: 'No seal is registered.',
  seal: { from: 'Registered from', until: 'Until', ours: 'In use here', ends: 'Certificate ends' },
  yes: 'Yes',
  no: 'No: of elsewhere, or replaced',
  now: 'now',
  successor: (code) => `The school ${code} keeps this one’s records on.`,
  logs: 'Logs of issued records',
  noLogs: 'No log yet.',
  elsewhere: 'This log is kept elsewhere.',
  log: {
    from: (day) => `In use from ${day}`,
    leaves: (count) => `${count} entries`,
    status: (time) => `What was recalled or replaced, as of ${time}`,
    statusDays: (days) => `a copy taken elsewhere is good for ${days} days`,
    dated: (time, day) => `Evidence of time of ${time}, good until ${day}`,
    notDated: 'No third party’s evidence of time yet',
    witness: {
      met: 'Enough witnesses have confirmed it',
      missing: 'Not enough witnesses have confirmed it',
      'none-required': 'No witnesses in use',
    },
    life: {
      ending: 'Ordered to close; the server does so within minutes',
      closed: 'Closed; what comes later stands in the next year’s log',
      stolen: 'Stopped, as its key may be stolen',
    },
    closedByHand: 'No day of closing is set; the operator closes it by command',
    closes: (day) => `Closed by itself from ${day} on.`,
    keptOpenBy: 'Kept open past that day as long as there are:',
    keptOpen: {
      unlockedYears: 'a school year whose supplementary lock is still to come',
      unfinishedRecords: (count) => `${count} records frozen and not issued`,
      unclosedClasses: (count) => `${count} classes with issued records whose year is not closed`,
      noLaterLog: 'no later school year, so that a late recall has nowhere to go',
    },
    lodged: (above, here) => `The level above holds ${above} of ${here} entries`,
    notLodged: 'No receipt of the level above yet',
    lodging: {
      malformed: 'it could not read what was sent last',
      'unknown-log': 'it does not know the key of this log',
      'signature-refused': 'it knows another key for this log',
      'no-shared-log': 'it has no shared log open for the school year',
      older: 'it holds a newer one than there is here',
      'other-start': 'it has just taken another; the server sends again',
      unproven: 'it does not see this log go on from what it holds',
      forked: 'somebody else holds another history under the same key',
      'above-behind': 'its log is older than what it has shown here before; it was told',
      'receipt-invalid': 'the receipt does not fit the keys of the level above laid down here',
      unreachable: 'its server was not reached; ours sends again',
      'bad-answer': 'its server answered something else; look at the address that is set',
      'too-often': 'sent too often; the server sends again',
      'own-files': 'files of the log are not right here; the operator runs hocba audit',
    },
    seen: (name, time) => `${name}: confirmed at ${time}`,
    notSeen: (name) => `${name}: has not confirmed the newest`,
  },
  suspicions: 'Suspected',
  noSuspicions: 'No certificate is suspected.',
  suspicion: (decision, from, to) =>
    to === null ? `${decision}: from ${from}` : `${decision}: from ${from} to ${to}`,
  ofOurs: 'of this school',
  details: 'Details for the operator',
  key: 'Key of the list',
  claimKeys: 'Keys of the QR codes on prints',
  claimKey: (origin, from, until) => `${origin}: from ${from} to ${until}`,
  roots: 'Root certificates of signers',
  authorities: 'Root certificates of time-stamping authorities',
  stamps: 'Time-stamping authorities in use',
  until: (name, day) => `${name}: until ${day}`,
  empty: 'None.',
};
