import type { VerifyWords } from '../vi/verify.ts';

export { en as verdict } from '@hocba/verify/en';

export const verify: VerifyWords = {
  title: 'Verify a record',
  banner: 'Verify a digital school record',
  stays: 'The file does not leave your device',
  skip: 'To the main content',
  lead: 'Choose a record (.pdf or .xml), or the .zip of a pupil or a whole class. A PDF carries its proof of issuance; an XML needs its proof file (.tlog-proof) beside it.',
  fetching: 'Fetching what to trust…',
  choose: 'Choose files, or drop them here',
  checking: (done, of) => (of < 2 ? 'Verifying…' : `Verifying ${done} of ${of} files…`),
  stop: 'Stop',
  stopped:
    'Stopped half-way, so nothing is said of any file; your files are untouched on your device. Choose again, perhaps fewer of them.',
  together: (count) => `${count} files chosen`,
  tooMany: (most) => `More than ${most} files, so nothing was verified. Please choose one class at a time.`,
  passedOver: (count) =>
    `Not looked at: ${count} other files of the folder (not .xml, .pdf, .zip); what is said below is not of them.`,
  emptyFolder: 'There is no record (.xml, .pdf, .zip) in this folder.',
  chooseNote: 'The file is verified on this device and is sent nowhere.',
  noTrust:
    'What to trust could not be fetched from the server. A changed file is still found, but none can be called genuine. Open this page again when there is a network.',
  outdated:
    'The server’s new list of what to trust says something that this page does not know, so no list is used and nothing is called genuine. Your file is untouched; load the page again to get the new one.',
  illMade:
    'The server’s list of what to trust is rightly signed and wrongly made, so no list is used and nothing is called genuine. Your file is untouched; please tell the school or the province, and try again later.',
  clockOff: (days) =>
    `This device’s clock is about ${days} days off the server’s, so what is said of ends and of the status may be wrong. Set the date of your device and load the page again.`,
  proofAlone:
    'That is only the proof of issuance. Choose the record (.xml) of the same name together with it.',
  unreadable:
    'The file could not be read, so nothing was verified. It may have been moved or renamed; please choose it again.',
  absent:
    'A part of the page could not be loaded, so this is not done yet; your file is untouched on your device. With a network, load the page again and choose again.',
  reload: 'Load the page again',
  statusAsOf: (time) => `status as of ${time}`,
  checked: 'What was checked',
  states: {
    valid: 'Right',
    invalid: 'Wrong',
    'not-checked': 'Not checked',
    error: 'Could not be checked',
  },
  keep: {
    print: 'Print or save as PDF',
    copy: 'Copy the verdict as text',
    copied: 'Copied; it can be pasted into a mail or message.',
    refused: 'The browser does not let the page copy. Select the verdict and copy it, or print it.',
    at: (time, page) => `Checked at ${time} on ${page}`,
    digest: (hex) => `SHA-256 of the file: ${hex}`,
    log: (origin, index) => `Log of issued records: ${origin}, entry ${index.toLocaleString('en-GB')}`,
    noProof:
      'This print or copy proves nothing by itself: whoever receives it should check the file or the printed record again at the address above.',
  },
  print: {
    title: 'Only a print?',
    note: 'Scan the QR code in the corner of the printed page, or choose a photo of that page. The picture is read on this device; it is not kept and is sent nowhere.',
    scan: 'Scan the QR code',
    photo: 'Choose a photo of the print',
    paste: 'Or paste what the QR code of the print says',
    compare: 'Compare',
    reading: 'Reading the picture…',
  },
  facts: {
    born: (day) => `born on ${day}`,
    className: (name) => `class ${name}`,
    schoolYear: (year) => `school year ${year.replace('-', '–')}`,
    result: 'Overall result (kết quả giáo dục):',
    subject: 'Subject',
    level: 'Level',
    mark: 'Mark',
    details: 'Levels, marks and signers in the signed data',
    roles: {
      subjectTeacher: 'Subject teacher',
      homeroomTeacher: 'Homeroom teacher',
      principal: 'Principal',
      schoolSeal: 'School seal',
    },
  },
};
