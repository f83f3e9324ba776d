import type { VerdictWords } from './vi.ts';

/** What a verdict says, in English; on its own, so that a page brings it only to who reads English. */
export const en: VerdictWords = {
  language: 'en',
  verdicts: {
    genuine: 'Genuine and in force',
    replaced: 'Genuine, since replaced',
    recalled: 'Genuine, since recalled',
    'not-genuine': 'Not genuine',
    'to-be-confirmed': 'To be confirmed again',
    'not-fully-checked': 'Could not be checked in full',
    training: 'Training copy, without legal value',
  },
  next: {
    'not-genuine':
      'Do not rely on this copy yet: keep it as it is, and take it with the pupil’s papers to the office of the school named on the record, to ask about it and for the right one.',
    'to-be-confirmed':
      'The seal or certificate that signed this copy is suspected: take it with the pupil’s papers to the office of the school that issued it, to have it confirmed.',
    recalled:
      'This copy is no longer of use: take it with the pupil’s papers to the office of the school that issued it, and ask why it was recalled and whether there is a new one.',
    replaced:
      'Use the new record: ask the office of the school that issued it, with this copy and the pupil’s papers, then scan the QR code of the new one to see that it is in force.',
    'not-fully-checked':
      'This says neither genuine nor false yet: see which line below could not be checked, or take this copy with the pupil’s papers to the office of the school named on the record, to ask.',
    'out-of-date':
      'What this device goes by is missing or old: with a network, fetch it anew (open the page again) and verify again, and if that does not do, take this copy with the pupil’s papers to the office of the school named on the record, to ask.',
    'no-proof':
      'Choose the proof file of the same name together with it, or use the PDF that the school gave, or else take this copy with the pupil’s papers to the office of the school that issued it, to ask for them.',
    'never-issued':
      'If the school gave a proof file of the same name, choose it together with this file, or use the PDF that the school gave, and verify again: without either do not rely on this copy, and take it with the pupil’s papers to the office of the school named on the record, to ask.',
    'other-proof':
      'The proof file beside it is another record’s: choose the one of the same name, or use the PDF that the school gave, and verify again, or else do not rely on this copy, and take it with the pupil’s papers to the office of the school named on the record, to ask.',
    'proof-incomplete':
      'Fetch the proof again and choose it together with the record, or use the PDF that the school gave, or else take this copy with the pupil’s papers to the office of the school that issued it, to ask for them.',
    'changed-print':
      'Ask the school for the file itself (the PDF, or the XML with its proof) or scan the QR code on the print, and do not go by the pages that this file shows: the signed data inside are as they were and stand below; without that file take this copy with the pupil’s papers to the office of the school that issued it.',
    'unknown-school':
      'The trust list here does not have this school, so that it tells nothing of it: verify on the page of who issued it (scan the QR code of the print, and look closely at the domain), or take this copy with the pupil’s papers to the office of the school named on the record, to ask.',
    'unchecked-print':
      'The page that this file shows could not be compared here, so do not rely on it: only the signed data inside, shown below, are genuine and in force, and if you need the page itself take this copy with the pupil’s papers to the office of the school that issued it, to ask for a file with the school’s digital signature.',
    'broken-pdf':
      'Ask who signed it for the file itself, or scan the QR code if this is the print of a record, and do not rely on this file; without that take it with the pupil’s papers to the office of the school named on the record, to ask.',
  },
  isRecalled: 'this record has been recalled',
  isReplaced: 'this record has been replaced',
  neverIssued: 'never issued',
  otherProof: 'the proof beside it is another record’s',
  changedPrint: 'the PDF was changed since it was issued',
  brokenPdf: 'the signature on the PDF does not fit what the file holds',
  otherSoftware: 'a record of other software',
  otherPdf: 'a file signed by other software',
  addedAfter: 'added to after it was signed',
  ended: {
    reasons: {
      'data-entry-error': 'data entry error',
      'identity-change': 'change of civil status',
      'decision-changed': 'decision changed',
      'issued-in-error': 'issued in error',
      other: 'another reason',
    },
    recalledBy: (reason, leaf, log) =>
      `Why it was recalled: ${reason}; entry ${leaf} of the log${log === null ? '' : ` ${log}`}`,
    replacedBy: (leaf, log) => `What replaces it is entry ${leaf} of the log${log === null ? '' : ` ${log}`}`,
  },
  trust: {
    asOf: (day) => `by the trust list of ${day} (day/month/year)`,
    ended: (day) => `that list has not been good since ${day}, a new one is needed`,
  },
  howMany: {
    archive: (count, of) => (count === of ? `all ${count} files` : `${count} of ${of} files`),
    book: (count, of) => (count === of ? `all ${count} school years` : `${count} of ${of} school years`),
  },
  names: {
    document: 'Contents',
    signatures: 'Signatures',
    certificates: 'Certificates',
    time: 'Time of signing',
    issuance: 'Issuance',
    witness: 'Witnesses',
    status: 'Status',
    print: 'Printed pages',
    issuer: 'Issuer',
    table: 'Class table',
    list: 'List of the closed year',
  },
  codes: {
    document: {
      intact: 'of the right form, field by field',
      'not-canonical':
        'the file is not in its standard form: changed, damaged, or saved by other software in a way that is not known here; ask for the file itself',
      'changed-on-its-way':
        'the data are as they were signed, but mail or some software has saved the file again and spelt it in another way (coding, ends of line, indents, something before or behind it); ask for the file itself, at best in a .zip, and do not open and save it',
      'not-a-record': 'cannot be read as a record',
      'newer-kind':
        'the file names a form or rule that this version does not know, so that who signed and what it says could not be judged, only that it is as it was signed; with a network, load the page again (or bring the software up to date) and verify again, or scan the QR code on the print',
      'not-a-table': 'cannot be read as a class table',
      inconsistent: 'the data contradict themselves',
      'unknown-format': 'not the file of a record (.xml, .pdf, or a .zip of such files)',
      empty: 'the file is empty, perhaps it did not come in full; fetch it again and choose it anew',
      incomplete:
        'the file lacks its end, perhaps it did not come in full, so nothing can be told of it; fetch it again, or ask the school to send it again, and choose it anew',
      'web-page':
        'this is a web page that was saved (mostly one that tells of an error or asks to sign in), not the file of a record; fetch the file again',
      archive: 'several files; each has its own verdict, and this is the gravest',
      book: 'a book of several school years; each has its own verdict, and this is the gravest',
      'no-one-book': 'the records in the PDF are not of one pupil, or one school year stands there twice',
      'archive-damaged':
        'the archive is damaged or not an ordinary .zip; fetch it again, or unpack it and choose the files inside',
      'archive-incomplete':
        'the archive lacks its end, perhaps it did not come in full; fetch it again and choose it anew',
      'archive-misnamed':
        'the file is a .zip under another ending, so that opening it may show what is not in the archive; rename it to .zip and choose it again',
      'archive-zip64':
        'the archive is of the kind Zip64 (some online drives make it), which cannot be opened here; unpack it and choose the files in it',
      'archive-method':
        'the archive is packed by a method that cannot be opened here; unpack it and choose the files in it',
      'archive-split':
        'this is one piece of an archive in several pieces; get all of them, unpack them and choose the files in it',
      'other-archive':
        'an archive that is not a .zip (as .rar, .7z, .gz); unpack it and choose the file inside',
      'archive-encrypted': 'the archive has a password; unpack it and choose the files themselves',
      'archive-too-large':
        'the archive is too large, holds too many files, or swells abnormally when unpacked; choose one class at a time',
      'archive-empty': 'the archive holds no file',
      'archive-within': 'an archive within an archive is not opened; unpack it and choose again',
      'archive-reader-absent':
        'the part that reads archives is not on this device yet; open the page again with a network, or unpack the archive and choose the files themselves',
      'pdf-reader-absent':
        'the part that reads PDF files is not on this device yet; open the page again with a network',
      'proof-alone': 'a proof without the record (.xml) of the same name; choose both together',
      'list-without-record':
        'this list that closed a year names a record that is not among the files beside it, or could not be read; ask who sent them for all the years',
      'table-reader-absent':
        'the part that reads class tables is not on this device yet; open the page again with a network',
      'foreign-reader-absent':
        'the part that reads records of other software is not on this device yet; open the page again with a network',
      'too-large':
        'the file is too large to be read (above 10 MB, for a .zip 50 MB); records are much smaller, so choose the right file, or make a .zip for each class',
      unreadable: 'the file could not be read',
      'folder-empty': 'there is no record (.xml, .pdf, .zip) in the folder',
      'a-picture':
        'this is a picture; no picture bears a signature, so scan the QR code, or choose its picture in the part for prints',
      'no-record-inside':
        'the PDF says that it is the print of a digital record, but the XML record inside cannot be had: it was taken out or damaged, or other software saved the file in another form; use the file that the school gave, or scan the QR code on the print',
      'pdf-without-data':
        'the PDF carries no signed record (as a scan or a PDF printed again does not): nobody vouches for the pages that it shows; use the file that the school gave, or scan the QR code on the print',
      'pdf-copied':
        'this PDF is a copy of a signed file (printed to PDF, put together or saved again by other software), and the signature did not come with it: nobody vouches for the pages that it shows; use the file that the school gave, or scan the QR code on the print',
      'pdf-encrypted':
        'the PDF has a password or is locked, so that the record inside cannot be read; use the file that the school gave, or scan the QR code on the print',
      'pdf-not-read':
        'the PDF is damaged, or has a form that is not read here; if it is a record, use the file that the school gave',
      'foreign-pdf':
        'the PDF carries no record as XML; its signatures alone are judged, not what its pages say',
      'foreign-pdf-unread':
        'the PDF is locked, damaged, or has a form that is not read here; its signatures alone are judged, not what its pages say',
      foreign:
        'a record written by other software; only what was signed by the ministry’s scheme is judged, not field by field',
      'foreign-dressed':
        'a record written by other software, with comments or a stylesheet beside what was signed: a browser that opens the file may show something else than the signed data; only the part signed by the ministry’s common scheme was judged',
    },
    signatures: {
      'each-at-its-place': 'each signature is right, and signs what its role has to sign',
      'signer-unnamed':
        'the signatures are right, but a certificate or the record does not give the signer’s personal number',
      misplaced: 'a signature stands outside the place of its signer',
      'all-valid': 'everybody has signed, and each signature is right',
      incomplete: 'not all signatures that issuing needs',
      'signature-invalid': 'a signature does not fit the contents',
      'wrong-references': 'a signature does not sign what it has to sign',
      'time-differs': 'the day of signing in the record differs from the signed time',
      'signer-differs': 'the signer is not the person whom the record names',
      'pdf-intact': 'every signature on the file holds, and the last one covers the whole file',
      'pdf-added-after':
        'the signatures hold, but something was added after the last one; the pages shown may differ from what was signed',
      'weak-algorithm': 'a signature uses an algorithm that is no longer accepted',
      'pdf-unreadable': 'a signature is of a kind that is not judged here, or there are too many',
    },
    certificates: {
      'chain-valid': 'the certificates led to a trusted root when they signed',
      'no-roots': 'no root certificate to hold them against',
      untrusted: 'a certificate does not lead to a trusted root',
      'training-certificate': 'a training certificate on a real record',
      'unknown-authority': 'the authority that certified is not among those that this device trusts',
      'not-reached': 'not looked at',
      'training-root-not-given': 'training certificates, and no training root to hold them against',
      'valid-when-signed': 'the certificates were valid and not revoked when they signed',
      'no-proven-time': 'no proven time of signing by which to judge the certificates',
      'signer-not-trusted': 'a certificate does not lead to a trusted root',
      'signature-invalid': 'a signature does not fit the contents',
      'signer-revoked': 'a certificate had been revoked before it signed',
      'signer-revoked-no-proof': 'a certificate is revoked; it is not proven that it signed before that',
      'signer-status-unknown': 'it is not known whether a certificate was revoked when it signed',
      'algorithm-refused': 'an algorithm of a certificate is no longer accepted',
    },
    time: {
      'no-timestamp': 'the signatures have no timestamp of a third party yet',
      'foreign-times':
        'of some signatures the time is the signer’s own word, or the timestamp beside it cannot be relied on here',
      proven: 'a third party’s timestamp proves when it was signed',
      'proven-for-long':
        'a third party’s timestamp proves when it was signed, with the data to check it in the long term',
      'proven-by-log': 'a third party has dated the issuing log after this record was written into it',
      'log-evidence-refused': 'the log’s evidence of time is of something else, or is damaged or has ended',
      'clock-behind': 'this device’s clock is behind; set date and time and check again',
      'training-certificate': 'a timestamp of the training set on a real record',
      'timestamp-invalid': 'a timestamp does not fit the signature',
      'times-out-of-order': 'the timestamps contradict each other',
      'unsigned-properties-malformed': 'what is attached to a signature is not of the right form',
      'spare-validation-data': 'a signature carries validation data that nothing uses',
      'authority-not-trusted': 'the time-stamping authority is not among those trusted',
      'authority-expired':
        'the certificate of the time-stamping authority has expired, and the timestamp was not renewed',
      'authority-revoked': 'the certificate of the time-stamping authority was revoked',
      'authority-status-unknown':
        'it is not known whether the certificate of the time-stamping authority is still valid',
    },
    issuance: {
      logged: 'in the log of issued records',
      'never-issued':
        'this school had begun to log each record that it issues, and this one has no proof: it was never issued',
      'no-proof': 'the proof of issuance is missing',
      'proof-incomplete': 'the proof of issuance lacks its end, perhaps it did not come in full',
      'foreign-no-log': 'no log that this device knows to hold it against',
      'not-reached': 'not looked at',
      'no-log-key': 'no key of the log to hold it against',
      'not-in-log': 'the proof does not fit the log',
      'leaf-time-false': 'the log’s own time of this record contradicts the signing times, or its witnesses',
      'clock-behind':
        'the log has this record at a time that this device’s clock has not reached; set date and time and check again',
      'other-record': 'this proof belongs to another record',
      'after-theft':
        'only the log’s stolen key vouches for this proof, behind the last confirmation that is believed',
      'before-last-tree':
        'the log has stopped, as its key may be stolen; fetch the proof again for the last confirmation that is believed',
      'wrong-log': 'this log is not where such a record is logged',
      'list-before-log':
        'the trust list is older than the record and does not name this log for the school, which may have been opened since; a newer list is needed',
    },
    witness: {
      'none-required': 'no witnesses yet',
      met: 'enough witnesses have confirmed the log',
      missing: 'not enough witnesses have confirmed the log',
      'not-reached': 'not looked at',
    },
    status: {
      current: 'in force by the status file',
      recalled: 'recalled by the status file',
      replaced: 'replaced by the status file',
      'no-status-file': 'no status file that says whether it was recalled',
      'status-of-other-log': 'the status file is of another log (another school year or school)',
      'newer-than-status-file': 'the status file is older than this record',
      'status-too-old': 'the status file is too old to say whether it is in force',
      'clock-behind': 'this device’s clock is behind the status file; set date and time and check again',
      'status-file-invalid': 'the status file’s signature is wrong',
      'status-contradicts':
        'an older status file says recalled or replaced, a newer one says in force; ask the issuer and tell the level above',
      'foreign-no-status': 'not known whether it was recalled or replaced; ask who issued it',
      'not-reached': 'not looked at',
    },
    print: {
      'same-pages':
        'the pages are those printed again from the signed data; the address in the QR code is not signed: look where it leads',
      'signed-by-school': 'the school has signed the whole PDF, and nothing has changed since',
      'signature-removed':
        'the cover says that the school has signed this file, but that signature was removed',
      'signature-broken':
        'the PDF’s signature is wrong, or the file was changed or added to since (so it is when other software saves it again); ask for the file itself',
      'signed-by-other': 'the PDF was signed by a seal that is not this school’s',
      'signer-unknown': 'the PDF is signed, but not enough is known here to say whether by the school',
      'signer-suspected': 'the seal that signed the PDF is suspected for that time',
      altered:
        'the pages differ from the signed data: the PDF was changed (so it is when other software saves it again); ask for the file itself',
      'other-form-version':
        'printed by another version of the form; it cannot be printed again for comparison',
      'no-printer-here': 'it cannot be printed again here for comparison; read the data and not the pages',
      claim: 'the QR code carries the issued data; compare the print with them',
      'claim-no-claim': 'the QR code carries no signed data',
      'claim-other-code': 'is not the QR code of a printed record',
      'claim-malformed': 'the QR code cannot be read as signed data',
      'claim-newer-version': 'the QR code is of no kind that this version knows',
      'claim-training-unknown':
        'the QR code itself says that it is of a training copy; no key to hold it against',
      'claim-no-certified-key': 'no key that the log certifies to hold the QR code against',
      'claim-signature-invalid': 'the signature in the QR code is wrong',
      'claim-key-of-other-school': 'the key that signed the QR code is not the issuer’s',
      'claim-list-before-claim':
        'the trust list is older than this print and does not name its issuer yet; a newer list is needed',
      'claim-after-key-ended': 'the day of issue lies outside the time of the key that signed the QR code',
      'claim-leaf-differs': 'the log has no such issue as the QR code names',
      'claim-outside-log':
        'the school year or the day of issue lies outside the log of the key that signed the QR code',
      book: 'the pages of a book of several years cannot be printed again for comparison; read the data in the file',
      'not-a-print': 'not a print',
    },
    issuer: {
      'no-register': 'no register of seals to hold it against',
      'school-unknown': 'the school is not in the register',
      registered: 'the seal was registered as the school’s when the record was issued',
      'seal-not-registered': 'the seal was never registered as this school’s',
      'register-before-record':
        'the trust list is older than the record and does not have this seal, which may have been registered since; a newer list is needed',
      'seal-not-registered-then':
        'when the record was issued, this seal was not the one registered as the school’s',
      'register-too-old':
        'the trust list is past its day, so nobody knows whether the seal is still trusted; a newer list is needed',
      'time-unknown': 'the time of issue is not known, so the seal cannot be held against the register',
      suspected:
        'a certificate is suspected for that time; school and province have to confirm the record again',
      'not-reached': 'not looked at',
    },
    list: {
      'names-record': 'the list that the class signed as its year was closed names this very record',
      'names-other':
        'the list that closed the year does not name this record (it was made later, or the list is older); ask the issuer',
      'not-in-log': 'the list of the closed year that came along does not match the public log',
      'not-reached': 'the list of the closed year could not be compared',
    },
    table: {
      agrees: 'the subject teachers have signed these very levels and marks in the class table',
      'none-named':
        'the record names no class table, so there are no signatures of subject teachers to hold it against',
      'not-given':
        'the subject teachers sign the class table; check that file together with this one to hold them against each other',
      'reader-absent':
        'the part that reads class tables is not on this device yet, so nothing was compared; open the page again with a network',
      'other-contents': 'the table that came along is not the one that the record has signed',
      'row-differs': 'the table differs from the record',
      'not-genuine': 'the table that came along is not genuine',
      recalled: 'the table was recalled',
      'not-fully-checked': 'the table agrees with the record, but could itself not be checked in full',
    },
  },
};
