import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { z } from 'zod';

/**
 * Remote signing services that this installation has a contract with, out of `signing-providers.json` in the data
 * folder: secrets stand beside the data and never in the project. A service for training serves training schools only,
 * and a real one real schools only.
 */
const Common = {
  id: z.string().regex(/^[a-z][a-z0-9-]{1,30}$/),
  name: z.string().min(1).max(80),
  training: z.boolean(),
  /** https; plain http only for a service on this machine that is for training. */
  baseUrl: z.url(),
  batchLimit: z.number().int().min(1).max(2000),
};
const Provider = z.discriminatedUnion('kind', [
  z.strictObject({
    ...Common,
    kind: z.literal('csc'),
    clientId: z.string(),
    clientSecret: z.string().optional(),
    oauthUrl: z.url().optional(),
  }),
  z.strictObject({ ...Common, kind: z.literal('smartca'), spId: z.string(), spPassword: z.string() }),
  z.strictObject({
    ...Common,
    kind: z.literal('mysign'),
    clientId: z.string(),
    clientSecret: z.string(),
    profileId: z.string(),
  }),
]);
export type SigningProvider = z.output<typeof Provider>;

/** Written after observed messages, without the provider's word: the pages say so. */
export function isUnconfirmed(provider: SigningProvider): boolean {
  return provider.kind !== 'csc';
}

/** @throws Error, with the place and not the content, for a file that is not right: a half-read list signs nothing */
export function readProviders(dataDir: string): readonly SigningProvider[] {
  const place = join(dataDir, 'signing-providers.json');
  let text: string;
  try {
    text = readFileSync(place, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
  const parsed = z.array(Provider).safeParse(JSON.parse(text));
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`signing-providers.json không đúng ở: ${where}`);
  }
  for (const { id, baseUrl, training } of parsed.data) {
    const { protocol, hostname } = new URL(baseUrl);
    const ownMachine = hostname === '127.0.0.1' || hostname === 'localhost' || hostname === '[::1]';
    if (protocol !== 'https:' && !(training && ownMachine)) {
      throw new Error(`signing-providers.json: ${id} phải có địa chỉ https`);
    }
    // A fake on this machine is nobody's signing service, whatever the file calls it.
    if (!training && ownMachine) throw new Error(`signing-providers.json: ${id} không thể là dịch vụ thật`);
  }
  return parsed.data;
}
