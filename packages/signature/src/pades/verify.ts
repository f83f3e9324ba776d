import { sameBytes } from '../bytes.ts';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { RevocationAnswer } from '../revocation/answer.ts';
import { NO_MATERIAL } from '../revocation/material.ts';
import { nameAnswers } from '../revocation/remembered.ts';
import { type AlgorithmVerdict, judgeAlgorithm, policyAlgorithm } from '../x509/algorithm-policy.ts';
import type { Certificate } from '../x509/certificate.ts';
import { isTrainingCertificate } from '../x509/certificate.ts';
import { distinct } from '../x509/distinct.ts';
import { hasSpares, joinMaterial } from '../xades/evidence.ts';
import { type Evidence, judgePath } from '../xades/judge-path.ts';
import type { Level, ProvenTime } from '../xades/level.ts';
import { AHEAD, OUT_OF_ORDER, SKEW } from '../xades/prove-times.ts';
import { MAY_CHANGE } from '../xades/verify-level.ts';
import { auditBase } from './base.ts';
import { PadesError } from './error.ts';
import { UNSEEN } from './field.ts';
import type { PadesDetail, PadesFinding, PadesSignature, PadesTrust } from './finding.ts';
import { type ReadUpdate, readUpdates } from './revisions.ts';
import { openPdf } from './source.ts';
import { type Carried, carriedStores } from './stores.ts';
import { judgeTimestamp } from './timestamp.ts';
import { type PadesValue, readPadesValue } from './value.ts';

type FieldUpdate = Exclude<ReadUpdate, { kind: 'store' }>;
type Verdict = Pick<PadesSignature, 'state' | 'code' | 'detail'>;

const VALID: Verdict = { state: 'valid', code: 'valid', detail: undefined };

/**
 * Judges one of our PDFs (EN 319 142-1, EN 319 102-1 §5.5–5.6). First the bytes: a first revision as the typesetter
 * lays it out, then nothing but updates that this writer makes, so that what every signature covers is what a reader
 * shows. Then the times from the outermost document timestamp inwards, then each signature as of the time proven for
 * it. Who must have signed is the caller's question. Never throws for what is in the file.
 */
export async function verifyPades(
  crypto: CryptoPort,
  pdf: Uint8Array,
  trust: PadesTrust,
): Promise<PadesFinding> {
  const none: PadesFinding = {
    state: 'invalid',
    code: 'layout-refused',
    detail: undefined,
    level: 'B',
    signatures: [],
    times: [],
    renewBefore: null,
    certificates: [],
    revocation: [],
    noted: [],
    training: false,
  };
  let updates: ReadUpdate[];
  try {
    const source = openPdf(pdf);
    updates = readUpdates(source);
    if (updates.length === 0) return { ...none, code: 'not-signed' };
    auditBase(source);
  } catch (error) {
    if (error instanceof PadesError) return none;
    throw error;
  }
  if (!isInOrder(updates)) return none;
  return judge(crypto, updates, trust, none);
}

/** Signatures first, then stores and timestamps: a signature behind an archive timestamp is dated by nothing. */
function isInOrder(updates: readonly ReadUpdate[]): boolean {
  const kinds = updates.map(({ kind }) => kind);
  const [first] = kinds;
  const rest = kinds.slice(kinds.lastIndexOf('signature') + 1);
  const before = kinds.slice(0, kinds.length - rest.length);
  const twice = rest.some((kind, n) => kind === 'store' && rest[n + 1] === 'store');
  return first === 'signature' && before.every((kind) => kind === 'signature') && !twice;
}

async function judge(
  crypto: CryptoPort,
  updates: readonly ReadUpdate[],
  trust: PadesTrust,
  none: PadesFinding,
): Promise<PadesFinding> {
  const carried = carriedStores(updates);
  if (carried === null) return { ...none, code: 'unsigned-properties-malformed' };
  const read: { update: FieldUpdate; value: PadesValue }[] = [];
  for (const update of updates) {
    if (update.kind !== 'signature') continue;
    const value = await readPadesValue(crypto, update);
    if (!value.valid) return { ...none, code: 'signature-invalid', detail: value.code };
    // Before any trust: what a stranger's signature draws over a page is false, whoever the stranger is.
    if (judgeLook(update, value.certificate, trust)?.state === 'invalid')
      return { ...none, code: 'look-changed' };
    read.push({ update, value });
  }
  const answers = nameAnswers(crypto, joinMaterial(carried.material, trust.answers ?? NO_MATERIAL));
  const between = [...carried.certificates, ...read.flatMap(({ value }) => value.chain)];
  const layers = new Map<number, Date>();
  const evidence: Evidence = {
    roots: trust.roots,
    between,
    answers,
    existed: (answer) => layers.get(carried.layerOf(answer) ?? -1) ?? trust.now,
  };
  const used = { certificates: [] as Certificate[], answers: [] as RevocationAnswer[] };
  const times: ProvenTime[] = [];
  let renewBefore: Date | null = null;
  let at = trust.now;
  const found = () => ({
    ...none,
    times,
    renewBefore,
    certificates: distinct(used.certificates),
    revocation: used.answers.filter((a, i, all) => all.findIndex(({ der }) => der === a.der) === i),
    training: [...used.certificates, ...between].some(isTrainingCertificate),
  });

  // From the outermost inwards; a store's answers existed when the next timestamp behind it was made.
  for (const [n, update] of [...updates.entries()].reverse()) {
    if (update.kind === 'store') layers.set(n, at);
    if (update.kind !== 'timestamp') continue;
    const stamp = await judgeTimestamp(crypto, update, at, times.length === 0, trust, evidence);
    if ('refused' in stamp) return { ...found(), ...stamp.refused };
    times.unshift({ ...stamp.proven, kind: 'archive' });
    renewBefore ??= stamp.end;
    used.certificates.push(...stamp.certificates);
    used.answers.push(...stamp.answers);
    at = stamp.proven.time;
  }
  const proven = times.length > 0;
  const signatures: PadesSignature[] = [];
  for (const [n, one] of read.entries())
    signatures.push(
      await judgeSignature(crypto, { ...one, turn: n + 1 }, { at, proven }, trust, evidence, used, carried),
    );
  const bad =
    signatures.find(({ state }) => state === 'invalid') ?? signatures.find(({ state }) => state !== 'valid');
  const verdict: Verdict =
    bad === undefined
      ? hasSpares(carried, used)
        ? { state: 'invalid', code: 'spare-validation-data', detail: undefined }
        : VALID
      : { state: bad.state, code: bad.code, detail: bad.detail };
  const order: readonly Level[] = ['B', 'T', 'LT', 'LTA'];
  const level = order[Math.min(...signatures.map((s) => order.indexOf(s.level)))] ?? 'B';
  const whole = found();
  return { ...whole, ...verdict, level, signatures, noted: said(whole.certificates, at, trust, 'noted') };
}

const said = (of: readonly Certificate[], at: Date, { policy }: PadesTrust, verdict: AlgorithmVerdict) =>
  [...new Set(of.map(({ publicKey }) => policyAlgorithm(publicKey)))].filter(
    (name) => judgeAlgorithm(name, at, policy) === verdict,
  );

async function judgeSignature(
  crypto: CryptoPort,
  { update, value, turn }: { update: FieldUpdate; value: PadesValue; turn: number },
  outer: { readonly at: Date; readonly proven: boolean },
  trust: PadesTrust,
  evidence: Evidence,
  used: { certificates: Certificate[]; answers: RevocationAnswer[] },
  carried: Carried,
): Promise<PadesSignature> {
  const { certificate, chain } = value;
  const claimedAt = update.plan.time ?? new Date(Number.NaN);
  let provenAt: Date | null = outer.proven ? outer.at : null;
  let dated = false;
  const say = (verdict: Verdict, level: Level = 'B'): PadesSignature => ({
    field: `Signature${turn}`,
    ...verdict,
    level,
    certificate,
    chain,
    claimedAt,
    provenAt,
    visible: update.plan.rect !== UNSEEN,
  });
  const invalid = (code: PadesSignature['code'], detail?: PadesDetail) =>
    say({ state: 'invalid', code, detail });
  if (value.timestamp !== null) {
    const own = { value: value.timestamp, message: value.signature };
    const stamp = await judgeTimestamp(crypto, own, outer.at, !outer.proven, trust, evidence);
    if ('refused' in stamp) return say(stamp.refused);
    used.certificates.push(...stamp.certificates);
    used.answers.push(...stamp.answers);
    provenAt = stamp.proven.time;
    dated = true;
  }
  // Signed after it was dated: one of the clocks is wrong, and nobody can tell which. Undated, the judge's may be.
  if (provenAt === null && claimedAt.getTime() > trust.now.getTime() + SKEW) return say(AHEAD);
  if (!(claimedAt.getTime() <= (provenAt ?? trust.now).getTime() + SKEW)) return say(OUT_OF_ORDER);
  const at = provenAt ?? trust.now;
  const judgement = await judgePath(crypto, 'document', certificate, at, evidence);
  used.certificates.push(...judgement.path);
  if ('answers' in judgement) used.answers.push(...judgement.answers);
  const reached: Level = dated ? 'T' : 'B';
  if (judgement.state === 'no-path') {
    const state = MAY_CHANGE.has(judgement.code) ? 'indeterminate' : 'invalid';
    return say({ state, code: 'signer-not-trusted', detail: judgement.code }, reached);
  }
  if (judgement.state === 'revoked')
    return provenAt === null
      ? say({ state: 'indeterminate', code: 'signer-revoked-no-proof', detail: undefined })
      : invalid('signer-revoked');
  if (judgement.state === 'unknown')
    return say({ state: 'indeterminate', code: 'signer-status-unknown', detail: judgement.code }, reached);
  // What lies on no path could be anything, and nobody would notice.
  if (!chain.every((c) => judgement.path.some((on) => sameBytes(on.der, c.der))))
    return invalid('spare-validation-data');
  if (said(judgement.path, at, trust, 'refused').length > 0)
    return say({ state: 'indeterminate', code: 'algorithm-refused', detail: undefined }, reached);
  const look = judgeLook(update, certificate, trust);
  if (look !== null) return say(look, reached);
  if (!dated) return say(VALID);
  return say(VALID, carried.stores === 0 ? 'T' : outer.proven ? 'LTA' : 'LT');
}

function judgeLook({ plan }: FieldUpdate, certificate: Certificate, { lookOf }: PadesTrust): Verdict | null {
  if (plan.rect === UNSEEN)
    return plan.look.length === 0 ? null : { state: 'invalid', code: 'look-changed', detail: undefined };
  if (lookOf === undefined) return { state: 'indeterminate', code: 'look-unknown', detail: undefined };
  const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = plan.rect.split(' ').map(Number);
  const time = plan.time ?? new Date(Number.NaN);
  const expected = lookOf(certificate, time, x1 - x0, y1 - y0);
  return sameBytes(expected, plan.look)
    ? null
    : { state: 'invalid', code: 'look-changed', detail: undefined };
}
