import type { Ed25519, StatusEntry } from '@hocba/ledger';
import type { ReadClassTable, ReadRecord } from '@hocba/record';
import type { CryptoPort } from '@hocba/signature';
import type { JudgedByList } from '../trust/list-day.ts';
import type { ForeignFacts, PdfSignatureFacts } from './foreign-facts.ts';
import type { Fragment, Verdict } from './verdict.ts';

/** One file, with what came beside it. */
export interface FileToVerify {
  /** Used for its ending only, when the bytes themselves do not tell what they want to be. */
  readonly name: string;
  readonly bytes: Uint8Array;
  /** The proof file that came beside an XML; a PDF carries its own. */
  readonly proof?: Uint8Array;
  /**
   * Class tables that came beside a record, each with its own proof: by them the record of a format without slots for
   * subject teachers is held against what these have signed.
   */
  readonly tables?: readonly Pick<FileToVerify, 'name' | 'bytes' | 'proof'>[];
  /** Proof files of class lists that came along, as a transfer package carries them. */
  readonly lists?: readonly Uint8Array[];
}

/** What dates the log that a record stands in. */
export interface LogEvidence {
  /** Proof file (c2sp.org/tlog-proof) of the record's leaf in the checkpoint that was dated. */
  readonly proof: Uint8Array;
  /** EvidenceRecord (RFC 4998) over that checkpoint with the log's own signature alone, as the log publishes it. */
  readonly evidence: Uint8Array;
}

/** Prints the record of a PDF again; the bytes, or null for a form version that this printer does not know. */
export type Reprint = (pdf: Uint8Array) => Promise<Uint8Array | null>;

/** What a verification stands on. */
export interface VerifyPorts {
  readonly crypto: CryptoPort;
  readonly ed25519: Ed25519;
  readonly reprint?: Reprint;
  /**
   * Finds what dates the log that a proof file is of, for every record that comes, alone, in a book or in an archive: one after the
   * other, the earliest first; nothing where there is none. It is believed no further than it is found good, the first good one decides, and
   * it counts where the record's own timestamps tell nothing (any more). Does not throw for what is in the proof.
   */
  readonly logEvidence?: (proof: Uint8Array) => AsyncIterable<LogEvidence>;
  /** Told how many parts of an archive are judged, of how many (of 0 while they are unpacked); waited for, so that a page can draw it. What it throws ends all. */
  readonly onPart?: (done: number, of: number) => Promise<void> | void;
  /** The clock; the machine's if not given. */
  readonly now?: () => Date;
}

/** The verdict on one file, and what it is made of. */
export interface FileVerdict extends JudgedByList {
  readonly verdict: Verdict;
  readonly sentence: string;
  readonly fragments: readonly Fragment[];
  /** What was signed, for showing: present only if document and signatures are valid. */
  readonly record?: ReadRecord['doc'];
  /** The same of a class's table; `record` is then absent. */
  readonly classTable?: ReadClassTable['doc'];
  readonly signers?: readonly { readonly role: string; readonly name: string; readonly time: string }[];
  readonly leafIndex?: number;
  /** The log in which that leaf stands. */
  readonly logOrigin?: string;
  readonly statusAsOf?: number;
  /** Of one that was recalled or replaced: why, and by which leaf of which log. */
  readonly ended?: StatusEntry;
  /** By when the log had the record, by an authority's dating of the log; unix seconds. */
  readonly loggedBy?: number;
  /** What a record of other software says in its signed part; present only if all its signatures hold. */
  readonly foreign?: ForeignFacts;
  /** Of a PDF without a record inside that other software signed, in the order of what they cover. */
  readonly pdfSignatures?: readonly PdfSignatureFacts[];
  /** Of an archive or a book: each file or year with a verdict of its own, of which this one is the gravest. */
  readonly parts?: readonly PartVerdict[];
}

/** Whether a part of the program that this file needs is not here: with it the verdict may be another. */
export function lacksReader({ fragments, parts = [] }: Pick<FileVerdict, 'fragments' | 'parts'>): boolean {
  return (
    fragments.some(({ code }) => code.endsWith('reader-absent')) ||
    parts.some(({ found }) => lacksReader(found))
  );
}

/** One of several in a file: a file of an archive, a year of a book. */
export interface PartVerdict {
  readonly name: string;
  readonly found: FileVerdict;
}
