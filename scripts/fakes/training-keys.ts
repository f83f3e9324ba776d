import { createPrivateKey, type KeyObject } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { certificateFromPem, isTrainingCertificate } from '@hocba/signature';
import { type IssuedLeaf, issueTrainingPerson, issueTrainingSeal } from '@hocba/signature/node';

/** Who has a key at a service that is played here. */
export interface Keyholder {
  readonly user: string;
  readonly name: string;
  /** Number of the identity card of a person, or tax code of a school. */
  readonly number: string;
  readonly kind: 'person' | 'seal';
  readonly key: 'p256' | 'rsa-2048';
}

export interface HeldKey extends Keyholder {
  readonly privateKey: KeyObject;
  readonly leaf: IssuedLeaf;
}

/**
 * Keys of a training CA and no others: the services played here cannot hold a real certificate, and a real school
 * takes none of theirs.
 *
 * @param folder of a training PKI (`data/keys/training-pki`)
 * @throws Error if the CA is not for training
 */
export async function issueKeys(folder: string, holders: readonly Keyholder[]): Promise<readonly HeldKey[]> {
  const read = (name: string): string => readFileSync(join(folder, name), 'utf8');
  const pki = {
    root: { certificatePem: read('root.pem'), privateKeyPem: read('root.key') },
    issuing: { certificatePem: read('issuing.pem'), privateKeyPem: read('issuing.key') },
  };
  for (const { certificatePem } of [pki.root, pki.issuing]) {
    if (!isTrainingCertificate(certificateFromPem(certificatePem)))
      throw new Error('chỉ chạy được với CA tập huấn');
  }
  const now = new Date();
  return Promise.all(
    holders.map(async (holder) => {
      const { name, number, key } = holder;
      const leaf =
        holder.kind === 'person'
          ? await issueTrainingPerson(
              pki,
              { fullName: name, personalId: number, schoolName: 'Trường Tiểu học Mẫu', key },
              now,
            )
          : await issueTrainingSeal(pki, { organisationName: name, taxCode: number, key }, now);
      return { ...holder, leaf, privateKey: createPrivateKey(leaf.privateKeyPem) };
    }),
  );
}
