import { scanCanonical } from '@hocba/xml';
import { beforeAll, describe, expect, test } from 'vitest';
import type { LevelFinding } from '../index.ts';
import { nodeCrypto } from '../node.ts';
import { withoutMemory } from '../testing/without-memory.ts';
import { extend, later, makeWorld, SIGNED, signaturesOf, type World } from '../testing/world.node.ts';
import { verifyLevel } from './verify-level.ts';

/** What is kept of certificates, properties, answers and paths changes no finding: against a reader that keeps nothing. */

const SLOT = 'ky-phat-hanh';
const SOON = new Date(SIGNED.getTime() + 3_000);

interface Reader {
  readonly scanCanonical: typeof scanCanonical;
  readonly verifyLevel: typeof verifyLevel;
}
const warm: Reader = { scanCanonical, verifyLevel };
let alone: Reader;
let world: World;
let lta: Uint8Array;
let carries: LevelCarries;
type LevelCarries = Awaited<ReturnType<typeof signaturesOf>>;
beforeAll(async () => {
  world = await makeWorld();
  lta = await extend(world, 'LTA', await extend(world, 'LT'));
  carries = await signaturesOf(lta, ['gvcn', 'cbql']);
  alone = await withoutMemory(async () => ({
    ...(await import('@hocba/xml')),
    ...(await import('./verify-level.ts')),
  }));
});

/** All of a finding but the elements of its document, or the name of what was thrown. */
async function told(by: Reader, xml: Uint8Array, now = SOON, roots = world.roots): Promise<unknown> {
  try {
    const doc = by.scanCanonical(xml);
    const element = doc.byId.get(`sig-${SLOT}`);
    if (element === undefined) return 'no signature';
    return plain(await by.verifyLevel(nodeCrypto, doc, element, { roots, now, carries }));
  } catch (error) {
    return String(error);
  }
}

const plain = ({ signature, ...finding }: LevelFinding) => ({ ...finding, signature: signature.code });

describe('with all kept that the honest record left', () => {
  test('a changed octet in any unsigned property: the finding is what it is alone', async () => {
    const unsigned = scanCanonical(lta).byId.get(`sig-${SLOT}`)?.children.at(-1)?.children[0]?.children[1];
    const properties = unsigned?.children[0]?.children ?? [];
    expect(properties.length).toBeGreaterThanOrEqual(4);
    const honest = await told(warm, lta);
    expect(honest).toMatchObject({ state: 'valid', level: 'LTA' });
    for (const { name, start, end } of properties)
      for (let at = start; at < end; at += at < start + 60 || at > end - 60 ? 1 : 67) {
        const changed = lta.with(at, (lta[at] as number) ^ 1);
        expect(await told(warm, changed), `${name} ${at}`).toEqual(await told(alone, changed));
        expect(await told(warm, lta), `after ${name} ${at}`).toEqual(honest);
      }
  });

  test('at any time, with other roots or none, before and after a renewal: likewise', async () => {
    for (const days of [-200, -1, 0, 1, 29, 31, 1_399, 1_401, 3_001, 5_000])
      for (const roots of [world.roots, [], [...world.roots, ...world.roots]])
        expect(await told(warm, lta, later(days), roots), `${days}`).toEqual(
          await told(alone, lta, later(days), roots),
        );
  });

  test('properties that change places or stand twice: likewise', async () => {
    const text = new TextDecoder().decode(lta);
    const names = ['SignatureTimeStamp', 'CertificateValues', 'RevocationValues', 'TimeStampValidationData'];
    const property = (name: string): string => new RegExp(`<${name}[ >].*?</${name}>`).exec(text)?.[0] ?? '';
    for (const one of names)
      for (const other of names) {
        const [a, b] = [property(one), property(other)];
        for (const changed of [text.replace(a, a + b), text.replace(a, b), text.replace(a, b + a)]) {
          const xml = new TextEncoder().encode(changed);
          expect(await told(warm, xml), `${one} ${other}`).toEqual(await told(alone, xml));
        }
      }
  });
});
