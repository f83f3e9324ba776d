import type { CryptoPort } from '../crypto/crypto-port.ts';
import type { Signer } from '../crypto/signer.ts';
import { dated, type ExtensionServices } from '../xades/extend.ts';
import {
  completePades,
  type PadesRequest,
  type PreparedPades,
  padesTimestampMessage,
  preparePades,
} from './prepare.ts';

/** What is needed of the services to date a signature. */
export type DatingServices = Pick<
  ExtensionServices,
  'timestamp' | 'nonce' | 'now' | 'roots' | 'authorityRoots'
>;

/**
 * One of our PDFs signed in one go by a signer that answers at once: B, or T where a time-stamping authority is given.
 * Throws PadesError, TimestampError; what signer and port throw goes through.
 */
export async function signPades(
  crypto: CryptoPort,
  pdf: Uint8Array,
  signer: Signer,
  request: Omit<PadesRequest, 'chain' | 'algorithm'>,
  dating?: DatingServices,
): Promise<Uint8Array> {
  const { chain, algorithm } = signer;
  const prepared = preparePades(crypto, pdf, { ...request, chain, algorithm });
  const [signature = new Uint8Array(0)] = await signer.sign([prepared.message]);
  if (dating === undefined) return completePades(crypto, prepared, signature);
  const token = await datePades(crypto, prepared, signature, dating);
  return completePades(crypto, prepared, signature, token);
}

/**
 * The authority's token over a signature that has come back, to complete the file with; verified. A value that does not
 * hold is found before anybody is asked to date it. Throws PadesError, TimestampError, ExtensionError `clock-behind`; what the
 * port throws goes through.
 */
export async function datePades(
  crypto: CryptoPort,
  prepared: PreparedPades,
  signature: Uint8Array,
  services: DatingServices,
): Promise<Uint8Array> {
  await completePades(crypto, prepared, signature);
  return dated(crypto, services, padesTimestampMessage(prepared.algorithm, signature), [prepared.time]);
}
