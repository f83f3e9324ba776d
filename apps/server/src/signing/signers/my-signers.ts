import { randomUUID } from 'node:crypto';
import {
  type Certificate,
  commonNameOf,
  fromBase64,
  isTrainingCertificate,
  parseCertificate,
} from '@hocba/signature';
import { openPkcs12, Pkcs12Error, signingAlgorithmOf } from '@hocba/signature/node';
import type { Transaction } from 'kysely';
import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import { requireRole } from '../../access/objects.ts';
import type {
  agentRegister as agentRegisterRoute,
  chooseSigner as chooseRoute,
  registerKeyFile as keyFileRoute,
  mySigners as mySignersRoute,
} from '../../http/api/signers.ts';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database, SignerKind } from '../../store/tables.ts';
import { agentOf } from './agents.ts';
import { readKeyFile, requirePath } from './chosen-signers.ts';
import { keepKey, keyReferenceOf } from './key-files.ts';
import { isUnconfirmed, type SigningProvider } from './providers.ts';
import {
  belongsTo,
  type Holder,
  type HolderFacts,
  holderFacts,
  registerCertificate,
  registeredCertificate,
  type SignerSource,
} from './signers.ts';

export interface SignersDeps extends Deps {
  readonly signers: SignerSource;
  readonly providers: readonly SigningProvider[];
}

export const KIND_TEXT: Readonly<Record<SignerKind, string>> = {
  training: 'Khoá tập huấn trên máy chủ',
  pkcs12: 'Tệp khoá (.p12)',
  agent: 'USB token qua máy ký',
  csc: 'Ký từ xa (chuẩn CSC)',
  smartca: 'VNPT SmartCA (chưa được nhà cung cấp xác nhận)',
  mysign: 'Viettel MySign (chưa được nhà cung cấp xác nhận)',
};

type View = NonNullable<z.input<typeof mySignersRoute.response>['holders'][number]['current']>;

function viewOf(certificateId: string, kind: SignerKind, certificate: Certificate): View {
  return {
    certificateId,
    kind,
    kindText: KIND_TEXT[kind],
    subject: commonNameOf(certificate) ?? certificate.subject.text,
    issuer: certificate.issuer.attributes.at(-1)?.value ?? certificate.issuer.text,
    serial: certificate.serial,
    notAfter: certificate.notAfter.toISOString(),
    training: isTrainingCertificate(certificate),
  };
}

/** Registered again it is the same way to sign. */
function keyOf(view: View): string {
  return `${view.kind} ${view.issuer} ${view.serial}`;
}

/** The holder that the actor may act for: oneself; the seal for the clerk. */
export function holderOf(actor: Actor, holder: 'person' | 'seal'): Holder {
  if (holder === 'seal') requireRole(actor, 'clerk');
  return { schoolId: actor.schoolId, staffId: holder === 'seal' ? null : actor.staffId };
}

/** The ways to sign that the actor has, the one in use first. */
export async function mySigners(
  deps: SignersDeps,
  actor: Actor,
): Promise<z.input<typeof mySignersRoute.response>> {
  const kinds = actor.roles.includes('clerk') ? (['person', 'seal'] as const) : (['person'] as const);
  const facts = await holderFacts(deps.db, holderOf(actor, 'person'));
  const holders = [];
  for (const holder of kinds) {
    const of = holderOf(actor, holder);
    const rows = await inSchool(deps.db, actor.schoolId, (trx) =>
      trx
        .selectFrom('signing_certificate')
        .select(['certificate_id', 'chain', 'kind'])
        .where('school_id', '=', of.schoolId)
        .where('staff_id', of.staffId === null ? 'is' : '=', of.staffId)
        .where('not_after', '>', deps.now())
        .orderBy('registered_at', 'desc')
        .execute(),
    );
    const inForce = await inSchool(deps.db, actor.schoolId, (trx) =>
      registeredCertificate(trx, of, deps.now()),
    );
    const viewed = (row: (typeof rows)[number]) =>
      row.chain.slice(0, 1).map((leaf) => viewOf(row.certificate_id, row.kind, parseCertificate(leaf)));
    const seen = new Set<string>();
    const [current = null] = rows
      .filter((row) => row.certificate_id === inForce?.certificateId)
      .flatMap(viewed);
    if (current) seen.add(keyOf(current));
    const earlier = rows.flatMap(viewed).filter((view) => !seen.has(keyOf(view)) && seen.add(keyOf(view)));
    holders.push({
      holder,
      name: holder === 'seal' ? facts.schoolName : (facts.person?.fullName ?? ''),
      current,
      earlier,
    });
  }
  return {
    training: facts.training,
    holders,
    providers: deps.providers
      .filter((provider) => provider.training === facts.training)
      .map((provider) => ({
        id: provider.id,
        name: provider.name,
        kind: provider.kind,
        unconfirmed: isUnconfirmed(provider),
      })),
    agent: await agentOf(deps, actor.accountId),
  };
}

/**
 * Enters a certificate as the holder's way to sign: it names the person (personal id) or the school (tax code), its path
 * leads to a root that is trusted here, it is valid now, and it is of training where the school is and nowhere else.
 *
 * @param also what goes into the same transaction
 * @throws Refusal `certificate-unusable`
 */
export async function register(
  deps: SignersDeps,
  holder: Holder,
  entry: {
    readonly kind: SignerKind;
    readonly chain: readonly Uint8Array[];
    readonly keyReference: string;
    readonly certificateId?: string;
  },
  also: (trx: Transaction<Database>, certificateId: string) => Promise<void> = async () => {},
): Promise<{ certificate: View }> {
  const facts = await holderFacts(deps.db, holder);
  const certificate = readLeaf(entry.chain);
  requireHolder(certificate, facts);
  await requirePath(certificate, entry.chain, await deps.signers.roots(), deps.now());
  const algorithm = signingAlgorithmOf(certificate);
  if (algorithm === null) throw new Refusal('certificate-unusable', ['Loại khoá này chưa dùng được để ký.']);
  const certificateId = entry.certificateId ?? randomUUID();
  await inSchool(deps.db, holder.schoolId, async (trx) => {
    const { kind, chain, keyReference } = entry;
    await registerCertificate(trx, holder, {
      certificateId,
      kind,
      chain,
      keyReference,
      algorithm,
      now: deps.now(),
    });
    await also(trx, certificateId);
  });
  return { certificate: viewOf(certificateId, entry.kind, certificate) };
}

function readLeaf(chain: readonly Uint8Array[]): Certificate {
  try {
    return chain.map(parseCertificate)[0] ?? refuseCertificate();
  } catch (error) {
    if (error instanceof Refusal) throw error;
    return refuseCertificate();
  }
}

function refuseCertificate(): never {
  throw new Refusal('certificate-unusable', ['Không đọc được chứng thư.']);
}

function requireHolder(certificate: Certificate, facts: HolderFacts): void {
  if (belongsTo(certificate, facts)) return;
  throw new Refusal('certificate-unusable', [
    facts.person === null
      ? 'Mã số thuế trong chứng thư không phải của trường.'
      : 'Số định danh trong chứng thư không phải của thầy/cô.',
  ]);
}

/** @throws Refusal `key-file-not-opened` */
async function entriesOf(file: Uint8Array, password: string) {
  try {
    return await openPkcs12(file, password);
  } catch (error) {
    if (error instanceof Pkcs12Error) throw new Refusal('key-file-not-opened');
    throw error;
  }
}

/** A key file of the person or the school: opened once to see that it is theirs, then kept as it is, under its password. */
export async function registerKeyFile(
  deps: SignersDeps,
  actor: Actor,
  input: z.output<typeof keyFileRoute.body>,
): Promise<{ certificate: View }> {
  const holder = holderOf(actor, input.holder);
  const file = fromBase64(input.file);
  if (file === null) throw new Refusal('key-file-not-opened');
  const facts = await holderFacts(deps.db, holder);
  const entries = await entriesOf(file, input.password);
  // A file may hold keys of several people or times: the newest that is the holder's.
  const own = entries
    .filter(({ certificate }) => belongsTo(certificate, facts))
    .sort((a, b) => b.certificate.notAfter.getTime() - a.certificate.notAfter.getTime());
  const [entry = entries[0]] = own;
  if (entry === undefined) throw new Refusal('key-file-not-opened');
  requireHolder(entry.certificate, facts);
  const certificateId = randomUUID();
  const keyReference = keyReferenceOf('pkcs12', certificateId);
  await requirePath(entry.certificate, entry.signer.chain, await deps.signers.roots(), deps.now());
  const registered = await keepKey(deps.dataDir, holder, { folder: 'pkcs12', keyReference, bytes: file });
  const { chain } = entry.signer;
  const answer = await register(deps, holder, { kind: 'pkcs12', chain, keyReference, certificateId });
  await registered();
  return answer;
}

/**
 * Opens the key file of a certificate for one batch. The password goes no further than this.
 * @throws Refusal `key-file-not-opened`
 */
export async function openKeyFile(
  dataDir: string,
  keyReference: string,
  certificate: Certificate,
  password: string,
) {
  const file = await readKeyFile(dataDir, keyReference).catch(() => {
    throw new Refusal('key-file-not-opened', ['Tệp khoá không còn trên máy chủ; hãy đăng ký lại.']);
  });
  const entries = await entriesOf(new Uint8Array(file), password);
  const entry = entries.find((one) => Buffer.from(one.certificate.der).equals(Buffer.from(certificate.der)));
  if (entry === undefined) throw new Refusal('key-file-not-opened');
  return entry.signer;
}

/**
 * Signs with an earlier certificate of the person again.
 * @throws Refusal `not-found`, `certificate-unusable`; `approval-needed` for the seal, which two put in force (`seal-key.ts`)
 */
export async function chooseSigner(
  deps: SignersDeps,
  actor: Actor,
  input: z.output<typeof chooseRoute.body>,
): Promise<{ certificate: View }> {
  const holder = holderOf(actor, input.holder);
  if (input.holder === 'seal') throw new Refusal('approval-needed');
  const found = await inSchool(deps.db, holder.schoolId, async (trx) => {
    const row = await trx
      .selectFrom('signing_certificate')
      .select(['kind', 'chain', 'key_reference'])
      .where('school_id', '=', holder.schoolId)
      .where('certificate_id', '=', input.certificateId)
      .where('staff_id', holder.staffId === null ? 'is' : '=', holder.staffId)
      .executeTakeFirst();
    const account = await trx
      .selectFrom('remote_account')
      .select(['provider', 'account'])
      .where('school_id', '=', holder.schoolId)
      .where('certificate_id', '=', input.certificateId)
      .executeTakeFirst();
    return row && { row, account };
  });
  if (!found) throw new Refusal('not-found');
  // The register is only ever added to: a choice is a newer row of the same certificate. Sealed tokens belong to their
  // row, so a CSC account is linked anew instead.
  if (found.row.kind === 'csc') throw new Refusal('certificate-unusable', ['Hãy kết nối lại dịch vụ ký.']);
  const { kind, chain, key_reference: keyReference } = found.row;
  return register(deps, holder, { kind, chain, keyReference }, async (trx, certificateId) => {
    if (!found.account) return;
    await trx
      .insertInto('remote_account')
      .values({
        school_id: holder.schoolId,
        certificate_id: certificateId,
        provider: found.account.provider,
        account: JSON.stringify(found.account.account),
        sealed: null,
        changed_at: deps.now(),
      })
      .execute();
  });
}

/** A certificate on the person's token, told by the agent. That its key is there shows at the first signature. */
export async function agentRegister(
  deps: SignersDeps,
  actor: Actor,
  input: z.output<typeof agentRegisterRoute.body>,
): Promise<{ certificate: View }> {
  const chain = input.chain.map((one) => fromBase64(one) ?? refuseCertificate());
  return register(deps, holderOf(actor, input.holder), { kind: 'agent', chain, keyReference: 'agent' });
}
