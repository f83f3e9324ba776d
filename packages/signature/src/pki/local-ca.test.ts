import { X509Certificate } from 'node:crypto';
import { createServer, request } from 'node:https';
import type { AddressInfo } from 'node:net';
import { describe, expect, test } from 'vitest';
import { certificateFromPem } from '../index.ts';
import {
  isLocalAddress,
  issueTlsServer,
  issueTrainingPerson,
  issueTrainingSeal,
  makeLocalCa,
  makeTrainingPki,
} from '../node.ts';

const now = new Date();
const organisation = 'Trường Tiểu học Mẫu';

/** Status of a request to a server with these names, made by a client that trusts only this CA; or the refusal. */
async function visit(names: readonly string[], servername: string): Promise<number | string> {
  const ca = await makeLocalCa({ organisation, now });
  const tls = await issueTlsServer(ca, { names, now });
  const server = createServer({ key: tls.privateKeyPem, cert: tls.certificatePem }, (_, response) =>
    response.end(),
  );
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  try {
    return await new Promise((resolve) => {
      const options = { host: '127.0.0.1', port, servername, ca: ca.certificatePem, agent: false };
      request(options, (response) => resolve(response.statusCode ?? 0))
        .on('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
        .end();
    });
  } finally {
    server.close();
  }
}

describe('https on a LAN', () => {
  test('a client that trusts the local CA reaches the server by its name', async () => {
    const names = [
      'hocba.local',
      '192.168.1.10',
      '10.0.0.1',
      '172.31.0.1',
      '127.0.0.1',
      '169.254.1.1',
      'fd00::1',
      'fe80::1',
      '::1',
    ];
    expect(names.slice(1).map(isLocalAddress)).toEqual(names.slice(1).map(() => true));
    expect(await visit(names, 'hocba.local')).toBe(200);
  });

  test('or by its address, also where that is all it has', async () => {
    expect(await visit(['127.0.0.1'], '')).toBe(200);
    expect(await visit(['192.168.1.10'], '')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('and by no other', async () => {
    expect(await visit(['hocba.local'], 'khac.local')).toBe('ERR_TLS_CERT_ALTNAME_INVALID');
  });

  test('the local CA certifies nothing outside the LAN', async () => {
    // The code differs between versions of OpenSSL; a status would be a number.
    expect(await visit(['example.com'], 'example.com')).toEqual(expect.any(String));
    const bounded = await makeLocalCa({ organisation, now });
    for (const address of ['8.8.8.8', '172.32.0.1', '2001:db8::1', 'ff02::1']) {
      await expect(issueTlsServer(bounded, { names: ['hocba.local', address], now })).rejects.toThrow(
        RangeError,
      );
    }
  });

  test('names, addresses and days', async () => {
    const ca = await makeLocalCa({ organisation, domains: ['truongmau.edu.vn'], now });
    const names = ['hocba.truongmau.edu.vn', '10.1.2.3', 'fd00::1:0:2', '::1', 'fe80::1%eth0'];
    const { certificatePem } = await issueTlsServer(ca, { names, now });
    const read = new X509Certificate(certificatePem);
    expect(read.checkHost('hocba.truongmau.edu.vn')).toBe('hocba.truongmau.edu.vn');
    for (const ip of ['10.1.2.3', 'fd00::1:0:2', '::1', 'fe80::1']) expect(read.checkIP(ip)).toBe(ip);
    const { notBefore, notAfter, policies } = certificateFromPem(certificatePem);
    expect(notAfter.getTime() - notBefore.getTime()).toBe(397 * 86_400_000);
    expect(policies).toEqual([]);
  });

  test.each([[[]], [['Tên có dấu']], [['a b']], [['-x.local']], [['']], [['x..local']]])(
    'refuses %j',
    async (names) => {
      const ca = await makeLocalCa({ organisation, now });
      await expect(issueTlsServer(ca, { names, now })).rejects.toThrow(RangeError);
    },
  );
});

describe('training certificates', () => {
  test.each(['1', '0011850000221', '00118500002a', ''])(
    'a personal id of "%s" is refused',
    async (personalId) => {
      const pki = await makeTrainingPki({ organisation, now });
      const person = { fullName: 'Lê Văn Bền', personalId, schoolName: organisation, key: 'p256' } as const;
      await expect(issueTrainingPerson(pki, person, now)).rejects.toThrow(RangeError);
      const seal = { organisationName: organisation, taxCode: personalId, key: 'p256' } as const;
      await expect(issueTrainingSeal(pki, seal, now)).rejects.toThrow(RangeError);
    },
  );

  test('root and issuing CA are made for signing certificates only', async () => {
    const pki = await makeTrainingPki({ organisation, now });
    const root = certificateFromPem(pki.root.certificatePem);
    const issuing = certificateFromPem(pki.issuing.certificatePem);
    expect([...(root.keyUsage ?? [])]).toEqual(['keyCertSign', 'cRLSign']);
    expect([root.basicConstraints, issuing.basicConstraints]).toEqual([
      { ca: true, pathLength: 1 },
      { ca: true, pathLength: 0 },
    ]);
    expect(issuing.authorityKeyId).toBe(root.subjectKeyId);
    expect(root.serial).not.toBe(issuing.serial);
  });
});
