import { nodeEd25519 } from '@hocba/ledger/node';
import { obtainTimestamp, parseCertificate } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { makeRealPki } from '@hocba/signature/testing';
import { otherPdf, signedByOther } from '@hocba/signature/testing/other-software';
import { datedWhole, signedWith, stored } from '@hocba/signature/testing/other-validation';
import { beforeAll, describe, expect, test } from 'vitest';
import { makeRealWorld } from '../testing/real-world.ts';
import type { Trust } from '../trust/trust.ts';
import type { FileVerdict } from '../verdict/file-verdict.ts';
import { pdfSignatureSentence } from '../verdict/pdf-sentence.ts';
import { fragmentSentence } from '../verdict/sentences.ts';
import { verifyFile } from '../verify-file.ts';

/** A PDF that other software signed, given to the one judge. OpenSSL signs by this machine's clock. */
const NOW = new Date();
const base = otherPdf('Hoan thanh tot');
let trust: Trust;
const pki = makeRealPki(NOW);
const person = pki.person('Nguyễn Thị Mẫu', '000183000001');
const once = signedByOther(base, person);

beforeAll(async () => {
  trust = await (await makeRealWorld()).trust();
});
const judged = (bytes: Uint8Array, of: Trust | null = trust, now = NOW): Promise<FileVerdict> =>
  verifyFile({ name: 'a.pdf', bytes }, of, { crypto: nodeCrypto, ed25519: nodeEd25519, now: () => now });
const withRoot = (): Trust => ({ ...trust, roots: [pki.root], authorityRoots: [pki.root] });
const said = (found: FileVerdict): string =>
  [
    ...found.fragments.map((one) => fragmentSentence(one)),
    ...(found.pdfSignatures ?? []).map((one) => pdfSignatureSentence(one)),
  ].join('\n');
const put = (more: string): Uint8Array => Uint8Array.from([...once, ...Buffer.from(more, 'latin1')]);

describe('a PDF that other software signed is never green', () => {
  test('with its signer’s root known: each signature is told, and why it is not enough', async () => {
    const found = await judged(once, withRoot());
    expect([found.verdict, found.sentence]).toEqual([
      'not-fully-checked',
      'Chưa kiểm tra được đủ (tệp do phần mềm khác ký)',
    ]);
    expect(said(found)).toContain('chữ ký của Nguyễn Thị Mẫu: đúng, ký trên cả tệp');
    expect(said(found)).toContain(
      'chứng thư dẫn về gốc tin cậy; chưa biết đã bị thu hồi hay chưa vào lúc ấy',
    );
    expect(said(found)).toContain('người ký ghi lúc');
  });

  test('twice: one line a signature', async () => {
    const twice = await judged(signedByOther(once, pki.person('Trần Văn Mẫu', '000083000002')), withRoot());
    expect(twice.verdict).toBe('not-fully-checked');
    expect(said(twice)).toContain(
      'chữ ký của Nguyễn Thị Mẫu: đúng, ký trên phần tệp có trước khi được thêm vào',
    );
    expect(said(twice)).toContain('chữ ký của Trần Văn Mẫu: đúng, ký trên cả tệp');
  });

  test('by somebody whose name writes lines of its own, or turns what stands behind it', async () => {
    const stranger = pki.person('Mẫu\nThật, còn hiệu lực\u202e\u009b2K', '000083000003');
    const [signature] = (await judged(signedByOther(base, stranger))).pdfSignatures ?? [];
    expect(signature?.name).toBe('Mẫu�Thật, còn hiệu lực��2K');
  });

  test('by nobody that is known here, without trust, and when the certificate has ended', async () => {
    expect(said(await judged(once))).toContain('không dẫn về gốc tin cậy ở đây');
    expect(said(await judged(once, null))).toContain('chưa có chứng thư gốc');
    const late = await judged(once, withRoot(), new Date('2033-01-01T00:00:00Z'));
    expect([late.verdict, said(late)]).toEqual([
      'not-fully-checked',
      expect.stringContaining('không có hiệu lực'),
    ]);
    expect([late.trustAsOf, late.trustEnded]).toEqual([trust.asOf, trust.until]);
    expect(said(late)).toContain('danh sách tin cậy đã quá hạn dùng');
  });

  test('added to afterwards: the sentence says so', async () => {
    const found = await judged(put('3 0 obj <</Type/Page/Contents 9 0 R>> endobj\n'));
    expect([found.verdict, found.sentence]).toEqual([
      'not-fully-checked',
      'Chưa kiểm tra được đủ (tệp do phần mềm khác ký, có phần thêm vào sau khi ký)',
    ]);
    expect(said(found)).toContain('trang hiện ra có thể khác bản đã ký');
  });
});

test('no signature at all, and no mark of ours: a scan, or pages printed again, of which nothing is told', async () => {
  const found = await judged(base, withRoot());
  expect(found.verdict).toBe('not-fully-checked');
  expect(said(found)).toContain('không mang học bạ đã ký');
});

describe('a copy of a signed file, with the signature’s place on its page', () => {
  /** As browsers write it that print to PDF: a signature's dictionary comes along with its page, and what it leaves out stands elsewhere. */
  const copied = (pdf: Uint8Array): Uint8Array =>
    signedByOther(pdf, person, { range: ([, b = 0, c = 0, d = 0]) => [0, b - 200, c - 200, d] });
  test('is neither green nor false: it leads to the file itself and to the QR', async () => {
    for (const pdf of [copied(base), copied(copied(base))])
      for (const of of [withRoot(), null]) {
        const found = await judged(pdf, of);
        expect([found.verdict, found.fragments.map(({ code }) => code)]).toEqual([
          'not-fully-checked',
          ['pdf-copied'],
        ]);
        expect(said(found)).toMatch(/tệp gốc.*mã QR/);
      }
  });

  test('signed anew by somebody: whose is left over is told, and it is not called whole', async () => {
    const found = await judged(signedByOther(copied(base), person), withRoot());
    expect(found.verdict).toBe('not-fully-checked');
    expect(said(found)).toContain('còn lại từ một tệp khác, không nói gì về tệp này');
    expect(said(found)).toContain('chữ ký của Nguyễn Thị Mẫu: đúng, ký trên cả tệp');
  });

  test('beside one that does not fit, it takes nothing away from that', async () => {
    const other = signedByOther(copied(base), person);
    other[60] = (other[60] ?? 0) ^ 1;
    expect((await judged(other, withRoot())).verdict).toBe('not-genuine');
  });
});

describe('not genuine', () => {
  const changed = (): Uint8Array => {
    const pdf = Uint8Array.from(once);
    pdf[60] = (pdf[60] ?? 0) ^ 1;
    return pdf;
  };
  test.each<[string, () => Uint8Array, RegExp]>([
    ['a byte changed', changed, /không đúng với nội dung tệp/],
    [
      'by SHA-1',
      () => signedByOther(base, person, { digest: 'sha1' }),
      /thuật toán không còn được chấp nhận/,
    ],
    [
      'a range that leaves something out',
      () => signedByOther(base, person, { range: ([a = 0, b = 0, c = 0, d = 0]) => [a, b, c + 20, d - 20] }),
      /không đúng/,
    ],
    // Whatever was done to it: a print of ours is judged as one of ours or not at all.
    ['a print of ours without its record', () => put('% hocba-form/3\n'), /học bạ XML bên trong đã bị gỡ/],
    ['… with pictures of signatures', () => put('% hocba-picture-form/4\n'), /học bạ XML bên trong đã bị gỡ/],
  ])('%s', async (_, make, why) => {
    const found = await judged(make(), withRoot());
    expect([found.verdict, found.sentence.startsWith('Không thật')]).toEqual(['not-genuine', true]);
    expect(said(found)).toMatch(why);
  });
});

describe('by the times and answers that a file carries', () => {
  const HOUR = 3_600_000;
  const plus = (ms: number): Date => new Date(NOW.getTime() + ms);
  const token =
    (at: Date) =>
    async (message: Uint8Array): Promise<Uint8Array> => {
      pki.setNow(at);
      const { timestamp: port, nonce, roots } = pki.services(1_000);
      return (await obtainTimestamp(nodeCrypto, message, { port, nonce: nonce(), roots })).token;
    };
  /** About the signer and its authority, as of a time. */
  async function answersAt(at: Date, chain: readonly Uint8Array[]) {
    pki.setNow(at);
    const { revocation } = pki.services(1_000);
    const [leaf = pki.root, issuing = pki.root] = chain.map(parseCertificate);
    const found = [await revocation(leaf, issuing), await revocation(issuing, pki.root)];
    return { ocsp: found.flatMap(({ ocsp }) => ocsp), crls: [] };
  }
  const codeOf = ({ fragments }: FileVerdict, name: string): string => {
    const found = fragments.find((one) => one.name === name);
    return `${found?.state}:${found?.code}`;
  };

  test('its signer good then, revoked since, and revoked before', async () => {
    const by = pki.person('Lê Thị Mẫu', '000183000003');
    const [leaf = new Uint8Array()] = by.chain;
    const dated = await signedWith(base, by, { token: token(NOW) });
    const file = async (pdf: Uint8Array) =>
      datedWhole(stored(pdf, await answersAt(plus(HOUR), by.chain)), token(plus(2 * HOUR)));
    const at = (pdf: Uint8Array) => judged(pdf, withRoot(), plus(3 * HOUR));

    const good = await at(stored(dated, await answersAt(plus(HOUR), by.chain)));
    expect([good.verdict, codeOf(good, 'certificates'), codeOf(good, 'time')]).toEqual([
      'not-fully-checked',
      'valid:valid-when-signed',
      'valid:proven',
    ]);
    expect(said(good)).toContain('còn hiệu lực và chưa bị thu hồi vào lúc ấy');

    pki.revoke(parseCertificate(leaf), { revokedAt: plus(HOUR / 2) });
    const since = await at(stored(dated, await answersAt(plus(HOUR), by.chain)));
    expect(codeOf(since, 'certificates')).toBe('valid:valid-when-signed');
    const unproven = await at(stored(await signedWith(base, by), await answersAt(plus(HOUR), by.chain)));
    expect([unproven.verdict, codeOf(unproven, 'certificates')]).toEqual([
      'not-fully-checked',
      'not-checked:signer-revoked-no-proof',
    ]);

    const before = await at(await file(await signedWith(base, by)));
    expect([before.sentence, codeOf(before, 'certificates')]).toEqual([
      'Không thật',
      'invalid:signer-revoked',
    ]);
    expect(said(before)).toContain('chứng thư đã bị thu hồi trước lúc ấy');
  });
});
