import type { XmlDocument, XmlElement } from '@hocba/xml';
import type { CryptoPort } from '../crypto/crypto-port.ts';
import { Refused } from '../markup/refused.ts';
import { idsOf } from '../markup/vocabulary.ts';
import { readUnsignedProperties, type UnsignedProperties } from '../properties/unsigned-properties.ts';
import type { RevocationAnswer, RevocationCode } from '../revocation/answer.ts';
import { nameAnswers } from '../revocation/remembered.ts';
import {
  type AlgorithmRule,
  type AlgorithmVerdict,
  judgeAlgorithm,
  policyAlgorithm,
} from '../x509/algorithm-policy.ts';
import { type Certificate, isTrainingCertificate } from '../x509/certificate.ts';
import { distinct, isAmong } from '../x509/distinct.ts';
import type { PathCode } from '../x509/path.ts';
import { type ValidSignature, verifySignature } from '../xmldsig/verify.ts';
import { carriedEvidence, hasSpares, joinMaterial } from './evidence.ts';
import { type Evidence, judgePath, type PathJudgement } from './judge-path.ts';
import type {
  Level,
  LevelCode,
  LevelFinding,
  LevelSubject,
  LevelTrust,
  ProvenTime,
  SignerFinding,
} from './level.ts';
import { proveTimes, type TimeProof } from './prove-times.ts';
import { qualifyingOf } from './timestamped.ts';

/**
 * Verifies a signature at the level it has (ETSI EN 319 132-1 §6, EN 319 102-1 §5.5–5.6): its timestamps from the
 * outermost to the first, each as of the time that the next one proves; then the signer's certificate and its
 * revocation as of the first; and that nothing is carried which was not used. A revocation after the proven time
 * changes nothing; without a proven time everything is judged as of now.
 */
export async function verifyLevel(
  crypto: CryptoPort,
  doc: XmlDocument,
  signatureElement: XmlElement,
  trust: LevelTrust,
): Promise<LevelFinding> {
  const signature = await verifySignature(crypto, doc, signatureElement);
  const none: LevelFinding = {
    state: 'invalid',
    code: 'signature-invalid',
    detail: signature.code,
    level: 'B',
    signature,
    provenAt: null,
    times: [],
    certificates: [],
    revocation: [],
    renewBefore: null,
    carried: [],
    noted: [],
    training: false,
  };
  if (!signature.valid) return none;
  try {
    const unsigned = readUnsignedProperties(doc, qualifyingOf(signatureElement), idsOf(signature.slotId));
    return await judge(crypto, { doc, element: signatureElement, signature, unsigned }, trust, none);
  } catch (error) {
    if (error instanceof Refused)
      return { ...none, code: 'unsigned-properties-malformed', detail: error.code };
    throw error;
  }
}

async function judge(
  crypto: CryptoPort,
  subject: LevelSubject,
  trust: LevelTrust,
  none: LevelFinding,
): Promise<LevelFinding> {
  const { signature, unsigned } = subject;
  const carried = carriedEvidence(unsigned);
  const base = {
    between: signature.chain.concat(carried.certificates),
    answers: nameAnswers(
      crypto,
      trust.answers === undefined ? carried.material : joinMaterial(carried.material, trust.answers),
    ),
  };
  const proof = await proveTimes(crypto, subject, trust, base, carried.layerOf);
  const { times, provenAt, renewBefore } = proof;
  const found = {
    ...none,
    times,
    provenAt,
    renewBefore,
    certificates: proof.certificates,
    revocation: proof.answers,
    training: proof.certificates.some(isTrainingCertificate) || signature.chain.some(isTrainingCertificate),
  };
  if (proof.refused !== null) return { ...found, ...proof.refused };

  const evidence: Evidence = { ...base, roots: trust.roots, existed: proof.existed, told: new Map() };
  const at = provenAt ?? trust.now;
  const judged = [await judgeSigner(crypto, signature, at, provenAt !== null, evidence)];
  for (const other of trust.carries ?? []) {
    if (!hasSigned(signature, other)) continue;
    const own = { ...evidence, between: other.chain.concat(base.between) };
    judged.push(await judgeSigner(crypto, other, at, provenAt !== null, own));
  }
  const used = usedBy(proof, judged);
  const [own, ...others] = judged.map(({ finding }) => finding);
  const algorithms = judgeKeys(used.certificates, at, trust.policy);
  const whole = {
    ...found,
    noted: algorithms.noted,
    certificates: used.certificates,
    revocation: used.answers,
    carried: others,
  };
  if (own === undefined) return whole;
  const { state, code } = own;
  if (state !== 'valid')
    return {
      ...whole,
      state,
      code,
      detail: detailOf(judged[0]?.judgement),
      level: provenAt === null ? 'B' : 'T',
    };
  if (algorithms.refused)
    return { ...whole, state: 'indeterminate', code: 'algorithm-refused', detail: undefined };
  // Of timestamps that were not relied on nothing is used, and nothing is told.
  if (!proof.fromOutside && hasSpares(carried, used))
    return { ...whole, state: 'invalid', code: 'spare-validation-data', detail: undefined };
  return {
    ...whole,
    state: 'valid',
    code: 'valid',
    detail: undefined,
    level: proof.fromOutside ? 'B' : levelOf(unsigned, times),
  };
}

/** True if the other signature's value is among what this one signed: then it existed when this one did. */
export const hasSigned = ({ references }: ValidSignature, { slotId }: ValidSignature): boolean =>
  references.some(({ id }) => id === idsOf(slotId).value);

/** The keys that were relied on, by the policy as of the time for which they were. */
function judgeKeys(certificates: readonly Certificate[], at: Date, policy?: readonly AlgorithmRule[]) {
  const names = [...new Set(certificates.map(({ publicKey }) => policyAlgorithm(publicKey)))];
  const said = (verdict: AlgorithmVerdict) =>
    names.filter((name) => judgeAlgorithm(name, at, policy) === verdict);
  return { noted: said('noted'), refused: said('refused').length > 0 };
}

function levelOf({ values }: UnsignedProperties, times: readonly ProvenTime[]): Level {
  if (times.some(({ kind }) => kind === 'archive')) return 'LTA';
  if (values !== null) return 'LT';
  return times.length > 0 ? 'T' : 'B';
}

async function judgeSigner(
  crypto: CryptoPort,
  { certificate, slotId }: ValidSignature,
  at: Date,
  proven: boolean,
  evidence: Evidence,
): Promise<{ finding: SignerFinding; judgement: PathJudgement }> {
  const judgement = await judgePath(crypto, 'document', certificate, at, evidence);
  const say = (state: SignerFinding['state'], code: LevelCode) => ({
    finding: { slotId, state, code, at, path: judgement.path },
    judgement,
  });
  switch (judgement.state) {
    case 'good':
      return say('valid', 'valid');
    case 'no-path':
      return say(MAY_CHANGE.has(judgement.code) ? 'indeterminate' : 'invalid', 'signer-not-trusted');
    case 'revoked':
      // Without a proven time it may have been signed before.
      return proven ? say('invalid', 'signer-revoked') : say('indeterminate', 'signer-revoked-no-proof');
    case 'unknown':
      return say('indeterminate', 'signer-status-unknown');
  }
}

/** What another root, another time or a certificate that is missing here could make good. */
export const MAY_CHANGE: ReadonlySet<PathCode> = new Set<PathCode>([
  'no-path-to-root',
  'expired',
  'not-yet-valid',
]);

/** Certificates and answers that were relied on, each once: one often serves several judgements. */
function usedBy(
  proof: TimeProof,
  judged: readonly { readonly judgement: PathJudgement }[],
): { certificates: Certificate[]; answers: RevocationAnswer[] } {
  const certificates = distinct(proof.certificates);
  const answers: RevocationAnswer[] = [];
  const add = (one: RevocationAnswer): void => {
    for (const { der } of answers) if (der === one.der) return;
    answers.push(one);
  };
  for (const answer of proof.answers) add(answer);
  for (const { judgement } of judged) {
    for (const one of judgement.path) if (!isAmong(certificates, one)) certificates.push(one);
    if ('answers' in judgement) for (const answer of judgement.answers) add(answer);
  }
  return { certificates, answers };
}

const detailOf = (judgement: PathJudgement | undefined): PathCode | RevocationCode | undefined =>
  judgement !== undefined && 'code' in judgement ? judgement.code : undefined;
