import { existsSync } from 'node:fs';
import { createServer as createTlsServer, type Server as TlsServer } from 'node:https';
import { type AddressInfo, createServer as createProbe } from 'node:net';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { sql } from 'kysely';
import type { Deps } from './access/binding.ts';
import { hashPassword, passwordMatches } from './access/password.ts';
import type { SampleAccount } from './access/sign-in.ts';
import { makeEdge, requireWholeContract } from './http/edge.ts';
import { lanNames } from './http/lan/addresses.ts';
import { localCaPage } from './http/lan/local-ca-page.ts';
import { openLanTls } from './http/lan/tls.ts';
import { openRooms, type Rooms } from './rooms.ts';
import { freeBytes, tooFull } from './store/disk-room.ts';
import { openStore, type Store } from './store/open.ts';
import { schemaFaultsOf } from './store/schema-objects.ts';
import { sampleAccounts } from './training/people.ts';
import { seedTrainingSchool } from './training/seed.ts';

export interface StartOptions {
  readonly dataFolder: string;
  readonly databaseUrl?: string | undefined;
  /** Wanted port on loopback; 0 takes any. */
  readonly port: number;
  /** Somebody counts on that very port: a proxy, a bookmark. Else the next free one is taken when it is in use. */
  readonly portAsked?: boolean;
  readonly lan?: boolean;
  /** Address that the QR on prints leads to. */
  readonly publicUrl?: string | undefined;
  /** Addresses of proxies in front whose word on visitors counts. */
  readonly proxies?: readonly string[];
  /** One line for the operator. */
  readonly log?: (line: string) => void;
  readonly now?: () => Date;
  /** The built web application; `apps/web/dist` unless said. */
  readonly webFolder?: string;
}

export interface RunningServer {
  /** `http://127.0.0.1:8080`, without a slash at the end. */
  readonly url: string;
  readonly port: number;
  readonly lan: { readonly urls: readonly string[]; readonly caFingerprint: string } | null;
  readonly schoolName: string;
  readonly training: boolean;
  readonly accounts: readonly SampleAccount[];
  /** Resolves when the embedded database ended by itself: then nothing can be saved any more. */
  readonly lost: Promise<void>;
  /** Stops taking requests, lets running ones end, stops workers and database. Safe to call twice. */
  close(): Promise<void>;
}

const WEB_FOLDER = fileURLToPath(new URL('../../web/dist', import.meta.url));
const LAN_PORT = 8443;

/**
 * Starts everything on a data folder: database, migrations, training school when the database is empty, workers,
 * HTTP on loopback and, with `lan`, https for the school's network. Whatever fails undoes what was started.
 */
export async function startServer(options: StartOptions): Promise<RunningServer> {
  const log = options.log ?? (() => {});
  const now = options.now ?? (() => new Date());
  const undo: (() => Promise<unknown>)[] = [];
  const close = onceInReverse(undo);
  try {
    if (!options.databaseUrl && !existsSync(join(options.dataFolder, 'postgres'))) {
      const full = tooFull(await freeBytes(options.dataFolder), 'first');
      if (full !== null) throw new Error(full);
      log('Đang chuẩn bị dữ liệu lần đầu: cơ sở dữ liệu và trường tập huấn (có thể mất vài phút)…');
    }
    const store = await openStore({ dataFolder: options.dataFolder, databaseUrl: options.databaseUrl });
    undo.push(() => store.close());
    const deps: Deps = { db: store.db, now, dataDir: options.dataFolder, log };
    await seedTrainingSchool(deps);
    await selfCheck(store, now);
    for (const { name, code } of await schemaFaultsOf(store.owner))
      log(`Lược đồ cơ sở dữ liệu không như phần mềm tạo: ${name} (${code}). Hãy chạy hocba audit.`);
    const school = await store.db
      .selectFrom('school')
      .select(['name', 'training'])
      .orderBy('school_id')
      .executeTakeFirstOrThrow();
    const samples = school.training ? sampleAccounts() : [];
    const rooms = await openRooms(deps, store, samples, options.publicUrl);
    undo.push(() => rooms.stop());
    requireWholeContract(rooms.bindings);
    const tls = options.lan ? await prepareLan(options.dataFolder, school.name, now()) : null;
    const app = await openEdge(deps, rooms, options, tls);
    undo.push(() => app.close());
    const port = await listen(app, options.lan ? '0.0.0.0' : '127.0.0.1', options);
    if (tls) undo.push(await listenTls(app, tls));
    return {
      url: `http://127.0.0.1:${port}`,
      port,
      lan: tls && {
        urls: tls.names.map((name) => `https://${name}:${tls.port}`),
        caFingerprint: tls.caFingerprint,
      },
      schoolName: school.name,
      training: school.training,
      accounts: samples,
      lost: store.lost,
      close,
    };
  } catch (error) {
    await close();
    // What PostgreSQL says of it is English, and comes as a connection that is gone.
    const full = options.databaseUrl ? null : tooFull(await freeBytes(options.dataFolder), 'failed');
    throw full === null ? error : new Error(full, { cause: error });
  }
}

/** Runs what is to be undone, the last first, once; later calls wait for the same end. */
function onceInReverse(undo: (() => Promise<unknown>)[]): () => Promise<void> {
  let closing: Promise<void> | null = null;
  return () => {
    closing ??= (async () => {
      for (const step of undo.reverse()) await step();
    })();
    return closing;
  };
}

interface Lan {
  readonly key: string;
  readonly cert: string;
  readonly caPem: string;
  readonly caFingerprint: string;
  readonly names: readonly string[];
  readonly port: number;
}

async function prepareLan(dataFolder: string, organisation: string, now: Date): Promise<Lan> {
  const names = lanNames();
  const tls = await openLanTls(dataFolder, { organisation, names, now });
  return { ...tls, names, port: await freePort('0.0.0.0', LAN_PORT) };
}

function openEdge(
  deps: Deps,
  rooms: Rooms,
  { webFolder = WEB_FOLDER, proxies = [] }: StartOptions,
  lan: Lan | null,
): Promise<FastifyInstance> {
  return makeEdge({
    deps,
    bindings: rooms.bindings,
    webFolder,
    proxies,
    pages: [...rooms.pages, ...(lan ? [localCaPage(lan.caPem)] : [])],
    ...(lan ? { lanUrl: `https://${lan.names[0]}:${lan.port}/` } : {}),
  });
}

/** @throws Error with a sentence for a port that was asked for and cannot be had */
async function listen(
  app: FastifyInstance,
  host: string,
  { port: wanted, portAsked = false }: StartOptions,
): Promise<number> {
  const port = wanted === 0 || portAsked ? wanted : await freePort(host, wanted);
  try {
    await app.listen({ host, port });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE')
      throw new Error(
        `Cổng ${port} đang có chương trình khác dùng. Hãy tắt chương trình ấy, hoặc chọn cổng khác bằng --port.`,
      );
    if (code === 'EACCES')
      throw new Error(
        `Người dùng này không được mở cổng ${port}. Hãy chọn cổng từ 1024 trở lên bằng --port.`,
      );
    throw error;
  }
  return (app.server.address() as AddressInfo).port;
}

/** The second door: the same application behind TLS. @returns how to close it */
async function listenTls(app: FastifyInstance, lan: Lan): Promise<() => Promise<void>> {
  const server: TlsServer = createTlsServer(
    { key: lan.key, cert: lan.cert, minVersion: 'TLSv1.2' },
    (request, response) => app.routing(request, response),
  );
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(lan.port, '0.0.0.0', () => resolve());
  });
  return () =>
    new Promise((resolve) => {
      server.close(() => resolve());
      server.closeIdleConnections();
    });
}

/** The wanted port, or the next one that nobody listens on. */
async function freePort(host: string, wanted: number): Promise<number> {
  for (let port = wanted; port < wanted + 100 && port <= 65_535; port += 1) {
    if (await isFree(host, port)) return port;
  }
  throw new Error(`Không còn cổng trống từ ${wanted} trở lên.`);
}

function isFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createProbe();
    probe.once('error', () => resolve(false));
    probe.listen(port, host, () => probe.close(() => resolve(true)));
  });
}

const CLOCK_MS = 5 * 60_000;

/** What must hold before the first request: passwords can be checked, and the clocks agree. */
async function selfCheck(store: Store, now: () => Date): Promise<void> {
  const hash = await hashPassword('tự kiểm tra');
  if (!(await passwordMatches(hash, 'tự kiểm tra')) || (await passwordMatches(hash, 'khác'))) {
    throw new Error('Tự kiểm tra không qua: thư viện mật khẩu không hoạt động đúng trên máy này.');
  }
  const { rows } = await sql<{ at: Date }>`select now() as at`.execute(store.db);
  const skew = Math.abs((rows[0]?.at.getTime() ?? 0) - now().getTime());
  if (skew > CLOCK_MS) {
    throw new Error(
      'Đồng hồ của máy chủ và của cơ sở dữ liệu lệch nhau quá 5 phút. Hãy chỉnh giờ rồi khởi động lại.',
    );
  }
}
