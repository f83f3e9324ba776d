import {
  type AwardGrounds,
  type AwardProposal,
  awardsNamed,
  type CellItem,
  type OtherReward,
  type OverallResult,
  proposeAwards,
  type RuleSet,
  type SubjectCode,
  type TraitCode,
} from '@hocba/record';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';

/** What the acts on a title that needs grounds have come to. A new proposal has its own vote and its own decision. */
export interface TitleState {
  readonly seq: number;
  readonly grounds: {
    readonly subjects: readonly SubjectCode[];
    readonly traits: readonly TraitCode[];
  } | null;
  readonly vote: { readonly recognised: boolean; readonly heldOn: string } | null;
  readonly decision: { readonly granted: boolean; readonly reason: string | null } | null;
}

export interface GivenReward extends OtherReward {
  readonly rewardId: string;
}

export interface PupilAwards {
  readonly title: TitleState;
  /** Rewards that have not been withdrawn, the oldest first; letters among them, which no record holds. */
  readonly rewards: readonly GivenReward[];
}

const NO_TITLE: TitleState = { seq: 0, grounds: null, vote: null, decision: null };
export const NO_AWARDS: PupilAwards = { title: NO_TITLE, rewards: [] };

/** The acts of a school year on its pupils' rewards. Pupils without any have no entry. */
export async function awardsOf(
  trx: Kysely<Database>,
  schoolId: string,
  schoolYear: string,
  pupilIds: readonly string[],
): Promise<ReadonlyMap<string, PupilAwards>> {
  if (pupilIds.length === 0) return new Map();
  const acts = await trx
    .selectFrom('title_act')
    .selectAll()
    .where('school_id', '=', schoolId)
    .where('school_year', '=', schoolYear)
    .where('pupil_id', 'in', pupilIds)
    .orderBy('seq')
    .execute();
  const rewards = await trx
    .selectFrom('reward as r')
    .leftJoin('reward_withdrawal as w', (join) =>
      join.onRef('w.school_id', '=', 'r.school_id').onRef('w.reward_id', '=', 'r.reward_id'),
    )
    .select(['r.pupil_id', 'r.reward_id', 'r.kind', 'r.text', 'r.given_on'])
    .where('r.school_id', '=', schoolId)
    .where('r.school_year', '=', schoolYear)
    .where('r.pupil_id', 'in', pupilIds)
    .where('w.reward_id', 'is', null)
    .orderBy('r.given_on')
    .orderBy('r.recorded_at')
    .orderBy('r.reward_id')
    .execute();
  const found = new Map<string, PupilAwards>();
  const of = (pupilId: string): PupilAwards => found.get(pupilId) ?? NO_AWARDS;
  for (const act of acts)
    found.set(act.pupil_id, { ...of(act.pupil_id), title: after(of(act.pupil_id).title, act) });
  for (const row of rewards) {
    const before = of(row.pupil_id);
    const reward = { rewardId: row.reward_id, kind: row.kind, text: row.text, givenOn: row.given_on };
    found.set(row.pupil_id, { ...before, rewards: [...before.rewards, reward] });
  }
  return found;
}

interface Act {
  readonly seq: number;
  readonly act: 'propose' | 'vote' | 'grant' | 'refuse' | 'withdraw';
  readonly subjects: readonly string[];
  readonly traits: readonly string[];
  readonly recognised: boolean | null;
  readonly held_on: string | null;
  readonly reason: string | null;
}

function after(before: TitleState, act: Act): TitleState {
  const { seq } = act;
  switch (act.act) {
    case 'propose':
      return {
        ...NO_TITLE,
        seq,
        grounds: { subjects: act.subjects as SubjectCode[], traits: act.traits as TraitCode[] },
      };
    case 'vote':
      return {
        ...before,
        seq,
        vote: { recognised: act.recognised === true, heldOn: act.held_on ?? '' },
        decision: null,
      };
    case 'withdraw':
      return { ...NO_TITLE, seq };
    default:
      return { ...before, seq, decision: { granted: act.act === 'grant', reason: act.reason } };
  }
}

/** What a title rests on by its acts; none where nothing was proposed. */
export function groundsOf({ grounds, vote }: TitleState): AwardGrounds {
  const { subjects = [], traits = [] } = grounds ?? {};
  return { subjects, traits, recognisedByClass: vote?.recognised === true };
}

/**
 * §5 of the form (TT 27/2020 Điều 13): the title that is due, what was given from above, and what the homeroom teacher has
 * written besides, word for word; what the cell says already is not said twice. A title that needs grounds is due only
 * once the principal has granted it; until then it is open, lacking nothing but that. Letters are not written.
 * @param written the year's two cells as they stand
 * @param year days of which rewards are written
 */
export function yearAwards(
  ruleSet: RuleSet,
  result: OverallResult | null,
  awards: PupilAwards,
  written: { readonly award: string | null; readonly suddenAward: string | null },
  year: { readonly from: string; readonly until: string },
): AwardProposal {
  const all = { result, others: awards.rewards, year };
  const proposal = proposeAwards(ruleSet, { ...all, grounds: groundsOf(awards.title) });
  const granted = awards.title.decision?.granted === true;
  const waiting = proposal.title?.needsGrounds === true && !granted ? proposal.title : null;
  const due = waiting === null ? proposal : proposeAwards(ruleSet, all);
  const award = joined(
    (due.award ?? '').split('\n').filter((line) => {
      const named = awardsNamed(ruleSet, line);
      return named.length === 0 || !awardsNamed(ruleSet, written.award ?? '').some((t) => named.includes(t));
    }),
    written.award,
  );
  const suddenAward = joined((due.suddenAward ?? '').split('\n'), written.suddenAward);
  return {
    title: due.title,
    open: waiting === null ? proposal.open : { title: waiting, lacking: [] },
    ...(award ? { award } : {}),
    ...(suddenAward ? { suddenAward } : {}),
  };
}

/** Lines, then the cell's text; a line that the text has already is left to it. */
function joined(lines: readonly string[], text: string | null): string {
  const folded = (part: string) => part.normalize('NFC').toLowerCase().replace(/\s+/g, ' ').trim();
  const said = folded(text ?? '');
  return [
    ...lines.filter((line) => line !== '' && !said.includes(folded(line))),
    ...(text ? [text] : []),
  ].join('\n');
}

/**
 * The titles and rewards that are due (TT 27/2020 Điều 13) in their columns, as the record says them: with what the homeroom
 * teacher has written there.
 */
export function dueAwards({
  award,
  suddenAward,
}: {
  readonly award: string | null;
  readonly suddenAward: string | null;
}): [CellItem, string][] {
  return [
    ...(award ? [['AWARD.text', award] as [CellItem, string]] : []),
    ...(suddenAward ? [['SUDDEN_AWARD.text', suddenAward] as [CellItem, string]] : []),
  ];
}
