import { isTest, type SourceFile, targetOf } from './read-imports.ts';

/** What each part of the house may import. The order of the design: downwards only. */
export const PARTS: Readonly<Record<string, readonly string[]>> = {
  'packages/xml': [],
  'packages/signature': ['@hocba/xml'],
  'packages/ledger': [],
  'packages/record': ['@hocba/xml'],
  'packages/sheet': ['@hocba/record'],
  'packages/form': ['@hocba/record'],
  'packages/verify': ['form', 'sheet', 'record', 'signature', 'ledger', 'xml'].map((p) => `@hocba/${p}`),
  'apps/web': ['@hocba/verify', '@hocba/record', '@hocba/signature', '@hocba/ledger'],
  'apps/server': ['verify', 'form', 'sheet', 'record', 'signature', 'ledger', 'xml'].map(
    (p) => `@hocba/${p}`,
  ),
  'apps/agent': ['@hocba/signature', '@hocba/xml', '@hocba/record'],
  'apps/cli': ['server', 'verify', 'form', 'sheet', 'record', 'signature', 'ledger', 'xml'].map(
    (p) => `@hocba/${p}`,
  ),
};

/** Types of the API, erased before anything runs: the one thing that the pages know of the server. */
const TYPES_ONLY: Readonly<Record<string, string>> = { 'apps/web': '@hocba/server/api' };

/** A part's rooms from top to bottom: a room imports only rooms below it, and of the files that stand in none those of the ground. */
interface Rooms {
  readonly order: readonly string[];
  /** Files directly in src that stand below all rooms; the others there (the composition, the entry) stand above. */
  readonly ground: readonly string[];
}

/** `api` is the contract of the server's edge. */
export const ROOMS: Readonly<Record<string, Rooms>> = {
  'apps/server': {
    order: [
      'http',
      'training',
      'public',
      'issuing',
      'signing',
      'assessment',
      'roster',
      'access',
      'api',
      'store',
    ],
    ground: ['refusal.ts'],
  },
  'packages/ledger': {
    order: [
      'witness',
      'files',
      'log',
      'statements',
      'audit',
      'manifest',
      'life',
      'acts',
      'leaf',
      'note',
      'tree',
      'encoding',
    ],
    ground: ['error.ts', 'ports.ts'],
  },
};

/** @returns one sentence for each import that points the wrong way */
export function layerViolations(sources: readonly SourceFile[]): string[] {
  return sources.flatMap((source) => [...partViolations(source), ...roomViolations(source)]);
}

function partOf(path: string): string {
  return path.split('/').slice(0, 2).join('/');
}

function partViolations({ path, imports }: SourceFile): string[] {
  const part = partOf(path);
  if (!path.startsWith('packages/') && !path.startsWith('apps/')) return [];
  const allowed = PARTS[part];
  if (allowed === undefined) return [`${path}: ${part} has no place in the order`];
  const found: string[] = [];
  for (const { from, typeOnly } of imports) {
    const target = targetOf(path, from);
    if (target !== null && partOf(target) !== part) found.push(`${path}: ${from} leaves ${part} by its path`);
    if (!from.startsWith('@hocba/')) continue;
    if (TYPES_ONLY[part] === from && typeOnly) continue;
    const name = from.split('/').slice(0, 2).join('/');
    if (!allowed.includes(name)) found.push(`${path}: ${part} must not import ${from}`);
  }
  return found;
}

/** The room of a path inside its part's src; '' for the ground, null for what stands above the rooms. */
function roomOf(part: string, inside: string, { ground }: Rooms): string | null {
  if (ground.includes(inside)) return '';
  if (!inside.includes('/')) return null;
  return part === 'apps/server' && inside.startsWith('http/api/') ? 'api' : (inside.split('/')[0] ?? null);
}

function roomViolations({ path, imports }: SourceFile): string[] {
  const part = partOf(path);
  const rooms = ROOMS[part];
  const src = `${part}/src/`;
  if (rooms === undefined || !path.startsWith(src) || isTest(path)) return [];
  const room = roomOf(part, path.slice(src.length), rooms);
  if (room === null) return [];
  const rank = room === '' ? rooms.order.length : rooms.order.indexOf(room);
  if (rank === -1) return [`${path}: the room ${room} has no place in the order`];
  const found: string[] = [];
  for (const { from } of imports) {
    const target = targetOf(path, from);
    if (target === null || !target.startsWith(src)) continue;
    const other = roomOf(part, target.slice(src.length), rooms);
    if (other === room || other === '') continue;
    if (other === null) found.push(`${path}: ${room} must not import ${from}, which stands above the rooms`);
    else if (rooms.order.indexOf(other) <= rank) {
      found.push(`${path}: ${room} must not import from ${other} (${from})`);
    }
  }
  return found;
}
