/*
 * Viettel MySign as its messages were observed (unconfirmed), as a process of its own, for training and tests:
 * `node scripts/fakes/mysign.ts --pki … --people … [--phone confirm|refuse|ignore --phone-ms MS --expires MS --limit N]`.
 */
import { type Behaviour, type Call, Phone, play, type Reply, refused, secret } from './play.ts';

let phone: Phone | null = null;
const tokens = new Map<string, string>();

function handle(behaviour: Behaviour, { path, body, bearer }: Call): Reply {
  phone ??= new Phone(behaviour);
  if (path === '/vtss/service/ras/v1/login') {
    const known = behaviour.holders.some(({ number }) => number === body.user_id);
    if (body.client_id !== 'tap-huan' || body.client_secret !== 'tap-huan' || !known)
      return refused(401, 'access_denied');
    const token = secret();
    tokens.set(token, String(body.user_id));
    return { status: 200, json: { access_token: token, token_type: 'Bearer', expires_in: 3600 } };
  }
  const user = tokens.get(bearer ?? '');
  const key = behaviour.holders.find(({ number }) => number === user);
  if (key === undefined) return refused(401, 'invalid_token');
  const credentialId = `vt-${key.number}`;
  if (path === '/vtss/service/certificates/info') {
    const certificates = key.leaf.chain.map((der) => Buffer.from(der).toString('base64'));
    return {
      status: 200,
      json: { credentialInfos: [{ credential_id: credentialId, cert: { certificates } }] },
    };
  }
  if (path === '/vtss/service/signHash') {
    const hashes = ((body.hash ?? []) as string[]).map((hash) => Buffer.from(hash, 'base64'));
    if (hashes.length > behaviour.limit) return refused(400, 'over_limit');
    if (
      body.credentialID !== credentialId ||
      hashes.length !== body.numSignatures ||
      hashes.some((h) => h.length !== 32)
    )
      return refused(400, 'invalid_request');
    return { status: 200, json: { transactionId: phone.ask(key, hashes) } };
  }
  if (path !== '/vtss/service/requests/status') return refused(404, 'not_found');
  const found = phone.answer(String(body.transactionId));
  if (found === 'unknown') return refused(404, 'not_found');
  if (found === 'waiting') return { status: 200, json: { status: 4000 } };
  if (found === 'expired') return { status: 200, json: { status: 4001 } };
  if (found === 'refused') return { status: 200, json: { status: 4002 } };
  return { status: 200, json: { status: 1, signatures: found.map((value) => value.toString('base64')) } };
}

await play(handle);
