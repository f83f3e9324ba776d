import type { RevocationMaterial, ValidationCache } from '@hocba/signature';
import type { Kysely } from 'kysely';
import type { Database } from '../../store/tables.ts';

/** Revocation answers in the store, once for each certificate: a class asks for its signers once, and so does the next. */
export function storedAnswers(db: Kysely<Database>, now: () => Date): ValidationCache {
  return {
    async get(certificate) {
      const row = await db
        .selectFrom('validation_answer')
        .select(['ocsp', 'crls'])
        .where('certificate', '=', certificate)
        .executeTakeFirst();
      return row;
    },
    async put(certificate, { ocsp, crls }: RevocationMaterial) {
      const values = { ocsp: ocsp.map(buffer), crls: crls.map(buffer), asked_at: now() };
      await db
        .insertInto('validation_answer')
        .values({ certificate, ...values })
        .onConflict((oc) => oc.column('certificate').doUpdateSet(values))
        .execute();
    },
  };
}

const buffer = (bytes: Uint8Array): Buffer => Buffer.from(bytes);
