import type { Certificate, ExtensionServices } from '@hocba/signature';
import { TimestampError } from '@hocba/signature';
import { describe, expect, test } from 'vitest';
import { Refusal } from '../../refusal.ts';
import { AuthorityUnavailable } from '../../signing/items/unavailable.ts';
import type { Authorities } from '../../signing/levels/authorities.ts';
import type { SigningLevels } from '../../signing/levels/raise.ts';
import { RecordUntrusted } from '../../signing/slots/verify-slots.ts';
import { renewEach } from './each-due.ts';
import { notRenewed } from './keep-renewing.ts';

const never = new AbortController().signal;
const away = new AuthorityUnavailable('unreachable');

/** What an authority is asked; `by` says who is away: time, or the word on a certificate by its serial number. */
function world(by: { readonly time?: boolean; readonly serials?: readonly string[] }) {
  const asked = { time: 0, revocation: 0 };
  const services = async () =>
    ({
      timestamp: async () => {
        asked.time++;
        if (by.time) throw away;
        return new Uint8Array();
      },
      revocation: async (certificate: Certificate) => {
        asked.revocation++;
        if (by.serials?.includes(certificate.serial)) throw away;
        return { ocsp: [], crls: [] };
      },
    }) as unknown as ExtensionServices;
  return { asked, authorities: { services } as unknown as Authorities };
}

const signed = (recordId: string, serial: string) => ({ recordId, serial });
const school = (training: boolean, ...due: ReturnType<typeof signed>[]) => ({
  schoolId: training ? '1' : '2',
  training,
  due: async () => due,
});

/** Asks after the signer, then for time, as a renewal does. */
async function renew(
  levels: SigningLevels,
  { training }: { readonly training: boolean },
  { serial }: { readonly serial: string },
): Promise<void> {
  const services = await levels.authoritiesOf(training).services();
  const certificate = { serial, subject: { text: serial } } as unknown as Certificate;
  await services.revocation(certificate, certificate);
  await services.timestamp(new Uint8Array());
}

const levelsOf = (training: Authorities, real = training) =>
  ({ levels: {}, authoritiesOf: (t: boolean) => (t ? training : real) }) as unknown as SigningLevels;

describe('renewal', () => {
  test('goes on past what one authority keeps back, and asks that one once', async () => {
    const { asked, authorities } = world({ serials: ['x'] });
    const due = ['x', 'a', 'x', 'b', 'x'].map((serial, n) => signed(`r${n}`, serial));
    const outcome = await renewEach(levelsOf(authorities), [school(false, ...due)], renew, never);
    const code = 'authority-unreachable';
    expect(outcome).toEqual({
      renewed: 2,
      failed: ['r0', 'r2', 'r4'].map((recordId) => ({ recordId, code })),
      left: 0,
    });
    expect(asked).toEqual({ time: 2, revocation: 3 });
  });

  test('where nobody gives time tries one document of that kind of school, and all of the other kind', async () => {
    const none = world({ time: true });
    const good = world({});
    const [a, b, c] = ['a', 'b', 'c'].map((name) => signed(name, name)) as [never, never, never];
    const outcome = await renewEach(
      levelsOf(none.authorities, good.authorities),
      [school(true, a, b), school(false, c), school(true, a)],
      renew,
      never,
    );
    expect(outcome).toEqual({
      renewed: 1,
      failed: [{ recordId: 'a', code: 'authority-unreachable' }],
      left: 2,
    });
    expect([none.asked.time, good.asked.time]).toEqual([1, 1]);
  });

  test.each([
    ['bytes that do not hold', new RecordUntrusted('archive-differs'), 'archive-differs', 0],
    ['a signer who was revoked', new Refusal('certificate-unusable'), 'certificate-unusable', 0],
    ['an answer not understood', new AuthorityUnavailable('bad-answer'), 'authority-bad-answer', 0],
    ['an authority that ends', new RecordUntrusted('authority-ends-too-soon'), 'authority-ends-too-soon', 1],
    [
      'a token that is none',
      new AuthorityUnavailable('bad-answer', { cause: new TimestampError('refused') }),
      'authority-bad-answer',
      1,
    ],
  ])('names %s; the rest goes on unless it would pay for the same', async (_, error, code, left) => {
    const due = [signed('a', 'a'), signed('b', 'b')];
    const outcome = await renewEach(
      levelsOf(world({}).authorities),
      [school(false, ...due)],
      async (_levels, _school, { recordId }) => {
        if (recordId === 'a') throw error;
      },
      never,
    );
    expect(outcome).toEqual({ renewed: 1 - left, failed: [{ recordId: 'a', code }], left });
  });

  test('hides no failing of its own', async () => {
    const broken = renewEach(
      levelsOf(world({}).authorities),
      [school(false, signed('a', 'a'))],
      async () => {
        throw new TypeError('x');
      },
      never,
    );
    await expect(broken).rejects.toThrow(TypeError);
  });

  test('says why in one line a reason, and how many were not tried', () => {
    const failed = Array.from({ length: 7 }, (_, n) => ({
      recordId: `r${n}`,
      code: 'authority-unreachable',
    }));
    expect(notRenewed('học bạ', { renewed: 0, failed, left: 3 })).toEqual([
      'Chưa gia hạn được 7 học bạ (authority-unreachable), sẽ thử lại: r0, r1, r2, r3, r4 và 2 học bạ khác',
      'Không có nơi cấp dấu thời gian: 3 học bạ chờ lần gia hạn sau.',
    ]);
    expect(notRenewed('học bạ', { renewed: 9, failed: [], left: 0 })).toEqual([]);
  });
});
