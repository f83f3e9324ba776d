import { readMinistryYear } from '@hocba/record';
import {
  type CryptoPort,
  isTrainingCertificate,
  personalIdOf,
  taxCodeOf,
  validatePath,
} from '@hocba/signature';
import {
  type ForeignDocumentCode,
  ForeignDocumentError,
  type ForeignElement,
  type ForeignReading,
  type ForeignSigner,
  type IdAttribute,
  judgeForeignSigners,
  readSigned,
  type ValidForeignSignature,
  verifyForeign,
} from '@hocba/signature/foreign';
import type { SignedBy } from '../signatures/check-signatures.ts';
import {
  checkIssuer,
  logsOfSeal,
  mustBeLogged,
  notBefore,
  whileFreshOfOthers,
} from '../signatures/issuer.ts';
import type { Trust } from '../trust/trust.ts';
import type { ForeignFacts } from '../verdict/foreign-facts.ts';
import type { CodeOf, Fragment, FragmentName, FragmentOf, FragmentState } from '../verdict/verdict.ts';
import { visible } from '../words/visible.ts';
import { childOf, DATA, followsScheme, HOMEROOM, PRINCIPAL, placesOf, SEAL } from './scheme.ts';
import { certificatesBy, othersTrust } from './standing.ts';

export interface ForeignJudgement {
  readonly fragments: readonly Fragment[];
  readonly facts?: ForeignFacts;
}

/** How the attribute that References point at is spelt; one spelling for a document (see `verifyForeign`). */
const SPELLINGS: readonly IdAttribute[] = ['Id', 'id', 'ID'];

const say = <N extends FragmentName>(name: N, state: FragmentState, code: CodeOf<N>): FragmentOf<N> => ({
  name,
  state,
  code,
});

/**
 * Judges a record that other software wrote by the ministry's scheme: each signature at the place of its role, over what
 * that role signs, and nowhere another one. The fields are not read by a grammar, and no log of ours knows the record; so this never ends in a green word, and what is false is found all the same.
 *
 * @returns null for a document that is no record by the scheme
 */
export async function judgeForeign(
  crypto: CryptoPort,
  bytes: Uint8Array,
  trust: Trust | null,
  now: Date,
): Promise<ForeignJudgement | null> {
  const { reading, spelling, recognised } = await read(crypto, bytes);
  if (!recognised) return null;
  if (!reading.readable) return { fragments: [refusedAs(reading.code), ...notReached()] };
  const document = foreign(reading.isBare);
  const valid = reading.findings.filter((finding) => finding.valid);
  const wrong = reading.findings.find((finding) => !finding.valid);
  const seal = valid.find(({ slot }) => slot === SEAL);
  const data = seal === undefined ? undefined : await dataOf(seal, spelling);
  if (wrong !== undefined || seal === undefined || data === undefined) {
    const code = wrong?.code === 'absent' ? 'incomplete' : SIGNATURE_CODE[wrong?.code ?? ''];
    return {
      fragments: [document, say('signatures', 'invalid', code ?? 'signature-invalid'), ...notReached()],
    };
  }
  const signatures = checkSigners(valid, data);
  if (signatures.state === 'invalid') return { fragments: [document, signatures, ...notReached()] };
  const inOrder = [...valid.filter((one) => one !== seal), seal];
  const slots = inOrder.map(({ certificate, between, signingTime }): SignedBy => {
    // Where no time was signed, now is the time at which the certificates must be good.
    const at = signingTime ?? now.toISOString();
    return { finding: { certificate, chain: [certificate, ...between], signingTime: at } };
  });
  const judged = await judgeForeignSigners(crypto, inOrder, othersTrust(trust, now));
  const common = commonOf(data);
  const code = textOf(common, 'MA_TRUONG') ?? '';
  const logged = mustBeLogged(logsOfSeal(crypto, code, seal.certificate, trust), sealedAt(seal, now));
  return {
    fragments: [
      document,
      signatures,
      await checkCertificates(crypto, slots, judged, trust),
      judged.every(({ provenAt }) => provenAt !== null)
        ? say('time', 'valid', 'proven')
        : say('time', 'not-checked', 'foreign-times'),
      logged ? say('issuance', 'invalid', 'never-issued') : say('issuance', 'not-checked', 'foreign-no-log'),
      say('witness', 'not-checked', 'not-reached'),
      say('status', 'not-checked', 'foreign-no-status'),
      whileFreshOfOthers(
        checkIssuer(
          crypto,
          { code, training: false },
          slots,
          { time: null, claimed: provenOrClaimed(seal, judged), leaf: null },
          trust,
        ),
        trust,
        now,
      ),
    ],
    facts: factsOf(data, common, inOrder),
  };
}

/** What stands around the root is none of what was signed, and may show something else in a browser. */
const foreign = (isBare: boolean): Fragment =>
  say('document', 'not-checked', isBare ? 'foreign' : 'foreign-dressed');

const SIGNATURE_CODE: Readonly<Record<string, CodeOf<'signatures'>>> = {
  'not-covered': 'wrong-references',
  'reference-misplaced': 'wrong-references',
  'duplicate-reference': 'wrong-references',
  // Nobody has looked whether it fits what it signs.
  'signature-method-refused': 'weak-algorithm',
  'digest-method-refused': 'weak-algorithm',
  'weak-key': 'weak-algorithm',
};

function notReached(): Fragment[] {
  return [
    say('certificates', 'not-checked', 'not-reached'),
    say('time', 'not-checked', 'foreign-times'),
    say('issuance', 'not-checked', 'not-reached'),
    say('issuer', 'not-checked', 'not-reached'),
  ];
}

function refusedAs(code: ForeignDocumentCode): Fragment {
  if (code === 'signature-misplaced') return say('signatures', 'invalid', 'misplaced');
  return say('document', 'invalid', 'not-canonical');
}

async function read(
  crypto: CryptoPort,
  bytes: Uint8Array,
): Promise<{ reading: ForeignReading; spelling: IdAttribute; recognised: boolean }> {
  let recognised = false;
  const places = (root: ForeignElement) => {
    recognised = followsScheme(root);
    return recognised ? placesOf(root) : [];
  };
  let last: { reading: ForeignReading; spelling: IdAttribute } | undefined;
  for (const spelling of SPELLINGS) {
    const reading = await verifyForeign(crypto, bytes, { places, idAttribute: spelling });
    last = { reading, spelling };
    if (reading.readable || reading.code !== 'id-spelling') break;
  }
  return { ...(last as { reading: ForeignReading; spelling: IdAttribute }), recognised };
}

/** The data element, out of the octets that the seal signed and of nothing else. */
async function dataOf(
  seal: ValidForeignSignature,
  spelling: IdAttribute,
): Promise<ForeignElement | undefined> {
  const [whole] = DATA.split('/');
  try {
    const own = seal.signed.get(DATA);
    if (own !== undefined) return await readSigned(own, spelling);
    const all = seal.signed.get(whole ?? '');
    return all === undefined ? undefined : childOf(await readSigned(all, spelling), 'DU_LIEU_HOC_BA');
  } catch (error) {
    if (error instanceof ForeignDocumentError) return undefined;
    throw error;
  }
}

const commonOf = (data: ForeignElement): ForeignElement | undefined =>
  childOf(childOf(data, 'THONG_TIN_HOC_BA') ?? data, 'THONG_TIN_CHUNG');

/** Unix seconds; now for a seal without a time, so that a school that logs has issued nothing by leaving it out. */
function sealedAt({ signingTime, certificate }: ValidForeignSignature, now: Date): number {
  return notBefore(certificate, claimedBy(signingTime) ?? now.getTime() / 1000);
}

function claimedBy(signingTime: string | null): number | null {
  const claimed = Date.parse(signingTime ?? '') / 1000;
  return Number.isNaN(claimed) ? null : claimed;
}

/** An authority's word goes before the seal's own: what existed by then was not sealed later. */
function provenOrClaimed(
  { slot, signingTime }: ValidForeignSignature,
  judged: readonly ForeignSigner[],
): number | null {
  const proven = judged.find((one) => one.slot === slot)?.provenAt ?? null;
  return proven === null ? claimedBy(signingTime) : proven.getTime() / 1000;
}

/** Whose certificates they are: the persons whom the signed data name, and for the seal an organisation. */
function checkSigners(valid: readonly ValidForeignSignature[], data: ForeignElement): Fragment {
  const common = commonOf(data);
  const named: Readonly<Record<string, string | undefined>> = {
    [PRINCIPAL]: textOf(common, 'SO_CCCD_GIAM_HIEU_KY_HOC_BA'),
    [HOMEROOM]: textOf(common, 'SO_CCCD_GIAO_VIEN_CHU_NHIEM'),
  };
  let unnamed = false;
  for (const { slot, certificate } of valid) {
    const person = personalIdOf(certificate);
    if (slot === SEAL) {
      if (person !== undefined || taxCodeOf(certificate) === undefined)
        return say('signatures', 'invalid', 'signer-differs');
      continue;
    }
    const wanted = named[slot];
    if (wanted === undefined || person === undefined) unnamed ||= slot in named;
    else if (wanted !== person) return say('signatures', 'invalid', 'signer-differs');
  }
  return unnamed
    ? say('signatures', 'not-checked', 'signer-unnamed')
    : say('signatures', 'valid', 'each-at-its-place');
}

/**
 * Chains at the signing times, and how each certificate stood when it is proven to have signed; a root that this verifier does
 * not know makes nothing false, and nothing green.
 */
async function checkCertificates(
  crypto: CryptoPort,
  slots: readonly SignedBy[],
  judged: readonly ForeignSigner[],
  trust: Trust | null,
): Promise<Fragment> {
  if (slots.some(({ finding }) => finding.chain.some(isTrainingCertificate)))
    return say('certificates', 'invalid', 'training-certificate');
  const roots = trust?.roots.filter((root) => !isTrainingCertificate(root)) ?? [];
  if (roots.length === 0) return say('certificates', 'not-checked', 'no-roots');
  for (const { finding } of slots) {
    const at = new Date(finding.signingTime);
    const { valid, code } = await validatePath(crypto, finding.certificate, finding.chain, roots, at);
    if (!valid && code !== 'no-path-to-root') return say('certificates', 'invalid', 'untrusted');
  }
  return certificatesBy(judged.map(({ standing }) => standing));
}

function factsOf(
  data: ForeignElement,
  common: ForeignElement | undefined,
  valid: readonly ValidForeignSignature[],
): ForeignFacts {
  const summary = childOf(childOf(data, 'THONG_TIN_HOC_BA') ?? data, 'TONG_KET');
  const shown = (parent: ForeignElement | undefined, name: string): string | undefined => {
    const text = textOf(parent, name);
    return text === undefined ? undefined : visible(text);
  };
  return {
    fullName: shown(common, 'HO_VA_TEN'),
    birthDate: shown(common, 'NGAY_SINH'),
    schoolName: shown(common, 'TEN_TRUONG'),
    schoolYear: shown(common, 'TEN_NAM_HOC'),
    className: shown(common, 'TEN_LOP'),
    result: shown(summary, 'KET_QUA_XEP_LOAI'),
    year: readMinistryYear(data),
    signers: valid.map(({ slot, signingTime }) => ({ slot, time: signingTime })),
  };
}

/** Text of the one child of that name; nothing where it stands twice. */
function textOf(parent: ForeignElement | undefined, name: string): string | undefined {
  const [only, ...others] = parent?.children.filter((child) => child.name === name) ?? [];
  if (only === undefined || others.length > 0 || only.children.length > 0) return undefined;
  const text = only.text.trim();
  return text === '' ? undefined : text;
}
