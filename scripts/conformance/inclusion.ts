import { createHash } from 'node:crypto';
import { contentOf, firstIn, partsIn, type SignedXml } from './signed-xml.ts';

/** A second reading of proof file, tree and commitment, from their specifications alone. */
export interface OfflineProof {
  readonly index: number;
  readonly hashes: readonly Buffer[];
  readonly salt: Buffer;
  readonly leaf: Buffer;
  /** The signed note, verbatim. */
  readonly checkpoint: string;
  readonly origin: string;
  readonly size: number;
  readonly root: Buffer;
}

const sha256 = (...parts: readonly Buffer[]): Buffer =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest();

/** c2sp.org/tlog-proof; `extra` is salt and leaf. @throws Error when it is not of that form */
export function readProof(text: string): OfflineProof {
  const cut = text.indexOf('\n\n');
  const [header, extraLine = '', indexLine = '', ...lines] = text.slice(0, cut).split('\n');
  const checkpoint = text.slice(cut + 2);
  const [origin = '', size = '', root = ''] = checkpoint.split('\n');
  if (header !== 'c2sp.org/tlog-proof@v1') throw new Error('không phải tlog-proof');
  const extra = Buffer.from(extraLine.replace(/^extra /, ''), 'base64');
  return {
    index: Number(indexLine.replace(/^index /, '')),
    hashes: lines.map((line) => Buffer.from(line, 'base64')),
    salt: extra.subarray(0, 32),
    leaf: extra.subarray(32),
    checkpoint,
    origin,
    size: Number(size),
    root: Buffer.from(root, 'base64'),
  };
}

/** RFC 9162 §2.1.3.2. */
export function isIncluded({ index, size, hashes, leaf, root }: OfflineProof): boolean {
  if (!(index < size)) return false;
  let fn = BigInt(index);
  let sn = BigInt(size - 1);
  let hash = sha256(Buffer.of(0), leaf);
  for (const sibling of hashes) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      hash = sha256(Buffer.of(1), sibling, hash);
      while ((fn & 1n) === 0n && fn !== 0n) {
        fn >>= 1n;
        sn >>= 1n;
      }
    } else hash = sha256(Buffer.of(1), hash, sibling);
    fn >>= 1n;
    sn >>= 1n;
  }
  return sn === 0n && hash.equals(root);
}

/**
 * Whether the leaf is an issue's and commits to this record. The digest of the data element is taken from the
 * seal's SignedInfo, where xmlsec1 and the JDK have verified it.
 */
export function commitsTo({ salt, leaf }: OfflineProof, profile: string, xml: SignedXml): boolean {
  const seal = xml.slots.at(-1);
  if (seal === undefined) return false;
  const reference = partsIn(xml.parts, seal.signature).find(
    (part) => part.name === 'Reference' && / URI="#data"/.test(xml.text.slice(part.start, part.contentStart)),
  );
  if (reference === undefined) return false;
  const digest = Buffer.from(contentOf(xml.text, firstIn(xml, reference, 'DigestValue')), 'base64');
  const values = xml.slots.map(({ signature }) =>
    Buffer.from(contentOf(xml.text, firstIn(xml, signature, 'SignatureValue')), 'base64'),
  );
  const length = (n: number): Buffer => {
    const out = Buffer.alloc(4);
    out.writeUInt32BE(n);
    return out;
  };
  const fields = [
    Buffer.from('hocba.vn/issued-core/v1'),
    salt,
    Buffer.from(profile),
    digest,
    length(values.length),
    ...values,
  ];
  const core = sha256(...fields.flatMap((field) => [length(field.length), field]));
  return (
    leaf.length === 43 &&
    leaf[0] === 1 &&
    leaf[1] === 1 &&
    leaf.subarray(10, 42).equals(core) &&
    leaf[42] === 0
  );
}
