import { randomUUID } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { type Certificate, certificateFromPem, parseCertificate } from '@hocba/signature';
import { type IssuedLeaf, issueTrainingPerson, issueTrainingSeal, softSigner } from '@hocba/signature/node';
import type { Kysely } from 'kysely';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import type { Database } from '../../store/tables.ts';
import { keepKey, keyFileAt, keyReferenceOf } from './key-files.ts';
import {
  belongsTo,
  type HeldSigner,
  type Holder,
  type HolderFacts,
  holderFacts,
  registerCertificate,
  registeredCertificate,
  requireFitting,
  type SignerSource,
} from './signers.ts';
import { openTrainingPki, trainingRootPem } from './training-pki.ts';

/**
 * Signers of a training school: keys in files of this machine, certificates of the training PKI, both made when
 * somebody signs for the first time. A school that is not training gets nothing from here.
 */
export function trainingSigners(deps: {
  readonly db: Kysely<Database>;
  readonly dataDir: string;
  now(): Date;
}): SignerSource {
  const held = new Map<string, HeldSigner>();
  // One certificate is made after the other, so that algorithms alternate and nobody gets two.
  let making: Promise<unknown> = Promise.resolve();

  async function find(holder: Holder, facts: HolderFacts): Promise<HeldSigner | null> {
    const row = await inSchool(deps.db, holder.schoolId, (trx) =>
      registeredCertificate(trx, holder, deps.now()),
    );
    const [leaf] = row?.chain ?? [];
    if (row === null || leaf === undefined || row.kind !== 'training') return null;
    const certificate = parseCertificate(leaf);
    if (!belongsTo(certificate, facts)) return null;
    requireFitting(certificate, facts.training);
    try {
      const pem = await readFile(keyFileAt(deps.dataDir, 'signers', row.keyReference), 'utf8');
      return {
        certificateId: row.certificateId,
        certificate,
        signer: softSigner(pem, row.chain),
        away: null,
      };
    } catch (error) {
      // The store came back from a backup without its keys: in training a new certificate is made.
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
      throw error;
    }
  }

  async function make(holder: Holder, facts: HolderFacts): Promise<HeldSigner> {
    const pki = await openTrainingPki(deps.dataDir, deps.now());
    const issued = await inSchool(deps.db, holder.schoolId, (trx) =>
      trx
        .selectFrom('signing_certificate')
        .select(({ fn }) => fn.countAll<string>().as('count'))
        .where('school_id', '=', holder.schoolId)
        .where('staff_id', 'is not', null)
        .executeTakeFirstOrThrow(),
    );
    const key = Number(issued.count) % 2 === 0 ? 'p256' : 'rsa-2048';
    const leaf: IssuedLeaf =
      facts.person === null
        ? await issueTrainingSeal(
            pki,
            { organisationName: facts.schoolName, taxCode: facts.taxCode, key: 'p256' },
            deps.now(),
          )
        : await issueTrainingPerson(pki, { ...facts.person, schoolName: facts.schoolName, key }, deps.now());
    const certificateId = randomUUID();
    const keyReference = keyReferenceOf('signers', certificateId);
    const signer = softSigner(leaf.privateKeyPem, leaf.chain);
    const bytes = Buffer.from(leaf.privateKeyPem);
    const registered = await keepKey(deps.dataDir, holder, { folder: 'signers', keyReference, bytes });
    const certificate = await inSchool(deps.db, holder.schoolId, (trx) =>
      registerCertificate(trx, holder, {
        certificateId,
        chain: leaf.chain,
        keyReference,
        kind: 'training',
        algorithm: signer.algorithm,
        now: deps.now(),
      }),
    );
    await registered();
    return { certificateId, certificate, signer, away: null };
  }

  return {
    async signerOf(holder) {
      const facts = await holderFacts(deps.db, holder);
      if (!facts.training) {
        throw new Refusal('certificate-unusable', [
          'Trường này không phải trường tập huấn; hãy dùng chứng thư thật của người ký.',
        ]);
      }
      const key = `${holder.schoolId}/${holder.staffId ?? 'seal'}`;
      const known = held.get(key);
      if (known && known.certificate.notAfter > deps.now() && belongsTo(known.certificate, facts))
        return known;
      const turn = making.then(async () => (await find(holder, facts)) ?? (await make(holder, facts)));
      making = turn.catch(() => {});
      const found = await turn;
      held.set(key, found);
      return found;
    },
    async roots(): Promise<readonly Certificate[]> {
      const pem = await trainingRootPem(deps.dataDir);
      return pem === null ? [] : [certificateFromPem(pem)];
    },
  };
}
