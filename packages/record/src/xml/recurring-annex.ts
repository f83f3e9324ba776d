import { Maker, recurring, type XmlElement } from '@hocba/xml';
import type { RecordDocument, SubjectCode } from '../model.ts';
import type { Profile } from '../profile/profile.ts';
import { type Profiles, profileById } from '../profile/profiles.ts';
import type { AnnexContent } from './fields.ts';
import { encodeValue } from './forms.ts';

/** An annex that was held to what the writer makes of its record, save what is each pupil's own. */
interface KnownAnnex {
  readonly profile: Profile;
  readonly content: Omit<AnnexContent, 'uuid' | 'comments'>;
  /** Subjects of the record, by which the writer orders teachers and comments. */
  readonly subjects: readonly SubjectCode[];
  /** The numbers of texts. */
  readonly uuid: number;
  readonly comments: readonly (readonly [SubjectCode, number])[];
}

const KNOWN = new Maker<KnownAnnex>();

/** What an annex says that differs from a known one in the record's number and in comments only. */
export interface AnnexAsBefore {
  readonly content: AnnexContent;
  readonly known: KnownAnnex;
}

/** Null for an annex that differs from those before in more, or has references in its text: it is to be read in full. */
export function annexAsBefore(root: XmlElement, profiles: Profiles): AnnexAsBefore | null {
  const element = recurring(root);
  const known = element?.recall(KNOWN);
  if (element === null || known === undefined) return null;
  if (profileById(known.profile.id, profiles) !== known.profile) return null;
  const uuid = element.written(known.uuid);
  const comments = new Map<SubjectCode, string>();
  for (const [subject, text] of known.comments) comments.set(subject, element.written(text));
  for (const text of [uuid, ...comments.values()]) if (text.includes('&')) return null;
  return { content: { ...known.content, uuid, comments }, known };
}

/**
 * Whether the writer makes this annex of a record whose number and comments are the annex's: it did so of the record before,
 * and nothing else that it writes by is another.
 */
export function isWrittenAsBefore(
  { known, content }: AnnexAsBefore,
  doc: RecordDocument,
  profile: Profile,
): boolean {
  if (profile !== known.profile || doc.uuid !== content.uuid) return false;
  if (encodeValue(profile, 'uuid', doc.uuid) !== doc.uuid) return false;
  if (doc.subjects.length !== known.subjects.length) return false;
  return doc.subjects.every(
    ({ subject, comment }, i) =>
      subject === known.subjects[i] &&
      comment === content.comments.get(subject) &&
      (comment === undefined || encodeValue(profile, 'lines', comment) === comment),
  );
}

/** Keeps an annex that was read in full and is as written, for others of its form. */
export function keepAnnex(
  root: XmlElement,
  content: AnnexContent,
  doc: RecordDocument,
  profile: Profile,
): void {
  const element = recurring(root);
  if (element === null) return;
  const parts = root.children[0]?.children ?? [];
  const uuid = parts.find(({ localName }) => localName === 'MA_TRA_CUU_UUID');
  const comments = parts.find(({ localName }) => localName === 'DANH_SACH_NHAN_XET')?.children ?? [];
  const ofSubjects = [...content.comments.keys()];
  if (uuid === undefined || comments.length !== ofSubjects.length) return;
  const { uuid: _uuid, comments: _comments, ...same } = content;
  element.keep(
    KNOWN,
    {
      profile,
      content: same,
      subjects: doc.subjects.map(({ subject }) => subject),
      uuid: element.numberOf(uuid),
      comments: ofSubjects.map(
        (subject, i) => [subject, element.numberOf(comments[i] as XmlElement)] as const,
      ),
    },
    [uuid, ...comments],
  );
}
