import { readdirSync, readFileSync } from 'node:fs';
import { nodeEd25519 } from '@hocba/ledger/node';
import { PROFILES } from '@hocba/record';
import { nodeCrypto } from '@hocba/signature/node';
import { describe, expect, test } from 'vitest';
import { readTrust } from './trust/folder.ts';
import type { Trust } from './trust/trust.ts';
import { verifyFile } from './verify-file.ts';

/**
 * Records that were issued once, signed by everybody and logged, kept for ever: every later version must read and verify them to
 * the same words. They are made by nothing in the project; a change that breaks one is a change that breaks schools' records.
 */
const folder = new URL('../samples/', import.meta.url);
const ports = { crypto: nodeCrypto, ed25519: nodeEd25519 };

function trustOf(made: string): Promise<Trust> {
  const trust = new URL(`${made}/trust/`, folder);
  return readTrust(
    ports,
    new Map(readdirSync(trust).map((name) => [name, readFileSync(new URL(name, trust))])),
  );
}

const bytesIn = (made: string, name: string): Uint8Array => readFileSync(new URL(`${made}/${name}`, folder));

/** What is said of a record kept as XML beside its proof. */
function verifyKept(made: string, name: string, trust: Trust, xml = bytesIn(made, `${name}.xml`)) {
  const proof = bytesIn(made, `${name}.tlog-proof`);
  return verifyFile({ name: `${name}.xml`, bytes: xml, proof }, trust, ports);
}

const FRAGMENTS = (status: string): string[] => [
  'document valid intact',
  'signatures valid all-valid',
  'certificates valid chain-valid',
  'time not-checked no-timestamp',
  'issuance valid logged',
  'witness not-checked none-required',
  `status valid ${status}`,
  'issuer not-checked no-register',
];

describe('issued in 2026-11, with what became of them', async () => {
  const made = '2026-11';
  const trust = await trustOf(made);
  const status: Record<string, string> = {
    current: 'current',
    replacement: 'current',
    recalled: 'recalled',
    replaced: 'replaced',
  };

  test.each(Object.keys(status))('%s.xml', async (name) => {
    const found = await verifyKept(made, name, trust);
    expect(found.verdict).toBe('training');
    expect(found.fragments.map((f) => `${f.name} ${f.state} ${f.code}`)).toEqual(
      FRAGMENTS(status[name] ?? ''),
    );
  });

  test.each(['current', 'replacement'])('%s.pdf holds the same record and proof', async (name) => {
    const pdf = await verifyFile({ name: `${name}.pdf`, bytes: bytesIn(made, `${name}.pdf`) }, trust, ports);
    const xml = await verifyFile({ name: `${name}.xml`, bytes: bytesIn(made, `${name}.xml`) }, trust, ports);
    expect([pdf.verdict, pdf.record]).toEqual(['training', xml.record]);
    expect(pdf.fragments).toContainEqual({ name: 'issuance', state: 'valid', code: 'logged' });
  });
});

// One folder per day on which a profile or a rule set came to be: every profile, rule set and grade of that day.
const PROFILE_FOLDERS = readdirSync(folder).filter((name) => name.endsWith('-profiles'));

describe.each(PROFILE_FOLDERS)('every profile and grade, kept in %s', async (made) => {
  const trust = await trustOf(made);
  const names = readdirSync(new URL(`${made}/`, folder))
    .filter((name) => name.endsWith('.xml'))
    .map((name) => name.slice(0, -'.xml'.length));

  test.each(names)('%s is genuine, and what was frozen', async (name) => {
    const found = await verifyKept(made, name, trust);
    expect(found.verdict).toBe('training');
    const [profile = '', grade = ''] = name.split(/-(?=lop\d$)/);
    // Without slots for subject teachers there is a table to be told of, which these records do not name.
    const table = profile === 'moet-1.0' ? ['table not-checked none-named'] : [];
    expect(found.fragments.map((f) => `${f.name} ${f.state} ${f.code}`)).toEqual([
      ...FRAGMENTS('current'),
      ...table,
    ]);
    const frozen = new URL(`../../record/samples/${profile}/${grade}.json`, import.meta.url);
    expect(found.record).toEqual(JSON.parse(readFileSync(frozen, 'utf8')));
  });

  test.each(names)('%s with another level is not', async (name) => {
    const text = new TextDecoder().decode(bytesIn(made, `${name}.xml`));
    const at = text.indexOf('<MUC_DAT_DUOC>') + '<MUC_DAT_DUOC>'.length;
    const other = text[at] === 'T' ? 'H' : 'T';
    const twin = new TextEncoder().encode(text.slice(0, at) + other + text.slice(at + 1));
    const found = await verifyKept(made, name, trust, twin);
    expect(found.verdict).toBe('not-genuine');
  });
});

test('every profile and grade that the program knows is among them', () => {
  const kept = PROFILE_FOLDERS.flatMap((made) => readdirSync(new URL(`${made}/`, folder)));
  const wanted = Object.keys(PROFILES).flatMap((p) => [1, 2, 3, 4, 5].map((grade) => `${p}-lop${grade}.xml`));
  expect(wanted.filter((name) => !kept.includes(name))).toEqual([]);
});
