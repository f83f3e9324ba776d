import { describe, expect, test } from 'vitest';
import { sampleOf } from '../testing/samples.ts';
import { fillSlots } from '../testing/signed.ts';
import { readRecord } from '../xml/read.ts';
import { freezeRecord } from '../xml/write.ts';
import { xsdOf } from '../xml/xsd.ts';
import { ProfileError, parseProfile } from './parse-profile.ts';
import { PROFILES } from './profiles.ts';

const json = (id: string): string => JSON.stringify(PROFILES[id]);

/** The data of moet-1.0 with one text exchanged, as a person would in the file. */
function adapted(...changes: readonly (readonly [string, string])[]): unknown {
  let text = json('moet-1.0');
  for (const [from, to] of changes) {
    expect(text).toContain(from);
    text = text.replace(from, () => to);
  }
  return JSON.parse(text);
}

function placeOf(data: unknown): string {
  try {
    parseProfile(data);
  } catch (error) {
    if (error instanceof ProfileError) return error.place;
    throw error;
  }
  return 'taken';
}

describe('a profile is data', () => {
  test.each(Object.keys(PROFILES))('%s goes through a file unchanged', (id) => {
    expect(parseProfile(JSON.parse(json(id)))).toEqual(PROFILES[id]);
  });

  test('a province’s own values, wrappers and dates need a file and no program', () => {
    const profile = parseProfile(
      adapted(
        ['"id":"moet-1.0"', '"id":"tinh-mau"'],
        ['"real":"1.0","training":"1.0-TAP-HUAN"', '"real":"M1","training":"M1-TAP-HUAN"'],
        [
          '["T","T"],["H","H"],["C","C"]',
          '["T","Hoàn thành tốt"],["H","Hoàn thành"],["C","Chưa hoàn thành"]',
        ],
        ['"date":"yyyy-mm-dd"', '"date":"yyyy-mm-ddT00:00:00+07:00"'],
        ['"tag":"BANG_DIEM"', '"tag":"DANH_SACH_MON"'],
        ['[true,"1"],[false,"0"]', '[true,"Có"],[false,"Không"]'],
      ),
    );
    const profiles = { ...PROFILES, [profile.id]: profile };
    const doc = { ...sampleOf(5, 'moet-1.0').doc, profile: profile.id };
    const frozen = freezeRecord(doc, profiles);
    const text = new TextDecoder().decode(frozen.xml);
    expect(text).toContain('<DUOC_LEN_LOP>Có</DUOC_LEN_LOP>');
    expect(text).toContain('<DANH_SACH_MON><DIEM_MON_HOC>');
    expect(text).toMatch(/<MUC_DAT_DUOC>Hoàn thành/);
    expect(text).toContain(`<NGAY_TAO_HOC_BA>${doc.createdOn}T00:00:00+07:00</NGAY_TAO_HOC_BA>`);
    expect(readRecord(frozen.xml, frozen.annex, profiles).doc).toEqual(doc);
    expect(xsdOf(profile.id, profiles)).toContain('DANH_SACH_MON');
    expect(() => readRecord(frozen.xml, frozen.annex)).toThrow('unknown-profile');
    expect(() => fillSlots(frozen)).toThrow('unknown-profile');
  });

  test.each([
    ['no object', null, 'profile'],
    ['a list', [], 'profile'],
    ['an unknown member', adapted(['"id":"moet-1.0"', '"id":"moet-1.0","extra":1']), 'profile.extra'],
    ['a member that lacks', adapted(['"id":"moet-1.0",', '']), 'profile.id'],
    [
      'a tag with a blank',
      adapted(['"tag":"TONG_KET"', '"tag":"TONG KET"']),
      'profile.root.children[0].children[2].tag',
    ],
    [
      'an unknown field',
      adapted(['"field":"uuid"', '"field":"uid"']),
      'profile.root.children[0].children[0].children[2].field',
    ],
    [
      'an unknown form',
      adapted(['"form":"uuid"', '"form":"guid"']),
      'profile.root.children[0].children[0].children[2].form',
    ],
    [
      'an unknown kind',
      adapted(['"kind":"years"', '"kind":"year"']),
      'profile.root.children[0].children[1].kind',
    ],
    [
      'a member of Object’s own',
      adapted(['"kind":"years"', '"kind":"constructor"']),
      'profile.root.children[0].children[1].kind',
    ],
    ['one writing for two values', adapted(['["H","H"]', '["H","T"]']), 'profile.values.subjectLevel[1]'],
    ['one field twice', adapted(['"field":"uuid"', '"field":"circular"']), 'root'],
    [
      'no version field',
      adapted(
        ['"field":"edition"', '"field":"principal.title"'],
        [
          '"field":"principal.title","form":"text","required":true},{"kind":"field","tag":"TEN_GIAO_VIEN',
          '"field":"school.code","form":"text","required":true},{"kind":"field","tag":"TEN_GIAO_VIEN',
        ],
      ),
      'root',
    ],
    ['a signer without a place', adapted([',{"kind":"slots","role":"principal"}', '']), 'slots'],
    [
      'a reference to nothing',
      adapted(['"to":"element","id":"data"', '"to":"element","id":"date"']),
      'slots',
    ],
    ['two annexes', adapted(['"optional":true,"carriesAnnex":false', '"carriesAnnex":true']), 'slots'],
    [
      'an annex that may lack',
      adapted(['"optional":true,"carriesAnnex":false', '"optional":true,"carriesAnnex":true']),
      'slots',
    ],
    ['training that looks real', adapted(['"training":"1.0-TAP-HUAN"', '"training":"1.0"']), 'editions'],
  ])('refused: %s', (_what, data, place) => {
    expect(placeOf(data)).toBe(place);
  });
});
