import {
  type Certificate,
  type CryptoPort,
  parseCertificate,
  statusAt,
  validatePath,
} from '@hocba/signature';
import { Refusal } from '../../refusal.ts';
import { AuthorityUnavailable } from '../items/unavailable.ts';
import type { SigningLevels } from './raise.ts';

/**
 * What must hold of a signer's certificate right before anything is signed with it: a path to a root, valid now, nothing
 * in it revoked, and this machine's clock within a minute of the authority's. Answers are asked for once and kept.
 *
 * @throws Refusal `certificate-unusable`; AuthorityUnavailable where nobody can tell: then nothing is signed
 */
export async function requireGoodNow(
  deps: { readonly crypto: CryptoPort; readonly levels: SigningLevels; now(): Date },
  training: boolean,
  { certificate, chain }: { readonly certificate: Certificate; readonly chain: readonly Uint8Array[] },
): Promise<void> {
  const authorities = deps.levels.authoritiesOf(training);
  const { roots, revocation } = await authorities.services();
  const at = deps.now();
  const between = chain.slice(1).map(parseCertificate);
  const { valid, code, path } = await validatePath(deps.crypto, certificate, between, roots, at);
  if (!valid)
    throw new Refusal('certificate-unusable', [PATH_TEXT[code] ?? `Chuỗi chứng thư không hợp lệ (${code}).`]);
  for (const [n, subject] of path.entries()) {
    const issuer = path[n + 1];
    if (issuer === undefined) break;
    const ask = n === 0 && !authorities.clockIsKnown() ? authorities.askAnew : revocation;
    const material = await ask(subject, issuer);
    const existed = deps.now();
    const status = await statusAt(deps.crypto, material, {
      certificate: subject,
      issuer,
      at: existed,
      existed,
    });
    if (status.state === 'revoked') throw new Refusal('certificate-unusable', [REVOKED]);
    if (status.state === 'unknown') throw new AuthorityUnavailable('bad-answer');
  }
  // A list that came without a date tells nothing of the time; a certificate with a responder does.
  if (!authorities.clockIsKnown()) throw new AuthorityUnavailable('clock-differs');
}

const REVOKED = 'Chứng thư đã bị thu hồi nên không được dùng để ký; hãy liên hệ nơi cấp chứng thư.';
const PATH_TEXT: Readonly<Record<string, string>> = {
  expired: 'Chứng thư đã hết hạn; hãy gia hạn rồi ký lại.',
  'not-yet-valid': 'Chứng thư chưa đến ngày có hiệu lực.',
  'no-path-to-root': 'Nơi cấp chứng thư không nằm trong danh sách được tin của hệ thống.',
};
