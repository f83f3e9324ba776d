import { expect, test } from 'vitest';
import { certificateFromPem, parseCertificate, revocationPlaces } from '../index.ts';
import { issueTrainingPerson, issueTrainingTsa, makeTrainingPki } from '../node.ts';
import { TRAINING_RESPONDER, TRAINING_ROOT_LIST } from '../pki/training-places.node.ts';

test('a certificate names where to ask about it: a responder, a list, or nobody', async () => {
  const now = new Date('2026-05-01T00:00:00Z');
  const pki = await makeTrainingPki({ organisation: 'Trường Mẫu', now });
  const person = await issueTrainingPerson(
    pki,
    { fullName: 'Lê Thị Mẫu', personalId: '079080000001', schoolName: 'Trường Mẫu', key: 'p256' },
    now,
  );
  const tsa = await issueTrainingTsa(pki, { organisation: 'Trường Mẫu', now, days: 10 });
  const leaf = parseCertificate(person.chain[0] ?? new Uint8Array());
  expect(revocationPlaces(leaf)).toEqual({ ocsp: [TRAINING_RESPONDER], crls: [] });
  expect(revocationPlaces(parseCertificate(tsa.chain[0] ?? new Uint8Array())).ocsp).toEqual([
    TRAINING_RESPONDER,
  ]);
  expect(revocationPlaces(certificateFromPem(pki.issuing.certificatePem))).toEqual({
    ocsp: [],
    crls: [TRAINING_ROOT_LIST],
  });
  expect(revocationPlaces(certificateFromPem(pki.root.certificatePem))).toEqual({ ocsp: [], crls: [] });
});
