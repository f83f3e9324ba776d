import { isIPv4, isIPv6 } from 'node:net';
import { context } from '../der/tags.ts';
import * as der from '../der/write.ts';
import { ATTRIBUTE, EXTENSION, PURPOSE } from '../x509/oids.ts';
import { issue, issuerOf, type KeyedCertificate } from './training.node.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** The longest that browsers accept of a server's certificate. */
const SERVER_DAYS = 397;
const CA_DAYS = 3_652;

/** Networks in which a school's own server stands (RFC 1918, 3927, 4193, 4291): address and mask, in octets. */
const LOCAL_NETWORKS: readonly Uint8Array[] = [
  network([10], [255]),
  network([172, 16], [255, 240]),
  network([192, 168], [255, 255]),
  network([127], [255]),
  network([169, 254], [255, 255]),
  network([0xfc], [0xfe], 16),
  network([0xfe, 0x80], [0xff, 0xc0], 16),
  network(new Array<number>(15).fill(0).concat(1), new Array<number>(16).fill(255), 16),
];

function network(address: readonly number[], mask: readonly number[], octets = 4): Uint8Array {
  const bytes = new Uint8Array(2 * octets);
  bytes.set(address);
  bytes.set(mask, octets);
  return bytes;
}

/** True for an IP address that a local CA may certify: private, loopback or link-local. */
export function isLocalAddress(address: string): boolean {
  if (!isIPv4(address) && !isIPv6(address)) return false;
  const octets = addressOctets(address);
  return LOCAL_NETWORKS.some(
    (n) =>
      n.length === 2 * octets.length && octets.every((o, i) => (o & (n[octets.length + i] ?? 0)) === n[i]),
  );
}

/** Top-level names that no public site has, besides the school's own names. */
const PRIVATE_DOMAINS = ['local', 'lan', 'internal', 'test', 'localhost', 'home.arpa'];

export interface LocalCaOptions {
  readonly organisation: string;
  /** Further names it may certify, such as the school's domain or the server's bare name; those below are meant too. */
  readonly domains?: readonly string[];
  readonly now: Date;
}

/**
 * A CA of one installation for https on its LAN (P-256, ten years). Name constraints (RFC 5280 §4.2.1.10) bind
 * it to private names and addresses: who trusts it on a computer must not thereby trust it for the world.
 */
export async function makeLocalCa({
  organisation,
  domains = [],
  now,
}: LocalCaOptions): Promise<KeyedCertificate> {
  const from = now.getTime() - HOUR;
  const permitted = [
    ...[...PRIVATE_DOMAINS, ...domains].map((domain) => dnsName(domain)),
    ...LOCAL_NETWORKS.map((permittedNetwork) => der.encode(context(7, false), permittedNetwork)),
  ];
  const constraints = der.sequence(
    der.encode(context(0, true), ...permitted.map((name) => der.sequence(name))),
  );
  return issue(
    {
      subject: [
        [ATTRIBUTE.country, 'VN'],
        [ATTRIBUTE.organisation, organisation],
        [ATTRIBUTE.commonName, `CA mạng nội bộ – ${organisation}`],
      ],
      notBefore: new Date(from),
      notAfter: new Date(from + CA_DAYS * DAY),
      pathLength: 0,
      keyUsage: ['keyCertSign', 'cRLSign'],
      extendedKeyUsage: [PURPOSE.serverAuth],
      others: [{ oid: EXTENSION.nameConstraints, critical: true, content: constraints }],
    },
    'p256',
    null,
  );
}

export interface TlsServerOptions {
  /** DNS names and IP addresses by which the server is reached. */
  readonly names: readonly string[];
  readonly now: Date;
}

/**
 * A server's certificate from a local CA: P-256, subjectAltName of names and addresses, 397 days. Throws
 * RangeError for an address that `isLocalAddress` denies and for what is no DNS name in lower case.
 */
export async function issueTlsServer(
  ca: KeyedCertificate,
  { names, now }: TlsServerOptions,
): Promise<KeyedCertificate> {
  const [first] = names;
  if (first === undefined) throw new RangeError('a server needs a name or an address');
  const alternatives = names.map((name) => {
    if (!isIPv4(name) && !isIPv6(name)) return dnsName(name);
    // One address outside the CA's bounds would make clients refuse the whole certificate.
    if (!isLocalAddress(name)) throw new RangeError('not an address of a local network');
    return der.encode(context(7, false), addressOctets(name));
  });
  const from = now.getTime() - HOUR;
  return issue(
    {
      // OpenSSL takes a bare address for a host name here, which the CA's bounds then forbid.
      subject: [[ATTRIBUTE.commonName, isIPv4(first) || isIPv6(first) ? `server ${first}` : first]],
      notBefore: new Date(from),
      notAfter: new Date(from + SERVER_DAYS * DAY),
      pathLength: null,
      keyUsage: ['digitalSignature'],
      extendedKeyUsage: [PURPOSE.serverAuth],
      others: [{ oid: EXTENSION.subjectAltName, critical: false, content: der.sequence(...alternatives) }],
    },
    'p256',
    issuerOf(ca),
  );
}

const DNS_NAME =
  /^(?=.{1,253}$)(?:[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?\.)*[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

function dnsName(name: string): Uint8Array {
  if (!DNS_NAME.test(name)) throw new RangeError('not a DNS name in lower case');
  return der.encode(context(2, false), new TextEncoder().encode(name));
}

function addressOctets(address: string): Uint8Array {
  if (isIPv4(address)) return Uint8Array.from(address.split('.'), Number);
  const plain = address.split('%')[0] ?? '';
  // The URL parser writes IPv6 in its one short form, an embedded IPv4 included.
  const [head = '', tail] = new URL(`http://[${plain}]`).hostname.slice(1, -1).split('::');
  const groups = (text: string): number[] =>
    text === '' ? [] : text.split(':').map((g) => Number.parseInt(g, 16));
  const before = groups(head);
  const after = tail === undefined ? [] : groups(tail);
  const all = [...before, ...new Array<number>(8 - before.length - after.length).fill(0), ...after];
  return Uint8Array.from(all.flatMap((group) => [group >> 8, group & 255]));
}
