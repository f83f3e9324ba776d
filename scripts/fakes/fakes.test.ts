import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { VgcaKeys } from '@hocba/agent';
import { parseCertificate } from '@hocba/signature';
import {
  authorizeUrl,
  CscClient,
  type CscProvider,
  CscSigner,
  exchangeCode,
  inXmlForm,
  type LeftOver,
  MySignSigner,
  makeTrainingPki,
  mySignCredentials,
  nodeCrypto,
  type RemoteSigner,
  type SigningAnswer,
  type SigningOrder,
  SmartCaSigner,
  signingAlgorithmOf,
  smartCaCertificates,
} from '@hocba/signature/node';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { startFake } from '../conformance/signers/service-process.ts';
import { agreeAt } from './connected.ts';

/** The adapters of VNPT SmartCA and Viettel MySign against their services as observed, each a process of its own. */
let folder: string;
const running: { stop(): Promise<void> }[] = [];
const PERSON = { user: 'mau', name: 'Nguyễn Thị Mẫu', number: '000183000001', kind: 'person' };

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'hocba-fakes-'));
  const pki = await makeTrainingPki({ organisation: 'Mẫu', now: new Date() });
  for (const part of ['root', 'issuing'] as const) {
    writeFileSync(join(folder, `${part}.pem`), pki[part].certificatePem);
    writeFileSync(join(folder, `${part}.key`), pki[part].privateKeyPem);
  }
  for (const key of ['p256', 'rsa-2048'])
    writeFileSync(join(folder, `${key}.json`), JSON.stringify([{ ...PERSON, key }]));
});
afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  rmSync(folder, { recursive: true, force: true });
});

async function start(
  name: 'csc' | 'smartca' | 'mysign' | 'vgca',
  key: string,
  ...more: string[]
): Promise<string> {
  const args = [
    '--pki',
    folder,
    '--people',
    join(folder, `${key}.json`),
    ...(name === 'vgca' ? [] : ['--latency', '5', '--limit', '5']),
    ...more,
  ];
  const fake = await startFake(name, args);
  running.push(fake);
  return fake.url;
}

async function signerAt(name: 'smartca' | 'mysign', baseUrl: string) {
  const now = () => new Date();
  const userId = PERSON.number;
  if (name === 'smartca') {
    const provider = { baseUrl, spId: 'tap-huan', spPassword: 'tap-huan', batchLimit: 5 };
    const [key] = await smartCaCertificates(provider, userId, 'lần-1');
    const signer = new SmartCaSigner(provider, { userId, serialNumber: key?.serialNumber ?? '' }, now);
    return { signer, chain: key?.chain ?? [] };
  }
  const provider = { baseUrl, clientId: 'tap-huan', clientSecret: 'tap-huan', profileId: 'x', batchLimit: 5 };
  const [key] = await mySignCredentials(provider, userId);
  const signer = new MySignSigner(provider, { userId, credentialId: key?.credentialId ?? '' }, now);
  return { signer, chain: key?.chain ?? [] };
}

const messages = (count: number): Uint8Array[] =>
  Array.from({ length: count }, (_, n) => new TextEncoder().encode(`phần ký ${n}`));

function orderOf(chain: readonly Uint8Array[], count: number): SigningOrder {
  const certificate = parseCertificate(chain[0] ?? new Uint8Array());
  return {
    orderId: 'd0f7a1de-0000-4000-8000-000000000001',
    description: 'Trường Mẫu: ký thử',
    algorithm: signingAlgorithmOf(certificate) ?? 'rsa-pkcs1-sha256',
    certificate,
    items: messages(count).map((message, n) => ({ id: `i${n}`, hash: nodeCrypto.sha256(message) })),
  };
}

async function answerOf(signer: RemoteSigner, order: SigningOrder): Promise<SigningAnswer> {
  let answer = await signer.begin(order);
  while (answer.state === 'pending') {
    await new Promise((resolve) => setTimeout(resolve, 30));
    answer = await signer.ask(order, JSON.parse(JSON.stringify(answer.handle)));
  }
  return answer;
}

describe.each(['smartca', 'mysign'] as const)('%s', (name) => {
  test.each(['p256', 'rsa-2048'])('%s: one confirmation, every hash signed', async (key) => {
    const { signer, chain } = await signerAt(name, await start(name, key, '--phone-ms', '80'));
    const order = orderOf(chain, 5);
    const answer = await answerOf(signer, order);
    if (answer.state !== 'signed') throw new Error(JSON.stringify(answer));
    for (const [n, message] of messages(5).entries()) {
      const value = answer.values.get(`i${n}`) ?? new Uint8Array();
      expect(nodeCrypto.verify(order.algorithm, order.certificate.spki, value, message)).toBe(true);
    }
  });

  test.each([
    ['refused on the phone', ['--phone', 'refuse', '--phone-ms', '50'], 2, 'refused-by-signer'],
    ['not confirmed in time', ['--phone', 'ignore', '--expires', '100'], 2, 'expired'],
    ['more than one confirmation may hold', [], 6, 'over-limit'],
  ] as const)('%s', async (_, args, count, end) => {
    const { signer, chain } = await signerAt(name, await start(name, 'p256', ...args));
    expect(await answerOf(signer, orderOf(chain, count))).toEqual({ state: 'ended', end });
  });
});

describe('a CSC service that extends an authorisation', () => {
  const PIN_AND_CODE = [
    { id: 'PIN', value: '246813' },
    { id: 'OTP', value: '975310' },
  ];

  async function connected(...how: string[]) {
    const baseUrl = await start('csc', 'p256', '--explicit', ...how);
    const provider: CscProvider = {
      baseUrl,
      clientId: 'hocba',
      redirectUri: 'https://hocba.example/ky/tro-ve',
    };
    const visit = { state: 'x'.repeat(43), codeVerifier: 'y'.repeat(43) };
    const url = authorizeUrl(nodeCrypto, provider, baseUrl, visit, { scope: 'service' });
    const { code } = await agreeAt(url, PERSON);
    const { accessToken } = await exchangeCode(provider, baseUrl, code, visit.codeVerifier);
    const client = new CscClient(provider);
    const [[key], { methods }] = [await client.list(accessToken), await client.info()];
    const box = new Map<string, string>();
    let now = new Date();
    const signer = new CscSigner(nodeCrypto, {
      provider,
      oauthUrl: baseUrl,
      credentialId: key?.credentialId ?? '',
      batchLimit: key?.multisign ?? 0,
      asynchronous: false,
      extends: methods.includes('credentials/extendTransaction'),
      asks: [],
      box: {
        seal: (secret) => {
          box.set('a', secret);
          return new TextEncoder().encode('a');
        },
        open: (sealed) => box.get(new TextDecoder().decode(sealed)) ?? null,
      },
      accessToken: async () => accessToken,
      random: () => 'z'.repeat(43),
      now: () => now,
    });
    const part = (from: number, to: number): SigningOrder => {
      const whole = orderOf(key?.certificates ?? [], 6);
      return { ...whole, items: whole.items.slice(from, to) };
    };
    /** The first two of those that were authorised. */
    const first = async (toFollow: number): Promise<LeftOver | undefined> => {
      const asked = await signer.begin(part(0, 2), toFollow);
      if (asked.state !== 'pending') throw new Error(asked.state);
      const answer = await signer.withSecrets(part(0, 2), asked.handle, PIN_AND_CODE);
      if (answer.state !== 'signed') throw new Error(JSON.stringify(answer));
      return answer.left;
    };
    const sad = (): string => box.get('a') ?? '';
    const hashes = (from: number, to: number) => part(from, to).items.map(({ hash }) => hash);
    const credentialId = key?.credentialId ?? '';
    const signAlgo = '1.2.840.10045.4.3.2';
    return {
      signer,
      part,
      first,
      later: (ms: number): void => {
        now = new Date(now.getTime() + ms);
      },
      extend: (from: number, to: number) => client.extend(accessToken, credentialId, sad(), hashes(from, to)),
      sign: (from: number, to: number) =>
        client.signHash(accessToken, {
          credentialId,
          sad: sad(),
          hashes: hashes(from, to),
          signAlgo,
          asynchronous: false,
        }),
    };
  }

  test('signs further hashes under one, part after part, up to the number that was authorised', async () => {
    const { signer, part, first } = await connected();
    let left = await first(3);
    expect(left?.signatures).toBe(3);
    for (const [from, to, after] of [
      [2, 4, 1],
      [4, 5, undefined],
    ] as const) {
      const order = part(from, to);
      const answer = left && (await signer.goOn?.(order, left));
      if (answer?.state !== 'signed') throw new Error(JSON.stringify(answer));
      for (const [n, { id }] of order.items.entries()) {
        const value = answer.values.get(id) ?? new Uint8Array();
        const message = messages(6)[from + n] ?? new Uint8Array();
        expect(nodeCrypto.verify(order.algorithm, order.certificate.spki, value, message)).toBe(true);
      }
      left = answer.left;
      expect(left?.signatures).toBe(after);
    }
  });

  test('the service refuses more than that, other hashes, one twice', async () => {
    const { first, extend, sign } = await connected();
    await first(2);
    const refusal = (description: string) => ({ code: 'invalid_request', description });
    await expect(extend(2, 5)).rejects.toMatchObject(refusal('Invalid value for parameter numSignatures'));
    await expect(sign(0, 1)).rejects.toMatchObject(refusal('Hash is not authorized by the SAD'));
    await expect(sign(2, 3)).rejects.toMatchObject(refusal('Hash is not authorized by the SAD'));
  });

  test('what is left and cannot be used any more is over, and signs nothing', async () => {
    const { signer, part, first, later } = await connected();
    const left = await first(2);
    if (left === undefined) throw new Error('nothing left');
    expect(await signer.goOn?.(part(2, 5), left)).toEqual({ state: 'over' });
    expect(await signer.goOn?.(part(2, 4), { ...left, sealed: new Uint8Array(1) })).toEqual({
      state: 'over',
    });
    later(3_600_000);
    expect(await signer.goOn?.(part(2, 4), left)).toEqual({ state: 'over' });
  });

  test('one that ran out signs nothing', async () => {
    const { signer, part } = await connected('--sad-ms', '1');
    const asked = await signer.begin(part(0, 2), 2);
    if (asked.state !== 'pending') throw new Error(asked.state);
    expect(await signer.withSecrets(part(0, 2), asked.handle, PIN_AND_CODE)).toEqual({
      state: 'ended',
      end: 'expired',
    });
  });

  test('more than one authorisation may hold is over the limit; without extension nothing is left', async () => {
    const { signer, part } = await connected();
    const asked = await signer.begin(part(0, 3), 3);
    if (asked.state !== 'pending') throw new Error(asked.state);
    expect(await signer.withSecrets(part(0, 3), asked.handle, PIN_AND_CODE)).toEqual({
      state: 'ended',
      end: 'over-limit',
    });
    const plain = await connected('--no-extend');
    expect(plain.signer.goOn).toBeUndefined();
    expect(await plain.first(0)).toBeUndefined();
  });
});

describe('VGCA Sign Service', () => {
  const at = async (key: string, ...more: string[]): Promise<VgcaKeys> =>
    new VgcaKeys(await start('vgca', key, ...more));

  test.each(['p256', 'rsa-2048'])(
    '%s: a hash a connection, signed with the certificate that it shows',
    async (key) => {
      const keys = await at(key);
      const [found] = await keys.certificates();
      const certificate = parseCertificate(found?.chain[0] ?? new Uint8Array());
      const algorithm = signingAlgorithmOf(certificate) ?? 'rsa-pkcs1-sha256';
      const session = await keys.open(certificate.der);
      for (const message of messages(3)) {
        const value = inXmlForm(algorithm, await session.sign(algorithm, message)) ?? new Uint8Array();
        expect(nodeCrypto.verify(algorithm, certificate.spki, value, message)).toBe(true);
      }
    },
  );

  test('a refusal, another certificate, and a service that is not there are told apart', async () => {
    const refusing = await at('p256', '--phone', 'refuse');
    await expect(refusing.certificates()).rejects.toMatchObject({ code: 'refused' });
    const [mine] = await (await at('p256')).certificates();
    const other = await (await at('p256')).open(mine?.chain[0] ?? new Uint8Array());
    await expect(other.sign('ecdsa-p256-sha256', new Uint8Array(1))).rejects.toMatchObject({
      code: 'token-other',
    });
    for (const nobody of ['ws://127.0.0.1:9', 'wss://127.0.0.1:9', 'wss://[::1]:9'])
      await expect(new VgcaKeys(nobody).certificates()).rejects.toMatchObject({ code: 'service-missing' });
    expect(() => new VgcaKeys('wss://ngoai.example:8987')).toThrow(RangeError);
  });

  describe('over TLS, as it speaks', () => {
    const trusted = getCACertificates('default');
    afterEach(() => setDefaultCACertificates(trusted));
    const trust = (...files: string[]): void =>
      setDefaultCACertificates([...trusted, ...files.map((file) => readFileSync(file, 'utf8'))]);

    test.each(['p256', 'rsa-2048'])('%s: signs for who trusts its certificate', async (key) => {
      const ca = join(folder, `vgca-${key}.pem`);
      const keys = await at(key, '--tls', ca);
      trust(ca);
      const [found] = await keys.certificates();
      const certificate = parseCertificate(found?.chain[0] ?? new Uint8Array());
      const algorithm = signingAlgorithmOf(certificate) ?? 'rsa-pkcs1-sha256';
      const session = await keys.open(certificate.der);
      for (const message of messages(2)) {
        const value = inXmlForm(algorithm, await session.sign(algorithm, message)) ?? new Uint8Array();
        expect(nodeCrypto.verify(algorithm, certificate.spki, value, message)).toBe(true);
      }
    });

    test.each([
      ['an authority that nobody trusts', '127.0.0.1', false],
      ['another name', 'may-khac.local', true],
    ])('a certificate of %s gets no hash', async (_, name, trusting) => {
      const ca = join(folder, `vgca-${name}-${trusting}.pem`);
      const keys = await at('p256', '--tls', ca, '--tls-name', name);
      if (trusting) trust(ca);
      await expect(keys.certificates()).rejects.toMatchObject({ code: 'service-untrusted' });
    });

    test('a program that speaks no TLS there gets no hash', async () => {
      const plain = (await start('vgca', 'p256')).replace('ws:', 'wss:');
      await expect(new VgcaKeys(plain).certificates()).rejects.toMatchObject({ code: 'service-untrusted' });
    });
  });
});
