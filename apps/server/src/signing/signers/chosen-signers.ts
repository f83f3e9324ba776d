import { readFile } from 'node:fs/promises';
import { type Certificate, parseCertificate, validatePath } from '@hocba/signature';
import { nodeCrypto, signingAlgorithmOf } from '@hocba/signature/node';
import { Refusal } from '../../refusal.ts';
import { inSchool } from '../../store/database.ts';
import { laidBundle } from '../../store/laid-bundle.ts';
import { believedRoots } from './believed-roots.ts';
import { keyFileAt } from './key-files.ts';
import { type RemoteDeps, remoteSignerOf } from './remote-accounts.ts';
import {
  type Away,
  belongsTo,
  type Holder,
  holderFacts,
  registeredCertificate,
  requireFitting,
  type SignerSource,
} from './signers.ts';

/**
 * The signer that a person or a school has chosen: the newest certificate in the register, and the way to its key. In a
 * training school who has chosen none signs with a key of the training PKI; in a real school nobody does.
 *
 * Before every use: the certificate is the person's or the school's, its path leads to a root that this installation
 * trusts, and it is valid now.
 */
export function chosenSigners(
  deps: RemoteDeps & { readonly dataDir: string },
  training: SignerSource,
): SignerSource {
  return {
    async signerOf(holder) {
      const facts = await holderFacts(deps.db, holder);
      const row = await inSchool(deps.db, holder.schoolId, (trx) =>
        registeredCertificate(trx, holder, deps.now()),
      );
      if (row === null || row.kind === 'training') return training.signerOf(holder);
      const [leaf] = row.chain;
      if (leaf === undefined) throw new Refusal('certificate-unusable');
      const certificate = parseCertificate(leaf);
      if (!belongsTo(certificate, facts)) throw new Refusal('certificate-unusable');
      requireFitting(certificate, facts.training);
      await requirePath(certificate, row.chain, await this.roots(), deps.now());
      const algorithm = signingAlgorithmOf(certificate);
      if (algorithm === null) throw new Refusal('certificate-unusable');
      const signer = {
        chain: row.chain,
        algorithm,
        sign: () => Promise.reject(new Error('the key is not in this process')),
      };
      return {
        certificateId: row.certificateId,
        certificate,
        signer,
        away: await wayOf(holder, row, facts.training),
      };
    },
    async roots() {
      const laid = await laidBundle(deps.dataDir, () => deps.now());
      return [...(await training.roots()), ...believedRoots(deps.dataDir, laid)];
    },
  };

  async function wayOf(
    holder: Holder,
    row: { readonly certificateId: string; readonly kind: string; readonly keyReference: string },
    ofTraining: boolean,
  ): Promise<Away> {
    if (row.kind === 'pkcs12') return { kind: 'pkcs12', keyReference: row.keyReference };
    if (row.kind === 'agent') return { kind: 'agent' };
    const remote = await remoteSignerOf(deps, holder.schoolId, row.certificateId, ofTraining);
    if (remote === null) {
      throw new Refusal('certificate-unusable', ['Dịch vụ ký từ xa này chưa được thiết lập trên máy chủ.']);
    }
    return { kind: 'service', remote };
  }
}

/** @throws Refusal `certificate-unusable` with the code of what is wrong with the path */
export async function requirePath(
  certificate: Certificate,
  chain: readonly Uint8Array[],
  roots: readonly Certificate[],
  at: Date,
): Promise<void> {
  const path = await validatePath(nodeCrypto, certificate, chain.slice(1).map(parseCertificate), roots, at);
  if (!path.valid)
    throw new Refusal('certificate-unusable', [`Chuỗi chứng thư không hợp lệ (${path.code}).`]);
}

/** A key file as its owner gave it, still under its password. */
export function readKeyFile(dataDir: string, keyReference: string): Promise<Buffer> {
  return readFile(keyFileAt(dataDir, 'pkcs12', keyReference));
}
