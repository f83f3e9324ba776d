import { RESULT_NAMES, subjectNameIn, subjectsOf, traitsOf } from '@hocba/record';
import {
  type ClaimFinding,
  claimNextStep,
  claimSentence,
  endedSentence,
  fragmentSentence,
  trustSentence,
} from '@hocba/verify';
import type { ComponentChildren } from 'preact';
import { useMemo, useRef } from 'preact/hooks';
import { clock } from '../words/clock.ts';
import { dayText } from '../words/day.ts';
import { claim as en } from '../words/en/claim.ts';
import { language } from '../words/language.ts';
import { claim as vi } from '../words/vi/claim.ts';
import { checkedAt, Keep } from './keep.tsx';
import { statusDay } from './status-day.ts';
import { verdictWords, words } from './words.ts';

const ofClaim = language === 'vi' ? vi : en;

export { claimSentence, verifyClaim } from '@hocba/verify';
export { LookUp } from './look-up.tsx';

/**
 * What a QR's claim is worth, and what it says, line by line as the print has it. What can still be asked about it (`beside`) stands above
 * the lines: on a phone they fill two screens.
 */
export function Finding({ of: found, beside }: { of: ClaimFinding; beside?: ComponentChildren }) {
  const card = useRef<HTMLDivElement>(null);
  const evidence = useMemo(() => checkedAt(clock(new Date().toISOString())), [found]);
  const list = trustSentence(found, verdictWords);
  const next = claimNextStep(found, verdictWords);
  const why = 'content' in found ? endedSentence(found, verdictWords) : null;
  // Never green: the words are compared by eye alone, and a forger prints what he likes around a genuine code.
  const look = found.state === 'invalid' ? 'wrong' : 'wait';
  const head = (
    <>
      {/* Takes the focus where the button that asked is gone. */}
      <h2 tabIndex={-1}>{claimSentence(found, verdictWords)}</h2>
      <Dated list={list} found={found} />
      {why !== null && <p>{why}.</p>}
      {next !== null && <p class="next">{next}</p>}
      {'content' in found && found.loggedAt !== undefined && (
        <p>{ofClaim.logged(clock(new Date(found.loggedAt * 1000).toISOString()))}</p>
      )}
      {beside}
    </>
  );
  const kept = (
    <>
      <p class="soft evidence">{evidence}</p>
      <Keep text={() => textOf(card.current, evidence)} />
    </>
  );
  if (!('content' in found))
    return (
      <>
        <div class={`card verdict ${look}`} ref={card}>
          {head}
        </div>
        {kept}
      </>
    );
  const { content } = found;
  const rows = [
    ...subjectsOf(content.grade).map(({ code, name }) => ({
      code,
      name: subjectNameIn(code, content.grade, content.schoolYear) ?? name,
      ...content.subjects[code],
    })),
    ...traitsOf(content.grade).map(({ code, name }) => ({
      code,
      name,
      level: content.traits[code],
      mark: undefined,
    })),
  ].filter(({ level }) => level !== undefined);
  return (
    <>
      <div class={`card verdict ${look}`} ref={card}>
        {head}
        <p>
          {ofClaim.byEye} <strong>{content.fullName}</strong>,{' '}
          {[
            ofClaim.born(dayText(content.birthDate)),
            ofClaim.grade(content.grade),
            words.facts.schoolYear(content.schoolYear),
          ].join(', ')}
          .
        </p>
        <p>{ofClaim.school(found.schoolName, content.schoolCode)}</p>
        <p>
          {words.facts.result} <strong>{RESULT_NAMES[content.result]}</strong>.
        </p>
        <div class="scroll-x">
          <table class="plain">
            <thead>
              <tr>
                <th>{ofClaim.item}</th>
                <th>{words.facts.level}</th>
                <th class="number">{words.facts.mark}</th>
              </tr>
            </thead>
            <tbody>
              {rows.map((row) => (
                <tr key={row.code}>
                  <th scope="row">{row.name}</th>
                  <td>{row.level}</td>
                  <td class="number">{row.mark ?? ''}</td>
                </tr>
              ))}
            </tbody>
          </table>
        </div>
      </div>
      {kept}
    </>
  );
}

/** What is read on the card, a line each, to be sent on. */
function textOf(card: HTMLElement | null, evidence: string): string {
  const lines = [...(card?.querySelectorAll<HTMLElement>('h2, p, tr') ?? [])].map((one) =>
    one.innerText.replaceAll('\t', ': ').trim(),
  );
  return [...lines, evidence, words.keep.noProof].filter(Boolean).join('\n');
}

/** How old everything is that it was judged by, and what the status file says where it tells nothing. */
function Dated({ list, found }: { list: string | null; found: ClaimFinding }) {
  const status = 'content' in found ? found : null;
  const told = [
    ...(status?.statusAsOf === undefined ? [] : [statusDay(status.statusAsOf)]),
    ...(status === null || status.status.state === 'valid'
      ? []
      : [fragmentSentence(status.status, verdictWords)]),
    ...(list === null ? [] : [list]),
  ];
  return told.length === 0 ? null : <p class="soft">{told.join(' · ')}</p>;
}
