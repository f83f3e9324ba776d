/*
 * VNPT SmartCA as its messages were observed (unconfirmed), as a process of its own, for training and tests:
 * `node scripts/fakes/smartca.ts --pki … --people … [--phone confirm|refuse|ignore --phone-ms MS --expires MS --limit N]`.
 */
import { type Behaviour, type Call, Phone, play, type Reply } from './play.ts';

let phone: Phone | null = null;
/** A transaction is found by the caller's number too. */
const known = new Map<string, string>();
const answer = (status_code: number, data: unknown, message = ''): Reply => ({
  status: 200,
  json: { status_code, message, data },
});

function handle(behaviour: Behaviour, { path, body }: Call): Reply {
  phone ??= new Phone(behaviour);
  const status = /^\/v1\/signatures\/sign\/([\w-]+)\/status$/.exec(path);
  if (status) return statusOf(status[1] ?? '');
  if (body.sp_id !== 'tap-huan' || body.sp_password !== 'tap-huan') return answer(401, null, 'UNAUTHORIZED');
  const key = behaviour.holders.find(({ number }) => number === body.user_id);
  if (key === undefined) return answer(404, null, 'USER_NOT_FOUND');
  const serial = `54${key.number}`;
  if (path === '/v1/credentials/get_certificate') {
    const [leaf, ca] = key.leaf.chain.map((der) => Buffer.from(der).toString('base64'));
    return answer(200, {
      user_certificates: [
        {
          cert_id: serial,
          serial_number: serial,
          cert_subject: key.name,
          cert_data: leaf,
          chain_data: { ca_cert: ca },
        },
      ],
    });
  }
  if (path !== '/v1/signatures/sign') return answer(404, null, 'NOT_FOUND');
  const files = (body.sign_files ?? []) as { data_to_be_signed: string; sign_type: string }[];
  if (files.length > behaviour.limit) return answer(413, null, 'LIMIT_EXCEEDED');
  if (body.serial_number !== serial || files.length === 0) return answer(400, null, 'BAD_REQUEST');
  const hashes = files.map(({ data_to_be_signed }) => Buffer.from(data_to_be_signed, 'hex'));
  if (hashes.some((hash) => hash.length !== 32)) return answer(400, null, 'BAD_REQUEST');
  const id = phone.ask(key, hashes);
  known.set(String(body.transaction_id), id);
  return answer(200, { transaction_id: id, tran_code: body.transaction_id });
}

function statusOf(id: string): Reply {
  const found = phone?.answer(known.get(id) ?? id) ?? 'unknown';
  if (found === 'unknown') return answer(4004, null, 'NOT_FOUND');
  if (found === 'waiting') return answer(4000, null, 'WAITING_FOR_SIGNER');
  if (found === 'expired') return answer(4001, null, 'EXPIRED');
  if (found === 'refused') return answer(4002, null, 'REJECTED_BY_SIGNER');
  const signatures = found.map((value, n) => ({
    doc_id: String(n),
    signature_value: value.toString('base64'),
  }));
  return answer(200, { transaction_id: id, signatures });
}

await play(handle);
