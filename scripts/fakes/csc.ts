/*
 * A remote signing service by CSC API v2.0.0.2, as a process of its own, for training and tests:
 * `node scripts/fakes/csc.ts --pki data/keys/training-pki --people people.json [--latency MS --expires MS --limit N --phone …]`.
 * A SAD signs the hashes that it is bound to, each once, and is extended to further ones up to the number that was
 * authorised (§11.9); `--no-extend` takes that away, `--sad-ms` says how long it lives.
 */
import { createHash } from 'node:crypto';
import { type Behaviour, type Call, Phone, play, type Reply, refused, secret, signHash } from './play.ts';
import type { HeldKey } from './training-keys.ts';

interface Visit {
  readonly query: URLSearchParams;
}
interface Grant {
  readonly user: string;
  readonly scope: string;
  /** The hashes that it is bound to and has not signed yet. */
  readonly hashes: ReadonlySet<string>;
  /** Signatures that it still authorises. */
  readonly left: number;
  readonly challenge: string;
  readonly redirectUri: string;
  readonly clientId: string;
  readonly until: number;
}

const visits = new Map<string, Visit>();
const codes = new Map<string, Grant>();
const access = new Map<string, { user: string; until: number }>();
const refresh = new Map<string, string>();
const sads = new Map<string, Grant>();
let phone: Phone | null = null;
let authorisations = 0;
let extensions = 0;
let signatures = 0;
/** What becomes of the answer to the next refresh token, which is used up all the same. */
let nextRefresh: 'cut' | 'held' | null = null;
let lostRefreshes = 0;

/** Authorised by a PIN and a one-time code that the person types, instead of the page. */
const EXPLICIT = process.argv.includes('--explicit');
const PIN = '246813';
const CODE = '975310';
const ASYNC = process.argv.includes('--asynchronous');
const EXTENDS = !process.argv.includes('--no-extend');

function handle(behaviour: Behaviour, call: Call): Reply {
  phone ??= new Phone(behaviour);
  const { path, body } = call;
  if (path === '/oauth2/authorize') return page(behaviour, call);
  if (path === '/oauth2/decide') return decide(body);
  if (path === '/oauth2/token') return token(behaviour, body);
  if (path === '/played/counts')
    return { status: 200, json: { authorisations, extensions, signatures, lostRefreshes } };
  if (path === '/played/lose-refresh') {
    nextRefresh = body.how === 'held' || body.how === 'cut' ? body.how : null;
    return { status: 200, json: {} };
  }
  if (path === '/played/confirm') {
    phone.confirm();
    return { status: 200, json: {} };
  }
  if (!path.startsWith('/csc/v2/')) return refused(404, 'not_found');
  const method = path.slice('/csc/v2/'.length);
  if (method === 'info') return info();
  const who = call.bearer === null ? undefined : access.get(call.bearer);
  if (who === undefined || who.until < Date.now()) return refused(401, 'invalid_token');
  const key = behaviour.holders.find(({ user }) => user === who.user);
  if (key === undefined) return refused(401, 'invalid_token');
  switch (method) {
    case 'credentials/list':
      return {
        status: 200,
        json: { credentialIDs: [idOf(key)], credentialInfos: [credential(behaviour, key)] },
      };
    case 'credentials/info':
      return body.credentialID === idOf(key)
        ? { status: 200, json: credential(behaviour, key) }
        : refused(400, 'invalid_request');
    case 'credentials/authorize':
      return authorize(behaviour, key, body);
    case 'credentials/extendTransaction':
      return EXTENDS ? extend(behaviour, key, body) : refused(501, 'not_implemented');
    case 'signatures/signHash':
      return sign(behaviour, key, body);
    case 'signatures/signPolling':
      return poll(body);
    default:
      return refused(404, 'not_found');
  }
}

const idOf = (key: HeldKey): string => `cred-${key.user}`;

function info(): Reply {
  return {
    status: 200,
    json: {
      specs: '2.0.0.2',
      name: 'Dịch vụ ký tập huấn',
      logo: '',
      region: 'VN',
      lang: 'vi-VN',
      description: 'TẬP HUẤN – KHÔNG CÓ GIÁ TRỊ PHÁP LÝ',
      authType: ['oauth2code'],
      methods: [
        'credentials/list',
        'credentials/info',
        ...(EXPLICIT ? ['credentials/authorize'] : []),
        ...(EXTENDS ? ['credentials/extendTransaction'] : []),
        'signatures/signHash',
        'signatures/signPolling',
      ],
      ...(ASYNC ? { asynchronousOperationMode: 'P' } : {}),
      signAlgorithms: { algos: ['1.2.840.113549.1.1.11', '1.2.840.10045.4.3.2'] },
    },
  };
}

function credential({ limit }: Behaviour, key: HeldKey) {
  const rsa = key.key === 'rsa-2048';
  return {
    credentialID: idOf(key),
    description: key.name,
    key: {
      status: 'enabled',
      algo: [rsa ? '1.2.840.113549.1.1.11' : '1.2.840.10045.4.3.2'],
      len: rsa ? 2048 : 256,
      ...(rsa ? {} : { curve: '1.2.840.10045.3.1.7' }),
    },
    cert: { status: 'valid', certificates: key.leaf.chain.map((der) => Buffer.from(der).toString('base64')) },
    auth: EXPLICIT
      ? {
          mode: 'explicit',
          expression: 'PIN AND OTP',
          objects: [
            { type: 'Password', id: 'PIN', format: 'N', label: 'Mã PIN' },
            { type: 'Password', id: 'OTP', format: 'N', label: 'Mã dùng một lần' },
          ],
        }
      : { mode: 'oauth2code' },
    SCAL: '2',
    multisign: limit,
  };
}

/** The provider's page: who is there, what is asked, yes or no. */
function page({ holders, limit }: Behaviour, { query }: Call): Reply {
  const hashes = (query.get('hashes') ?? '').split(',').filter(Boolean);
  if (query.get('response_type') !== 'code' || query.get('code_challenge_method') !== 'S256')
    return refused(400, 'invalid_request');
  if (query.get('scope') === 'credential') {
    const wrong = wrongNumber(hashes, Number(query.get('numSignatures')), limit);
    if (wrong !== null) return wrong;
  }
  const visit = secret();
  visits.set(visit, { query });
  const options = holders.map(({ user, name }) => `<option value="${user}">${shown(name)}</option>`).join('');
  const what =
    query.get('scope') === 'credential'
      ? `Ký ${shown(query.get('numSignatures') ?? '')} lần: ${query.get('description') ?? ''}`
      : 'Cho xem chứng thư';
  return {
    status: 200,
    html:
      `<!doctype html><html lang="vi"><meta charset="utf-8"><title>Dịch vụ ký tập huấn</title><h1>Dịch vụ ký tập huấn</h1>` +
      `<p>${shown(what)}</p><form method="post" action="/oauth2/decide"><input type="hidden" name="visit" value="${visit}">` +
      `<p><label>Người ký <select name="user">${options}</select></label></p><button name="decision" value="yes">Đồng ý</button> ` +
      `<button name="decision" value="no">Từ chối</button></form></html>`,
  };
}

function shown(text: string): string {
  return text.replace(/[&<>"]/g, (c) => `&#${c.charCodeAt(0)};`);
}

function decide(body: Call['body']): Reply {
  const visit = visits.get(String(body.visit));
  if (visit === undefined) return refused(400, 'invalid_request');
  visits.delete(String(body.visit));
  const { query } = visit;
  const redirectUri = query.get('redirect_uri') ?? '';
  const back = new URL(redirectUri);
  back.searchParams.set('state', query.get('state') ?? '');
  if (body.decision !== 'yes') {
    back.searchParams.set('error', 'access_denied');
    return { redirect: back.href };
  }
  const code = secret();
  const scope = query.get('scope') ?? '';
  if (scope === 'credential') authorisations++;
  codes.set(code, {
    user: String(body.user),
    scope,
    hashes: new Set((query.get('hashes') ?? '').split(',').filter(Boolean)),
    left: Number(query.get('numSignatures')),
    challenge: query.get('code_challenge') ?? '',
    redirectUri,
    clientId: query.get('client_id') ?? '',
    until: Date.now() + 60_000,
  });
  back.searchParams.set('code', code);
  return { redirect: back.href };
}

function token(behaviour: Behaviour, body: Call['body']): Reply {
  const { sadMs } = behaviour;
  if (body.grant_type === 'refresh_token') {
    const user = refresh.get(String(body.refresh_token));
    refresh.delete(String(body.refresh_token));
    if (user === undefined) return refused(400, 'invalid_grant');
    const json = serviceToken(user, behaviour);
    if (nextRefresh === null) return { status: 200, json };
    const lost = nextRefresh;
    nextRefresh = null;
    lostRefreshes++;
    return { lost };
  }
  const grant = codes.get(String(body.code));
  codes.delete(String(body.code));
  const challenge = createHash('sha256').update(String(body.code_verifier)).digest('base64url');
  if (
    grant === undefined ||
    grant.until < Date.now() ||
    grant.challenge !== challenge ||
    grant.redirectUri !== body.redirect_uri ||
    grant.clientId !== body.client_id
  )
    return refused(400, 'invalid_grant');
  if (grant.scope !== 'credential') return { status: 200, json: serviceToken(grant.user, behaviour) };
  const sad = secret();
  sads.set(sad, { ...grant, until: Date.now() + sadMs });
  return { status: 200, json: { access_token: sad, token_type: 'Bearer', expires_in: sadMs / 1000 } };
}

function serviceToken(user: string, { tokenS, lateMs }: Behaviour) {
  const [token, again] = [secret(), secret()];
  access.set(token, { user, until: Date.now() + tokenS * 1000 + lateMs });
  refresh.set(again, user);
  return { access_token: token, token_type: 'Bearer', expires_in: tokenS, refresh_token: again };
}

function authorize({ limit, sadMs }: Behaviour, key: HeldKey, body: Call['body']): Reply {
  const hashes = Array.isArray(body.hashes) ? body.hashes.map(String) : [];
  if (!EXPLICIT || body.credentialID !== idOf(key)) return refused(400, 'invalid_request');
  const wrong = wrongNumber(hashes, Number(body.numSignatures), limit);
  if (wrong !== null) return wrong;
  const given = Array.isArray(body.authData) ? (body.authData as { id: string; value: string }[]) : [];
  const typed = new Map(given.map(({ id, value }) => [id, value]));
  if (typed.get('PIN') !== PIN) return refused(400, 'invalid_authentication_data');
  if (typed.get('OTP') !== CODE) return refused(400, 'invalid_otp');
  authorisations++;
  const sad = secret();
  sads.set(sad, {
    user: key.user,
    scope: 'credential',
    hashes: new Set(hashes.map(asBound)),
    left: Number(body.numSignatures),
    challenge: '',
    redirectUri: '',
    clientId: '',
    until: Date.now() + sadMs,
  });
  return { status: 200, json: { SAD: sad, expiresIn: sadMs / 1000 } };
}

const asBound = (hash: string): string => Buffer.from(hash, 'base64').toString('base64url');

function wrongNumber(hashes: readonly string[], inAll: number, limit: number): Reply | null {
  if (!Number.isInteger(inAll) || hashes.length === 0 || hashes.length > inAll)
    return refused(400, 'invalid_request', 'Invalid value for parameter numSignatures');
  return inAll > limit ? refused(400, 'invalid_request', 'Numbers of signatures is too high') : null;
}

/** A SAD that its key's owner may use now, or why not (§11.10). */
function liveSad(key: HeldKey, body: Call['body']): Grant | Reply {
  const grant = sads.get(String(body.SAD));
  if (body.credentialID !== idOf(key))
    return refused(400, 'invalid_request', 'Invalid parameter credentialID');
  if (grant === undefined || grant.user !== key.user)
    return refused(400, 'invalid_request', 'Invalid parameter SAD');
  return grant.until < Date.now() ? refused(400, 'invalid_request', 'SAD expired') : grant;
}

/** Further hashes of the same authorisation: the old SAD ends, the new one is bound to these alone. */
function extend({ limit, sadMs }: Behaviour, key: HeldKey, body: Call['body']): Reply {
  const hashes = Array.isArray(body.hashes) ? body.hashes.map(String) : [];
  const grant = liveSad(key, body);
  if (!('left' in grant)) return grant;
  if (body.hashAlgorithmOID !== '2.16.840.1.101.3.4.2.1') return refused(400, 'invalid_request');
  const wrong = wrongNumber(hashes, grant.left, limit);
  if (wrong !== null) return wrong;
  extensions++;
  sads.delete(String(body.SAD));
  const sad = secret();
  sads.set(sad, { ...grant, hashes: new Set(hashes.map(asBound)), until: Date.now() + sadMs });
  return { status: 200, json: { SAD: sad, expiresIn: sadMs / 1000 } };
}

function sign({ limit }: Behaviour, key: HeldKey, body: Call['body']): Reply {
  const hashes = Array.isArray(body.hashes) ? body.hashes.map(String) : [];
  const grant = liveSad(key, body);
  if (!('left' in grant)) return grant;
  if (hashes.length === 0) return refused(400, 'invalid_request', 'Empty hash array');
  const wrong = wrongNumber(hashes, grant.left, limit);
  if (wrong !== null) return wrong;
  const open = new Set(grant.hashes);
  if (hashes.some((hash) => !open.delete(asBound(hash))))
    return refused(400, 'invalid_request', 'Hash is not authorized by the SAD');
  const left = grant.left - hashes.length;
  if (left === 0) sads.delete(String(body.SAD));
  else sads.set(String(body.SAD), { ...grant, hashes: open, left });
  const octets = hashes.map((hash) => Buffer.from(hash, 'base64'));
  if (body.operationMode === 'A') return { status: 200, json: { responseID: phone?.ask(key, octets) } };
  signatures += octets.length;
  return { status: 200, json: { signatures: octets.map((hash) => signHash(key, hash).toString('base64')) } };
}

function poll(body: Call['body']): Reply {
  const answer = phone?.answer(String(body.requestID)) ?? 'unknown';
  if (answer === 'unknown') return refused(400, 'invalid_request');
  if (answer === 'waiting') return { status: 202, json: {} };
  if (answer === 'expired') return refused(400, 'expired_request');
  if (answer === 'refused') return refused(400, 'access_denied');
  signatures += answer.length;
  return { status: 200, json: { signatures: answer.map((value) => value.toString('base64')) } };
}

await play(handle);
