import { readdirSync, readFileSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type Certificate,
  certificatesFromPem,
  isTrainingCertificate,
  parseCertificate,
  validatePath,
} from '@hocba/signature';
import { nodeCrypto, signingAlgorithmOf } from '@hocba/signature/node';
import { Refusal } from '../refusal.ts';
import { inSchool } from '../store/database.ts';
import { laidBundle } from '../store/laid-bundle.ts';
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
      const { accepted } = await laidBundle(deps.dataDir, () => deps.now());
      // Whom the level above trusts; a training root in its list is none in earnest, and stays out.
      const above = (accepted?.bundle.roots ?? []).map(parseCertificate);
      return [
        ...(await training.roots()),
        ...realRoots(deps.dataDir),
        ...above.filter((root) => !isTrainingCertificate(root)),
      ];
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

/** Roots of real authorities that this installation trusts: `trust/*.pem` in the data folder. */
function realRoots(dataDir: string): readonly Certificate[] {
  const folder = join(dataDir, 'trust');
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.pem'))
      .sort()
      .flatMap((name) => certificatesFromPem(readFileSync(join(folder, name), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

/** A key file as its owner gave it, still under its password. */
export function readKeyFile(dataDir: string, keyReference: string): Promise<Buffer> {
  if (!/^pkcs12\/[0-9a-f-]{36}\.p12$/.test(keyReference)) throw new Refusal('certificate-unusable');
  return readFile(join(dataDir, 'keys', ...keyReference.split('/')));
}
