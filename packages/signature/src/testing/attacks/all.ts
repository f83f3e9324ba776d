import { makeWorld } from '../world.node.ts';
import {
  cosigners,
  type DocumentAttack,
  ids,
  markup,
  sizes,
  spellings,
  swapping,
  wrapping,
} from './documents.ts';
import { algorithms, certificates, honest, soloRecord } from './forged.ts';
import { acceptedGenerally, acceptsStrictly } from './judge.ts';
import { type AttackRecord, attackRecord } from './record.ts';
import { revocation, timestamps } from './times.ts';

export interface AttackOutcome {
  readonly kind: string;
  readonly name: string;
  /** Paths that took it for genuine; none, or something is wrong. */
  readonly acceptedBy: readonly ('strict' | 'general')[];
  /** How many paths were asked. */
  readonly asked: number;
}

/** Every invalid vector, judged. The valid ones that they were made from are judged first: throws if one is refused. */
export async function judgeAttacks(): Promise<AttackOutcome[]> {
  const record = await attackRecord(3);
  const other = await attackRecord(3, 'Trần Văn Cường', '7', record.signers);
  const solo = soloRecord(record);
  await mustHold(record, record.xml);
  await mustHold(other, other.xml);
  await mustHold(solo.record, honest(solo));
  const outcomes: AttackOutcome[] = [];
  const judge = async (of: AttackRecord, attacks: readonly DocumentAttack[]) => {
    for (const { kind, name, xml, general } of attacks) {
      const acceptedBy: ('strict' | 'general')[] = [];
      if (await acceptsStrictly(of, xml)) acceptedBy.push('strict');
      if (general && (await acceptedGenerally(of, xml)) !== null) acceptedBy.push('general');
      outcomes.push({ kind, name, acceptedBy, asked: general ? 2 : 1 });
    }
  };
  await judge(record, [
    ...markup(record),
    ...ids(record),
    ...wrapping(record),
    ...swapping(record, other),
    ...cosigners(record, other),
    ...sizes(record),
    ...spellings(record),
  ]);
  await judge(solo.record, [...algorithms(solo), ...certificates(solo)]);
  const world = await makeWorld();
  for (const { kind, name, accepted } of [...(await revocation(world)), ...(await timestamps(world))])
    outcomes.push({ kind, name, acceptedBy: (await accepted()) ? ['strict'] : [], asked: 1 });
  return outcomes;
}

async function mustHold(record: AttackRecord, xml: string): Promise<void> {
  if (!(await acceptsStrictly(record, xml))) throw new Error('a valid record is refused by our own path');
  if ((await acceptedGenerally(record, xml)) === null)
    throw new Error('a valid record is refused by the general path');
}
