import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { Grade } from '@hocba/record';
import { describe, expect, test } from 'vitest';
import { extractAttachments, type FormInput, renderYear, reprintInputs } from './index.ts';
import { SUBJECT_ROWS } from './labels.ts';
import { pageTexts } from './testing/page-text.ts';
import { sampleInput, sampleRecord } from './testing/sample-record.ts';

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');
const TRAINING = 'TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ';
const draftOf = (input: FormInput): FormInput => ({ ...input, issued: null });

describe('the five pages', () => {
  test.each([1, 2, 3, 4, 5] as Grade[])(
    'grade %i: every row of the form in its order, each page with its foot',
    async (grade) => {
      const doc = sampleRecord(grade);
      const pages = pageTexts(await renderYear(sampleInput(doc)));
      expect(pages).toHaveLength(5);
      for (const [i, page] of pages.entries()) {
        expect(page).toContain(`Trang ${i + 1}/5`);
        expect(page).toContain('Học sinh: Nguyễn Thị Hương Giang');
        expect(page).toContain(`Lớp: ${grade}A1`);
        expect(page).toContain('Năm học: 2025-2026');
        expect(page).toContain('Bản in từ học bạ số, phát hành ngày 30/05/2026.');
        expect(page).toContain('Kiểm tra: hocba.example.vn/x/7K3MZQ2W');
        expect(page).toContain(`Mã số tra cứu học bạ (UUID): ${doc.uuid}`);
        expect(page).not.toContain('TẬP HUẤN');
        expect(page).not.toContain('BẢN NHÁP');
      }
      const [cover = '', guide = '', personal = '', year = '', outcome = ''] = pages;
      expect(cover).toMatch(
        /BỘ GIÁO DỤC VÀ ĐÀO TẠO.*HỌC BẠ.*TIỂU HỌC.*Họ và tên học sinh.*Trường.*Xã \(Phường, Thị trấn\).*Tỉnh \(Thành phố\)/,
      );
      expect(cover).not.toContain('Huyện');
      expect(guide).toContain('HƯỚNG DẪN GHI HỌC BẠ');
      expect(personal).toMatch(
        /Giới tính.*Ngày, tháng, năm sinh.*Dân tộc.*Quốc tịch.*Nơi sinh.*Quê quán.*Nơi ở hiện nay.*Họ và tên cha.*Họ và tên mẹ.*Người giám hộ \(nếu có\).*HIỆU TRƯỞNG.*QUÁ TRÌNH HỌC TẬP.*Số đăng bộ/,
      );
      let at = year.indexOf('1. Kết quả các môn học và hoạt động giáo dục');
      for (const { code, label } of SUBJECT_ROWS) {
        const found = year.indexOf(code === 'NN1' ? 'Ngoại ngữ 1' : label, at);
        expect(found, label).toBeGreaterThan(at);
        at = found;
      }
      expect(outcome).toMatch(
        /2\. Nhận xét những phẩm chất chủ yếu.*3\. Những năng lực cốt lõi.*3\.1\. Những năng lực chung.*3\.2\. Những năng lực đặc thù.*4\. Đánh giá kết quả giáo dục: Hoàn thành xuất sắc.*5\. Khen thưởng: Đạt danh hiệu.*6\. Hoàn thành chương trình lớp học\/chương trình tiểu học: Hoàn thành.*Hà Nội, ngày 30 tháng 5 năm 2026.*Xác nhận của Hiệu trưởng/,
      );
      expect(outcome).toContain('Giáo viên chủ nhiệm');
    },
  );

  test('the booklet’s wording where paper is asked for: letters, and not to be printed again as the digital form', async () => {
    const pdf = await renderYear({ ...sampleInput(), look: 'paper' });
    const [, , , year = '', outcome = ''] = pageTexts(pdf);
    expect(year).toMatch(/1\. Các môn học và hoạt động giáo dục.*Điểm KTĐK.*Tiếng Việt T 9/);
    expect(outcome).toMatch(/2\. Những phẩm chất chủ yếu.*Yêu nước T/);
    expect(reprintInputs(pdf)).toBeNull();
    // The booklet serves five years, has no line for numbers and signers of a digital record, and subject teachers do not sign it.
    const [cover = '', , personal = ''] = pageTexts(pdf);
    const digital = pageTexts(await renderYear(sampleInput()));
    const own = [
      [cover, digital[0], 'Lớp: 4A1 Năm học: 2025-2026 Học sinh:'],
      [personal, digital[2], 'Mã số định danh cá nhân: '],
      [personal, digital[2], 'Người ký học bạ: Bùi Hữu Nghĩa'],
      [personal, digital[2], 'Chức vụ của người ký học bạ: Hiệu trưởng'],
      [personal, digital[2], 'Ngày ký học bạ: 30/05/2026'],
      [personal, digital[2], 'Mã số tra cứu dùng để tra cứu học bạ'],
      [year, digital[3], 'Giáo viên dạy môn học đã ký số'],
    ] as const;
    for (const [paper, display, words] of own) {
      expect(paper).not.toContain(words);
      expect(display).toContain(words);
    }
    for (const page of [year, digital[3]]) expect(page).toContain('Số ngày nghỉ: có phép 2 không phép 0');
  });

  test('what one teacher says alike of subjects in a row stands once on the display form, and each time in the booklet', async () => {
    const base = sampleRecord(4);
    const comment = 'Biết vận dụng điều đã học.';
    const [tv, toan, ...others] = base.subjects.map((s) => ({ ...s, comment: 'Khá.' }));
    if (tv === undefined || toan === undefined) throw new Error('no subjects');
    const by = { fullName: 'Lý Thị Mai', personalId: '001180000099' };
    const times = async (look: 'hbs' | 'paper', teacher: typeof by) => {
      const subjects = [{ ...tv, comment }, { ...toan, comment, teacher }, ...others];
      const [, , , year = ''] = pageTexts(
        await renderYear({ ...draftOf(sampleInput({ ...base, subjects })), look }),
      );
      return year.split(comment).length - 1;
    };
    expect(await times('hbs', tv.teacher)).toBe(1);
    expect(await times('hbs', by)).toBe(2);
    expect(await times('paper', tv.teacher)).toBe(2);
  });

  test('certificates of homeroom teacher, head and school stand under the signatures', async () => {
    const input = sampleInput();
    const signatures = (input.issued?.signatures ?? []).map((s) => ({
      ...s,
      certificate: { issuer: 'CA Mẫu', serial: '5a01' },
    }));
    const issued = input.issued === null ? null : { ...input.issued, signatures };
    expect(pageTexts(await renderYear({ ...input, issued }))[4]).toContain(
      'Chứng thư số: GVCN Trần Thị Bích Ngọc (CA Mẫu, số 5a01); Hiệu trưởng Bùi Hữu Nghĩa (CA Mẫu, số 5a01); Nhà trường Trường Tiểu học Mẫu (CA Mẫu, số 5a01)',
    );
  });

  test('who signs the file and when stands on the cover, where it is to be signed', async () => {
    const input = sampleInput();
    const sealedAt = '2026-05-30T14:05:09+07:00';
    const issued = input.issued === null ? null : { ...input.issued, sealedAt };
    const line = 'Ký bởi: Trường Tiểu học Mẫu Thời gian ký: 30-05-2026; 14:05:09 +07:00';
    const sealed = await renderYear({ ...input, issued });
    expect(pageTexts(sealed).map((page) => page.includes(line))).toEqual([true, false, false, false, false]);
    expect(reprintInputs(sealed)).toMatchObject({ sealedAt, qrUrl: issued?.qrUrl });
    const silent = await renderYear(input);
    expect(reprintInputs(silent)?.sealedAt).toBeUndefined();
    const unsigned = await renderYear({ ...input, issued: issued && { ...issued, sealedAt: null } });
    expect(reprintInputs(unsigned)).toMatchObject({ sealedAt: null, qrUrl: issued?.qrUrl });
    const mark = 'Bản in chưa được trường ký số thành tệp PDF';
    expect([silent, sealed, unsigned].map((pdf) => pageTexts(pdf)[0]?.includes(mark))).toEqual([
      false,
      false,
      true,
    ]);
    for (const wrong of ['2026-05-30', '2026-13-30T14:05:09+07:00', '']) {
      const bad = issued && { ...issued, sealedAt: wrong };
      await expect(renderYear({ ...input, issued: bad })).rejects.toMatchObject({ code: 'input-invalid' });
    }
    // The longest name that a school may have keeps to its line, and other pages are what they were.
    const doc = sampleRecord(4, {
      training: true,
      seal: {
        organisationName: 'Trường Phổ thông Dân tộc Bán trú Tiểu học và Trung học cơ sở Nguyễn Thị Minh Khai '
          .repeat(2)
          .trim(),
        taxCode: '0101010101',
      },
    });
    const long = sampleInput(doc);
    const [cover = ''] = pageTexts(
      await renderYear({ ...long, issued: long.issued && { ...long.issued, sealedAt } }),
    );
    expect(cover).toContain(`Ký bởi: ${doc.seal.organisationName}`);
  });

  test('signatures: who, when in the prescribed form and in Vietnam’s time, each teacher with the subjects', async () => {
    const [, , personal = '', year = '', outcome = ''] = pageTexts(await renderYear(sampleInput()));
    for (const page of [personal, outcome]) {
      expect(page).toContain('Đã ký số bằng con dấu của Trường Tiểu học Mẫu 30-05-2026; 14:02:11 +07:00');
      expect(page).toContain('Đã ký số Bùi Hữu Nghĩa 30-05-2026; 09:15:00 +07:00');
    }
    expect(outcome).toContain('Đã ký số Trần Thị Bích Ngọc 29-05-2026; 08:00:41 +07:00');
    expect(year).toContain(
      'Phạm Đức Thắng Tin học và Công nghệ (Tin học), Tin học và Công nghệ (Công nghệ) 28-05-2026; 20:12:05 +07:00',
    );
  });

  test('a deputy signs in the head’s stead; a district stands only where the record has one', async () => {
    const base = sampleRecord();
    const doc = sampleRecord(4, {
      principal: { ...base.principal, title: 'Phó Hiệu trưởng' },
      school: { ...base.school, districtName: 'Quận Hoa Ban' },
    });
    const [cover = '', , personal = '', , outcome = ''] = pageTexts(await renderYear(sampleInput(doc)));
    expect(cover).toContain('Huyện (Thành phố, Quận, Thị xã): Quận Hoa Ban');
    for (const page of [personal, outcome]) expect(page).toContain('KT. HIỆU TRƯỞNG PHÓ HIỆU TRƯỞNG');
  });

  test('a draft says so on every page and holds no signature, no QR and no file', async () => {
    const pdf = await renderYear(draftOf(sampleInput()));
    const pages = pageTexts(pdf);
    expect(pages).toHaveLength(5);
    for (const page of pages) {
      expect(page).toContain('BẢN NHÁP');
      expect(page).not.toMatch(/[Đđ]ã ký số|\+07:00|Kiểm tra: |phát hành ngày/);
    }
    expect(extractAttachments(pdf)).toEqual([]);
    expect(reprintInputs(pdf)).toBeNull();
  });

  test.each([false, true])('training says so on every page (draft: %s)', async (draft) => {
    const input = sampleInput(sampleRecord(2, { training: true }));
    for (const page of pageTexts(await renderYear(draft ? draftOf(input) : input))) {
      // Once as the banner, once as the watermark.
      expect(page.split(TRAINING)).toHaveLength(3);
    }
  });

  test('what looks like markup stays text', async () => {
    const names = [
      '#panic("x")',
      '*a* _b_',
      '<x>',
      '$y$ @z',
      '`c` \\ // "q"',
      '= T',
      '- m',
      '#read("/form.typ")',
    ];
    const base = sampleRecord();
    for (const fullName of names) {
      const doc = sampleRecord(4, { pupil: { ...base.pupil, fullName }, completionText: fullName });
      const pages = pageTexts(await renderYear(sampleInput(doc)));
      for (const page of pages) expect(page).toContain(`Học sinh: ${fullName}`);
      expect(pages[4]).toContain(`tiểu học: ${fullName}`);
    }
  });
});

describe('long text', () => {
  const words = 'Đọc trôi chảy, diễn cảm; viết đúng chính tả. '.repeat(100);
  const long = (length: number) => {
    const base = sampleRecord(5);
    const comment = (mark: string) => `${words.slice(0, length)} HẾT${mark}.`;
    return sampleRecord(5, {
      subjects: base.subjects.map((s) => ({ ...s, comment: comment(s.subject) })),
      traitComments: { QUALITIES: comment('Q'), GENERAL: comment('G'), SPECIFIC: comment('S') },
    });
  };

  test.each([0, 60, 120, 180])(
    'comments of %i characters everywhere stay on the two pages',
    async (length) => {
      expect(pageTexts(await renderYear(sampleInput(long(length))))).toHaveLength(5);
    },
  );

  test.each([220, 700, 3000])('comments of %i characters everywhere are never cut', async (length) => {
    const doc = long(length);
    const text = pageTexts(await renderYear(sampleInput(doc))).join(' ');
    for (const mark of [...doc.subjects.map((s) => s.subject), 'Q', 'G', 'S'])
      expect(text).toContain(`HẾT${mark}.`);
    expect(text.split('diễn cảm').length).toBeGreaterThan(doc.subjects.length * Math.floor(length / 50));
  });

  test('long names and runs without a break wrap', async () => {
    const base = sampleRecord();
    const doc = sampleRecord(4, {
      pupil: {
        ...base.pupil,
        address: `${'W'.repeat(200)}Z`,
        fullName: 'Công Tằng Tôn Nữ Nguyễn Thị Hoàng Phương Thảo Nguyên',
      },
      seal: {
        ...base.seal,
        organisationName:
          'Trường Phổ thông dân tộc bán trú Tiểu học và Trung học cơ sở Hoa Ban Trắng Trên Núi Cao',
      },
    });
    const pages = pageTexts(await renderYear(sampleInput(doc)));
    expect(pages).toHaveLength(5);
    expect(pages[2]?.replaceAll(' ', '')).toContain(`${'W'.repeat(200)}Z`);
    expect(pages[4]).toContain('Hoa Ban Trắng Trên Núi Cao');
  });
});

describe('same input, same bytes', () => {
  // A verifier re-renders by the version: whoever changes a byte of the layout, its font or its compiler makes `hocba-form/5`.
  test('the layout of hocba-form/4 stands still', async () => {
    expect(digest(await renderYear(sampleInput()))).toBe(
      '6192782c6e5ecf1bada46605d0f2f2f8b69726842da45a49585a1c49930c4258',
    );
  });

  test('twice here and once in another process', async () => {
    const first = digest(await renderYear(sampleInput()));
    expect(digest(await renderYear(sampleInput()))).toBe(first);
    await renderYear(draftOf(sampleInput(sampleRecord(1))));
    expect(digest(await renderYear(sampleInput()))).toBe(first);
    const script = `
      import { createHash } from 'node:crypto';
      import { renderYear } from './index.ts';
      import { sampleInput } from './testing/sample-record.ts';
      console.log(createHash('sha256').update(await renderYear(sampleInput())).digest('hex'));`;
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--input-type=module-typescript', '-e', script],
      {
        cwd: fileURLToPath(new URL('.', import.meta.url)),
        env: { ...process.env, TZ: 'Asia/Tokyo', LANG: 'C' },
      },
    );
    expect(stdout.trim()).toBe(first);
  });

  test('a re-rendering from what the file itself holds has the bytes of the file', async () => {
    const input = sampleInput(sampleRecord(3));
    const pdf = await renderYear(input);
    const held = reprintInputs(pdf);
    expect(held).toMatchObject({
      formVersion: 'hocba-form/4',
      qrUrl: input.issued?.qrUrl,
      leafIndex: '182337',
    });
    if (held === null || input.issued === null) throw new Error('nothing held');
    expect(Buffer.from(held.xml)).toEqual(Buffer.from(input.xml));
    expect(Buffer.from(held.proof ?? [])).toEqual(Buffer.from(input.proof ?? []));
    const { qrUrl, leafIndex, xml, proof } = held;
    const again = await renderYear({
      doc: input.doc,
      xml,
      proof,
      issued: { ...input.issued, qrUrl, leafIndex },
    });
    expect(digest(again)).toBe(digest(pdf));
  });
});

describe('files inside', () => {
  test.each([1, 2, 70_000])('XML of %i bytes travels unchanged, with and without a proof', async (size) => {
    const xml = Uint8Array.from({ length: size }, (_, i) => (i * 131) % 256);
    const input = sampleInput();
    const both = extractAttachments(await renderYear({ ...input, xml }));
    expect(both.map((a) => a.name).sort()).toEqual(['0101234567.tlog-proof', '0101234567.xml']);
    expect(Buffer.from(both.find((a) => a.name.endsWith('.xml'))?.bytes ?? [1])).toEqual(Buffer.from(xml));
    const alone = extractAttachments(await renderYear({ ...input, xml, proof: null }));
    expect(alone.map((a) => a.name)).toEqual(['0101234567.xml']);
  });

  test('a pupil code that is no file name gives way to the UUID', async () => {
    const base = sampleRecord();
    for (const pupilCode of ['', '../x', 'a/b', 'mã số', '.']) {
      const doc = sampleRecord(4, { pupil: { ...base.pupil, pupilCode } });
      const names = extractAttachments(await renderYear({ ...sampleInput(doc), proof: null })).map(
        (a) => a.name,
      );
      expect(names).toEqual([`${doc.uuid}.xml`]);
    }
  });
});

describe('refused', () => {
  const base = sampleRecord();
  const signed = (time: string): FormInput => {
    const input = sampleInput();
    if (input.issued === null) throw new Error('not issued');
    return { ...input, issued: { ...input.issued, signatures: [{ role: 'principal', name: 'A', time }] } };
  };
  const withIssue = (change: Partial<NonNullable<FormInput['issued']>>): FormInput => {
    const input = sampleInput();
    return { ...input, issued: input.issued === null ? null : { ...input.issued, ...change } };
  };
  const named = (fullName: string): FormInput =>
    sampleInput(sampleRecord(4, { pupil: { ...base.pupil, fullName } }));
  const twice = sampleInput().issued?.signatures.at(-1);

  test.each([
    ['a letter that the font lacks', named('An ☐'), 'glyph-missing'],
    ['an emoji', named('An 😀'), 'glyph-missing'],
    ['a control character', named('An\u0007'), 'input-invalid'],
    ['a turned direction of writing', named('An\u202eB'), 'input-invalid'],
    ['a lone surrogate', named('An\ud800'), 'input-invalid'],
    ['a day that does not exist', sampleInput(sampleRecord(4, { issueDate: '2026-02-30' })), 'input-invalid'],
    ['a UUID that is none', sampleInput(sampleRecord(4, { uuid: 'x' })), 'input-invalid'],
    ['a signing time without offset', signed('2026-05-28T20:14:05'), 'input-invalid'],
    ['a signing time that does not exist', signed('2026-05-28T25:14:05+07:00'), 'input-invalid'],
    ['an empty QR', withIssue({ qrUrl: '' }), 'input-invalid'],
    ['a QR that would be too fine', withIssue({ qrUrl: `https://x/${'a'.repeat(700)}` }), 'input-invalid'],
    ['a QR with letters outside ASCII', withIssue({ qrUrl: 'https://hộc.vn/x' }), 'input-invalid'],
    ['a leaf index that is no number', withIssue({ leafIndex: '12x' }), 'input-invalid'],
    ['a negative leaf index', withIssue({ leafIndex: -1 }), 'input-invalid'],
    ['two seals', withIssue({ signatures: twice === undefined ? [] : [twice, twice] }), 'input-invalid'],
    [
      'a signer who teaches nothing here',
      withIssue({
        signatures: [{ role: 'subjectTeacher', name: 'Ai Đó', time: '2026-05-28T20:14:05+07:00' }],
      }),
      'input-invalid',
    ],
    // The typesetter would take the process with it.
    ['a record without a byte', { ...sampleInput(), xml: new Uint8Array() }, 'input-invalid'],
    ['a proof without a byte', { ...sampleInput(), proof: new Uint8Array() }, 'input-invalid'],
    [
      'a record too large to be read back',
      { ...sampleInput(), xml: new Uint8Array(5 * 1024 * 1024 + 1) },
      'input-invalid',
    ],
    [
      'a subject twice',
      sampleInput({ ...base, subjects: [...base.subjects, ...base.subjects] }),
      'input-invalid',
    ],
  ])('%s', async (_, input, code) => {
    await expect(renderYear(input)).rejects.toMatchObject({ name: 'FormError', code });
  });

  test('a refusal leaves the next form as it was', async () => {
    const before = digest(await renderYear(sampleInput()));
    await expect(renderYear(named('☐'))).rejects.toMatchObject({ code: 'glyph-missing' });
    expect(digest(await renderYear(sampleInput()))).toBe(before);
  });
});
