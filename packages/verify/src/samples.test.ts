import { readdirSync, readFileSync } from 'node:fs';
import { nodeEd25519 } from '@hocba/ledger/node';
import { nodeCrypto } from '@hocba/signature/node';
import { describe, expect, test } from 'vitest';
import { readTrust, type Trust } from './trust.ts';
import { verifyFile } from './verify-file.ts';

/**
 * Records that were issued once, signed by everybody and logged, kept for ever: every later version must read and verify them to
 * the same words. They are made by nothing in the project; a change that breaks one is a change that breaks schools' records.
 */
const folder = new URL('../samples/', import.meta.url);
const ports = { crypto: nodeCrypto, ed25519: nodeEd25519 };

function trustOf(made: string): Trust {
  const trust = new URL(`${made}/trust/`, folder);
  return readTrust(
    nodeCrypto,
    new Map(readdirSync(trust).map((name) => [name, readFileSync(new URL(name, trust))])),
  );
}

describe.each(readdirSync(folder))('issued in %s', (made) => {
  const trust = trustOf(made);
  const bytesOf = (name: string): Uint8Array => readFileSync(new URL(`${made}/${name}`, folder));
  const status: Record<string, string> = {
    current: 'current',
    replacement: 'current',
    recalled: 'recalled',
    replaced: 'replaced',
  };

  test.each(Object.keys(status))('%s.xml', async (name) => {
    const input = {
      name: `${name}.xml`,
      bytes: bytesOf(`${name}.xml`),
      proof: bytesOf(`${name}.tlog-proof`),
    };
    const found = await verifyFile(input, trust, ports);
    expect(found.verdict).toBe('training');
    expect(found.fragments.map((f) => `${f.name} ${f.state} ${f.code}`)).toEqual([
      'document valid intact',
      'signatures valid all-valid',
      'certificates valid chain-valid',
      'time not-checked no-timestamp',
      'issuance valid logged',
      'witness not-checked none-required',
      `status valid ${status[name]}`,
      'issuer not-checked no-register',
    ]);
  });

  test.each(['current', 'replacement'])('%s.pdf holds the same record and proof', async (name) => {
    const pdf = await verifyFile({ name: `${name}.pdf`, bytes: bytesOf(`${name}.pdf`) }, trust, ports);
    const xml = await verifyFile({ name: `${name}.xml`, bytes: bytesOf(`${name}.xml`) }, trust, ports);
    expect([pdf.verdict, pdf.record]).toEqual(['training', xml.record]);
    expect(pdf.fragments).toContainEqual({ name: 'issuance', state: 'valid', code: 'logged' });
  });
});
