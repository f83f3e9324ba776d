import { hostname, networkInterfaces } from 'node:os';

/** Private networks only: the local CA may certify nothing else, and a school's server stands on one. */
const PRIVATE = /^(?:10\.|192\.168\.|172\.(?:1[6-9]|2\d|3[01])\.|169\.254\.)/;

/**
 * Names and addresses by which this machine is reached on its own network, the likeliest first; loopback last.
 * @param interfaces as `os.networkInterfaces()` gives them
 */
export function lanNames(
  interfaces: ReturnType<typeof networkInterfaces> = networkInterfaces(),
  name: string = hostname(),
): string[] {
  const addresses = Object.values(interfaces)
    .flatMap((list) => list ?? [])
    .filter((a) => a.family === 'IPv4' && !a.internal && PRIVATE.test(a.address))
    .map((a) => a.address)
    // A link-local address changes; it is the last that anybody should note down.
    .sort((a, b) => Number(a.startsWith('169.')) - Number(b.startsWith('169.')));
  const bare = name.toLowerCase().split('.')[0] ?? '';
  const local =
    /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/.test(bare) && bare !== 'localhost' ? [`${bare}.local`] : [];
  return [...new Set([...addresses, ...local, 'localhost', '127.0.0.1'])];
}
