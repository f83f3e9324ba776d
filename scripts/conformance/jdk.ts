import { join } from 'node:path';
import { type Outcome, run } from './tools.ts';

const SOURCE = join(import.meta.dirname, '../../packages/signature/conformance/XmlVerify.java');

/** The JDK's own XMLDSig and PKIX, secure validation on; see the program. */
export interface Jdk {
  verify(rootsFile: string, file: string): Promise<Outcome>;
}

/** @param folder for the compiled program. @throws Error when it does not compile */
export async function compileJdk(folder: string): Promise<Jdk> {
  const compiled = await run('javac', ['-d', folder, SOURCE]);
  if (compiled.code !== 0) throw new Error(`javac: ${compiled.err}`);
  return {
    verify: (rootsFile, file) =>
      run('java', [
        '-XX:TieredStopAtLevel=1',
        '-XX:+UseSerialGC',
        '-cp',
        folder,
        'XmlVerify',
        rootsFile,
        file,
      ]),
  };
}

/** Slots that it called VALID, and all that it saw. A document that it cannot parse has none. */
export function jdkFindings({ out }: Outcome): { readonly seen: string[]; readonly valid: string[] } {
  const lines = [...out.matchAll(/^sig-(\S+) (VALID|INVALID)/gm)];
  return {
    seen: lines.map((line) => line[1] ?? ''),
    valid: lines.filter((line) => line[2] === 'VALID').map((line) => line[1] ?? ''),
  };
}
