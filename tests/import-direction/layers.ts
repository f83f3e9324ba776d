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

/** A folder's rooms from top to bottom: a room imports only rooms of lower floors, and of the files that stand in none those of the ground. */
interface Rooms {
  /** Rooms of one floor know nothing of each other. */
  readonly floors: readonly (readonly string[])[];
  /** Files directly in the folder that stand below all rooms; the others there (the composition, the entry) stand above. */
  readonly ground: readonly string[];
}

/** `api` is the contract of the server's edge. */
export const ROOMS: Readonly<Record<string, Rooms>> = {
  'apps/server/src': {
    floors: [
      ['http', 'training', 'public'],
      ['issuing'],
      ['signing'],
      ['assessment'],
      ['roster'],
      ['access'],
      ['api'],
      ['store'],
    ],
    ground: ['refusal.ts'],
  },
  'apps/server/src/assessment': {
    floors: [
      ['check', 'export', 'import', 'results', 'work'],
      ['class-table', 'support'],
      ['sheet'],
      ['pupil-year'],
      ['periods'],
    ],
    ground: [],
  },
  'apps/server/src/signing': {
    floors: [
      ['batch'],
      ['orders'],
      ['portion'],
      ['freeze', 'levels'],
      ['slots'],
      ['items', 'signers'],
      ['records'],
    ],
    ground: [],
  },
  'apps/server/src/issuing': {
    floors: [
      ['take-back'],
      ['audit', 'operator'],
      ['books', 'days', 'recall', 'renewal', 'trust'],
      ['claims', 'compare', 'delivery', 'lodging', 'manifest', 'status'],
      ['prints'],
      ['issue'],
      ['writer'],
      ['above'],
      ['log'],
    ],
    ground: [],
  },
  'apps/server/src/issuing/audit': {
    floors: [['chains', 'records'], ['look'], ['paper', 'rows'], ['log']],
    ground: ['report.ts'],
  },
  'apps/web/src': {
    floors: [['verify'], ['pages'], ['grid', 'parts'], ['api'], ['words'], ['style']],
    ground: [],
  },
  'packages/ledger/src': {
    floors: [
      ['witness'],
      ['files'],
      ['log', 'statements'],
      ['acts', 'audit', 'life', 'manifest'],
      ['leaf'],
      ['note'],
      ['tree'],
      ['encoding'],
    ],
    ground: ['error.ts', 'ports.ts'],
  },
  'packages/record/src': {
    floors: [
      ['communes', 'book', 'check', 'comments', 'signed', 'stated'],
      ['class-table'],
      ['xml'],
      ['profile', 'rules'],
      ['codes'],
    ],
    ground: ['model.ts'],
  },
  'packages/signature/src': {
    floors: [
      ['foreign'],
      ['ers', 'pades', 'signers'],
      ['xades'],
      ['time', 'xmldsig'],
      ['cms', 'properties'],
      ['markup', 'revocation'],
      ['pki'],
      ['x509'],
      ['crypto'],
      ['der'],
    ],
    ground: ['algorithms.ts', 'base64.ts', 'bytes.ts', 'kept-bytes.ts', 'pem.ts'],
  },
  'packages/verify/src': {
    floors: [
      ['print'],
      ['claim', 'foreign', 'several', 'table'],
      ['as-it-came', 'issuance'],
      ['signatures'],
      ['verdict'],
      ['trust', 'words'],
    ],
    ground: [],
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

/** The room of a path inside a folder; '' for the ground, null for what stands above the rooms. */
function roomOf(folder: string, inside: string): string | null {
  if (ROOMS[folder]?.ground.includes(inside)) return '';
  if (!inside.includes('/')) return null;
  if (folder === 'apps/server/src' && inside.startsWith('http/api/')) return 'api';
  return inside.split('/')[0] ?? null;
}

function roomViolations(source: SourceFile): string[] {
  if (isTest(source.path)) return [];
  return Object.entries(ROOMS).flatMap(([folder, { floors }]) =>
    source.path.startsWith(`${folder}/`) ? violationsIn(folder, floors, source) : [],
  );
}

function violationsIn(folder: string, floors: Rooms['floors'], { path, imports }: SourceFile): string[] {
  const within = (file: string): string | null => roomOf(folder, file.slice(folder.length + 1));
  const floorOf = (room: string): number => floors.findIndex((rooms) => rooms.includes(room));
  const room = within(path);
  if (room === null) return [];
  const floor = room === '' ? floors.length : floorOf(room);
  if (floor === -1) return [`${path}: the room ${room} has no place in the order`];
  const found: string[] = [];
  for (const { from } of imports) {
    const target = targetOf(path, from);
    if (target === null || !target.startsWith(`${folder}/`)) continue;
    const other = within(target);
    if (other === room || other === '') continue;
    if (other === null) found.push(`${path}: ${room} must not import ${from}, which stands above the rooms`);
    else if (floorOf(other) <= floor) found.push(`${path}: ${room} must not import from ${other} (${from})`);
  }
  return found;
}
