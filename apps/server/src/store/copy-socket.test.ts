import { connect, createServer, type Server, type Socket } from 'node:net';
import { TLSSocket } from 'node:tls';
import { issueTlsServer, makeLocalCa } from '@hocba/signature/node';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { integerIn, octetsIn, openCopies } from './copy-out.ts';
import type { Connection } from './database.ts';
import { freshDatabase, type TestDatabase } from './testing/cluster.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await freshDatabase();
});
afterAll(() => database.drop());

test('under TLS rows come all the same, large ones between small ones', async () => {
  const ca = await makeLocalCa({ organisation: 'Mẫu', now: new Date() });
  const { privateKeyPem, certificatePem } = await issueTlsServer(ca, {
    names: ['127.0.0.1'],
    now: new Date(),
  });
  const { host, port } = database.owner as { host: string; port: number };
  // PostgreSQL's own way: it is asked for TLS in clear, and begins it after one letter.
  const server = createServer((near) => {
    near.once('data', () => {
      near.write('S');
      const open = new TLSSocket(near, { isServer: true, key: privateKeyPem, cert: certificatePem });
      const far = connect(port, host);
      open.pipe(far).pipe(open);
      for (const one of [open, far]) one.on('error', () => {}).on('close', () => void far.destroy());
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const ssl = { ca: ca.certificatePem };
  const secure = await openCopies({
    ...database.owner,
    host: '127.0.0.1',
    port: (server.address() as { port: number }).port,
    ssl,
  });
  try {
    const query = `select n::int8, repeat('x', n * n * 1000)::bytea from generate_series(0, 12) n order by n`;
    const found: number[][] = [];
    await secure.read('7', [
      { query, columns: 2, row: (row) => void found.push([integerIn(row, 0), octetsIn(row, 1).length]) },
    ]);
    expect(found).toEqual(Array.from({ length: 13 }, (_, n) => [n, n * n * 1000]));
  } finally {
    await secure.close();
    await new Promise((resolve) => server.close(resolve));
  }
});

describe('a connection that breaks', () => {
  /** Between us and the database; hands on what comes from there up to an octet, then something else if it is given, and then ends. */
  async function throughTorn(
    octets: number,
    instead: readonly number[] = [],
  ): Promise<{ connection: Connection; close(): Promise<void> }> {
    const { host, port } = database.owner as { host: string; port: number };
    const sockets = new Set<Socket>();
    const server: Server = createServer((near) => {
      const far = connect(port, host);
      let left = Number.POSITIVE_INFINITY;
      sockets.add(near).add(far);
      near.on('data', (chunk) => {
        // Counted from the first query on.
        if (chunk.includes('copy (')) left = octets;
        far.write(chunk);
      });
      far.on('data', (chunk) => {
        near.write(chunk.subarray(0, left));
        left -= chunk.length;
        if (left <= 0) near.end(Uint8Array.from(instead));
      });
      for (const one of [near, far]) one.on('error', () => {}).on('close', () => void far.destroy());
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port: torn } = server.address() as { port: number };
    return {
      connection: { ...database.owner, host: '127.0.0.1', port: torn },
      close: async () => {
        for (const socket of sockets) socket.destroy();
        await new Promise((resolve) => server.close(resolve));
      },
    };
  }

  test.each([1, 40, 90, 5_000, 90_000])(
    'after %i octets of the answer ends the reading with an error',
    async (octets) => {
      const torn = await throughTorn(octets);
      const own = await openCopies(torn.connection);
      try {
        let rows = 0;
        const query = `select n::int8, repeat('x', 1000) from generate_series(1, 1000) n`;
        const reading = own.read('7', [{ query, columns: 2, row: () => void rows++ }]);
        await expect(reading).rejects.toThrow();
        expect(rows).toBeLessThan(1000);
        // It is closed, and says so to whoever asks once more.
        await expect(own.read('7', [{ query, columns: 2, row: () => {} }])).rejects.toThrow();
      } finally {
        await own.close();
        await torn.close();
      }
    },
  );

  test.each([
    ['no length', [0x64, 0, 0, 0, 0]],
    ['a length that does not hold itself', [0x64, 0, 0, 0, 3]],
    ['more than there can be', [0x64, 0x7f, 0xff, 0xff, 0xff]],
    ['more still', [0x64, 0xff, 0xff, 0xff, 0xff]],
  ])('and says of a message that it has %s', async (_, instead) => {
    const torn = await throughTorn(0, instead);
    const own = await openCopies(torn.connection);
    try {
      const reading = own.read('7', [{ query: 'select 1', columns: 1, row: () => {} }]);
      await expect(reading).rejects.toThrow('message has no length');
    } finally {
      await own.close();
      await torn.close();
    }
  });

  test('on the other side, too', async () => {
    const own = await openCopies({ ...database.owner, application_name: 'torn' });
    const reading = own.read('7', [{ query: 'select pg_sleep(60)', columns: 1, row: () => {} }]);
    const failed = expect(reading).rejects.toThrow();
    for (;;) {
      const ended = await database.asOwner(
        `select pg_terminate_backend(pid) from pg_stat_activity where application_name = 'torn' and state = 'active'`,
      );
      if (ended.length > 0) break;
    }
    await failed;
    await own.close();
  });

  test('that cannot be made is an error at once', async () => {
    await expect(openCopies({ ...database.owner, password: 'sai' })).rejects.toThrow();
  });
});
