import { createHash } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { run } from './tools.ts';

/** c2sp.org/signed-note, read from its text without any of the project's code; OpenSSL has the word on signatures. */
export interface NoteKey {
  readonly name: string;
  readonly id: string;
  /** Ed25519 public key, SubjectPublicKeyInfo in PEM. */
  readonly pem: string;
}

const ED25519 = Buffer.from('302a300506032b6570032100', 'hex');

/** @param vkey `name+id+base64(01 ‖ key)`. @throws Error when its id is not the one of name and key */
export function readVkey(vkey: string): NoteKey {
  const [, name = '', id = '', material = ''] = /^([^+\s]+)\+([0-9a-f]{8})\+(\S+)$/.exec(vkey.trim()) ?? [];
  const key = Buffer.from(material, 'base64');
  const computed = createHash('sha256').update(`${name}\n`).update(key).digest('hex').slice(0, 8);
  if (key.length !== 33 || key[0] !== 1 || computed !== id) throw new Error('vkey sai');
  const spki = Buffer.concat([ED25519, key.subarray(1)]).toString('base64');
  return { name, id, pem: `-----BEGIN PUBLIC KEY-----\n${spki}\n-----END PUBLIC KEY-----\n` };
}

/** Null when OpenSSL verifies the key's signature under the note, else what is wrong. */
export async function noteProblem(
  note: string,
  key: NoteKey,
  work: string,
  name: string,
): Promise<string | null> {
  const cut = note.lastIndexOf('\n\n') + 1;
  const text = note.slice(0, cut);
  const line = note
    .slice(cut + 1)
    .split('\n')
    .find((one) => one.startsWith(`— ${key.name} `));
  const bytes = Buffer.from(line?.split(' ')[2] ?? '', 'base64');
  if (bytes.subarray(0, 4).toString('hex') !== key.id) return 'không có chữ ký của khoá này';
  const base = join(work, name);
  await writeFile(`${base}.pub.pem`, key.pem);
  await writeFile(`${base}.text`, text);
  await writeFile(`${base}.sig`, bytes.subarray(4));
  const verified = await run('openssl', [
    'pkeyutl',
    '-verify',
    '-pubin',
    '-inkey',
    `${base}.pub.pem`,
    '-rawin',
    '-in',
    `${base}.text`,
    '-sigfile',
    `${base}.sig`,
  ]);
  return verified.code === 0 ? null : `openssl: ${(verified.out + verified.err).trim().split('\n')[0]}`;
}
