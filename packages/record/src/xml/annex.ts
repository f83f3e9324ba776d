import { el, find, type RawXml, serialize, type XmlElement } from '@hocba/xml';
import { isSubjectCode } from '../codes/subjects.ts';
import type { RecordDocument, SignerIdentity, SubjectCode } from '../model.ts';
import type { Profile } from '../profile/profile.ts';
import { PROFILES, type Profiles, profileById } from '../profile/profiles.ts';
import { RecordReadError, RecordWriteError } from './errors.ts';
import type { AnnexContent } from './fields.ts';
import { encodeValue } from './forms.ts';
import { ANNEX_ID, slotSpec, teacherParts } from './slots.ts';

export const DSIG_NAMESPACE = 'http://www.w3.org/2000/09/xmldsig#';
export const ANNEX_NAMESPACE = 'urn:hocba:annex:1';

type Form = 'text' | 'lines' | 'personalId' | 'uuid';

function field(
  profile: Profile,
  tag: string,
  value: string,
  form: Form = 'text',
  attributes: Record<string, string> | null = null,
): RawXml {
  const text = encodeValue(profile, form, value);
  if (text === undefined)
    throw new RecordWriteError(value === '' ? 'field-missing' : 'value-not-allowed', `annex.${tag}`);
  return el(tag, attributes, text);
}

/**
 * The annex: what the ministry's tags have no field for, as the `ds:Object` that the homeroom teacher's Signature
 * carries (the principal's in `moet-1.0`). Canonical bytes of the element by itself, with its namespaces.
 */
export function writeAnnex(doc: RecordDocument, profile: Profile): Uint8Array {
  const write = (tag: string, value: string, form: Form = 'text'): RawXml => field(profile, tag, value, form);
  const optional = (tag: string, value: string | undefined): RawXml[] =>
    value === undefined ? [] : [write(tag, value)];
  // Where subject teachers have no slot, the annex alone says who taught.
  const spec = slotSpec(profile, 'subjectTeacher');
  const teachers = teacherParts(doc).map(({ teacher, subjects }, i) =>
    el(
      'GIAO_VIEN',
      spec ? { SLOT: `${spec.id}${i + 1}` } : null,
      write('HO_VA_TEN', teacher.fullName),
      write('SO_CCCD', teacher.personalId, 'personalId'),
      ...optional('CHUC_VU', teacher.title),
      ...subjects.map((s) => write('MON', s)),
    ),
  );
  const comments = doc.subjects.flatMap(({ subject, comment }): RawXml[] =>
    comment === undefined ? [] : [field(profile, 'NHAN_XET', comment, 'lines', { MON: subject })],
  );
  const annex = el(
    'PHU_LUC',
    { xmlns: ANNEX_NAMESPACE },
    write('MA_TRA_CUU_UUID', doc.uuid, 'uuid'),
    write('HO_SO_KY_THUAT', doc.profile),
    write('BO_QUY_TAC', doc.ruleSet),
    write('CHE_DO', doc.training ? profile.modes.training : profile.modes.real),
    el('DANH_SACH_GIAO_VIEN', null, ...teachers),
    ...tableReference(doc, profile, write),
    ...optional('CHUC_VU_GIAO_VIEN_CHU_NHIEM', doc.homeroomTeacher.title),
    ...optional('GIAO_VIEN_CHU_NHIEM_KHONG_KY', doc.homeroomSigns === false ? '1' : undefined),
    el(
      'CON_DAU',
      null,
      write('TEN_TO_CHUC', doc.seal.organisationName),
      write('MA_SO_THUE', doc.seal.taxCode),
    ),
    el('DANH_SACH_NHAN_XET', null, ...comments),
  );
  return serialize(el('Object', { xmlns: DSIG_NAMESPACE, Id: ANNEX_ID }, annex));
}

/** Where subject teachers have a slot of their own there is no table to stand on. */
function tableReference(
  { classTable }: RecordDocument,
  profile: Profile,
  write: (tag: string, value: string, form?: Form) => RawXml,
): RawXml[] {
  if (classTable === undefined) return [];
  if (slotSpec(profile, 'subjectTeacher') || !/^[0-9a-f]{64}$/.test(classTable.digest))
    throw new RecordWriteError('value-not-allowed', 'classTable');
  return [
    el(
      'BANG_TONG_HOP_CUA_LOP',
      null,
      write('MA_BANG_UUID', classTable.uuid, 'uuid'),
      write('SHA256_NOI_DUNG', classTable.digest),
    ),
  ];
}

function textAt(element: XmlElement, path: string): string {
  const text = find(element, path)?.text;
  if (!text) throw new RecordReadError('annex-malformed', path);
  return text;
}

function subjectAt(code: string | undefined): SubjectCode {
  if (code === undefined || !isSubjectCode(code)) throw new RecordReadError('annex-malformed', 'MON');
  return code;
}

function readTeachers(annex: XmlElement): ReadonlyMap<SubjectCode, SignerIdentity> {
  const teacherOf = new Map<SubjectCode, SignerIdentity>();
  for (const part of find(annex, 'DANH_SACH_GIAO_VIEN')?.children ?? []) {
    const title = find(part, 'CHUC_VU')?.text;
    for (const child of part.children.filter((c) => c.localName === 'MON')) {
      teacherOf.set(subjectAt(child.text), {
        fullName: textAt(part, 'HO_VA_TEN'),
        personalId: textAt(part, 'SO_CCCD'),
        ...(title !== undefined ? { title } : {}),
      });
    }
  }
  return teacherOf;
}

/**
 * Reads the annex's element as `writeAnnex` makes it. What is read here is provisional: the caller writes the annex
 * again from the whole record and compares the bytes, so that nothing unknown, doubled or disordered passes.
 */
export function readAnnex(root: XmlElement, profiles: Profiles = PROFILES): AnnexContent {
  const annex = root.children[0];
  if (
    root.localName !== 'Object' ||
    root.namespace !== DSIG_NAMESPACE ||
    annex?.namespace !== ANNEX_NAMESPACE
  ) {
    throw new RecordReadError('annex-malformed');
  }
  const profile = profileById(textAt(annex, 'HO_SO_KY_THUAT'), profiles);
  if (!profile) throw new RecordReadError('unknown-profile', 'annex');
  const homeroomTitle = find(annex, 'CHUC_VU_GIAO_VIEN_CHU_NHIEM')?.text;
  const comments = find(annex, 'DANH_SACH_NHAN_XET')?.children ?? [];
  const table = find(annex, 'BANG_TONG_HOP_CUA_LOP');
  return {
    profile: profile.id,
    ruleSet: textAt(annex, 'BO_QUY_TAC'),
    training: textAt(annex, 'CHE_DO') === profile.modes.training,
    uuid: textAt(annex, 'MA_TRA_CUU_UUID'),
    ...(homeroomTitle !== undefined ? { homeroomTitle } : {}),
    ...(find(annex, 'GIAO_VIEN_CHU_NHIEM_KHONG_KY') ? { homeroomSigns: false } : {}),
    ...(table
      ? { classTable: { uuid: textAt(table, 'MA_BANG_UUID'), digest: textAt(table, 'SHA256_NOI_DUNG') } }
      : {}),
    seal: {
      organisationName: textAt(annex, 'CON_DAU/TEN_TO_CHUC'),
      taxCode: textAt(annex, 'CON_DAU/MA_SO_THUE'),
    },
    teacherOf: readTeachers(annex),
    comments: new Map(comments.map((c) => [subjectAt(c.attributes.get('MON')), c.text])),
  };
}
