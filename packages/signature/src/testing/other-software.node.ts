import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { joinBytes } from '../bytes.ts';
import { octets } from '../pades/octets.ts';
import { encodePem } from '../pem.ts';

/** Who signs as other software does: by OpenSSL's CMS, in a PDF laid out by nobody of ours. */
export interface OtherSigner {
  readonly chain: readonly Uint8Array[];
  readonly privateKeyPem: string;
}
export interface OtherOptions {
  readonly subFilter?: string;
  /** As OpenSSL names it. */
  readonly digest?: 'sha256' | 'sha512' | 'sha1';
  /** Writes four other numbers than those of what is signed. */
  readonly range?: (numbers: readonly number[]) => readonly number[];
  /** More behind the DER, in hexadecimal digits. */
  readonly behind?: string;
  readonly cades?: boolean;
  /** Names the signer by the identifier of the key, which another certificate may have too. */
  readonly keyId?: boolean;
  /** BER of indefinite length, as software writes it that does not know the length beforehand. */
  readonly ber?: boolean;
}

const ROOM = 12_000;

/** A page, uncompressed, with free spelling: one line an object, spaces where ours have line ends. */
export function otherPdf(words: string): Uint8Array {
  const content = `BT /F1 12 Tf 72 720 Td (${words}) Tj ET`;
  const bodies = [
    '<</Type/Catalog/Pages 2 0 R>>',
    '<</Type/Pages/Kids[3 0 R]/Count 1>>',
    '<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R>>',
    `<</Length ${content.length}>>stream\n${content}\nendstream`,
  ];
  let text = '%PDF-1.6\n';
  const offsets = bodies.map((body, n) => {
    const at = text.length;
    text += `${n + 1} 0 obj ${body} endobj\n`;
    return at;
  });
  const table = text.length;
  const entries = offsets.map((at) => `${String(at).padStart(10, '0')} 00000 n \n`).join('');
  text += `xref\n0 5\n0000000000 65535 f \n${entries}trailer <</Size 5/Root 1 0 R>>\nstartxref\n${table}\n%%EOF\n`;
  return octets(text);
}

/** Adds a signature over all that is there, as an update of its own. */
export function signedByOther(pdf: Uint8Array, by: OtherSigner, options: OtherOptions = {}): Uint8Array {
  const { subFilter = 'adbe.pkcs7.detached', digest = 'sha256', range, behind = '' } = options;
  const { covered, fill } = fieldFor(pdf, `/Type/Sig/Filter/Adobe.PPKLite/SubFilter/${subFilter}`, range);
  return fill(Buffer.from(cmsOver(covered, by, { ...options, digest })).toString('hex') + behind);
}

/** A field in an update of its own: what its value must cover, and the file once the value's digits are there. */
export function fieldFor(
  pdf: Uint8Array,
  kind: string,
  range?: OtherOptions['range'],
): { readonly covered: Uint8Array; fill(hex: string): Uint8Array } {
  const number = 100 + pdf.length;
  const head = `${number} 0 obj <<${kind}/M(D:20260528090000+07'00')/ByteRange [`;
  const room = '<'.padEnd(ROOM + 1, '0');
  const after = `> >> endobj\nxref\n0 0\ntrailer <</Size ${number + 1}/Root 1 0 R/Prev 0>>\nstartxref\n${pdf.length}\n%%EOF\n`;
  const numbersRoom = 44;
  const first = pdf.length + head.length + numbersRoom + ']/Contents '.length;
  const second = first + ROOM + 2;
  const right = [0, first, second, after.length - 1];
  const said = (range?.(right) ?? right).join(' ').padEnd(numbersRoom);
  const whole = joinBytes(pdf, octets(`${head}${said}]/Contents ${room}${after}`));
  return {
    covered: joinBytes(whole.subarray(0, first), whole.subarray(second)),
    fill: (hex) => {
      if (hex.length > ROOM) throw new Error('no room');
      whole.set(octets(hex), first + 1);
      return whole;
    },
  };
}

function cmsOver(
  content: Uint8Array,
  by: OtherSigner,
  { digest, cades, ber, keyId }: OtherOptions & { digest: string },
): Uint8Array {
  const folder = mkdtempSync(join(tmpdir(), 'hocba-other-'));
  try {
    const place = (name: string, data: string | Uint8Array): string => {
      writeFileSync(join(folder, name), data);
      return join(folder, name);
    };
    const [leaf = new Uint8Array(), ...above] = by.chain;
    const ways = [...(cades ? ['-cades'] : []), ...(ber ? ['-stream'] : []), ...(keyId ? ['-keyid'] : [])];
    const args = ['cms', '-sign', '-binary', '-outform', 'DER', '-md', digest, ...ways];
    const files = [
      ['-in', place('content', content)],
      ['-signer', place('leaf.pem', encodePem('CERTIFICATE', leaf))],
      ['-inkey', place('key.pem', by.privateKeyPem)],
      ['-certfile', place('above.pem', above.map((der) => encodePem('CERTIFICATE', der)).join(''))],
      ['-out', join(folder, 'out.der')],
    ].flat();
    execFileSync('openssl', [...args, ...files], { stdio: 'pipe' });
    return new Uint8Array(readFileSync(join(folder, 'out.der')));
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
