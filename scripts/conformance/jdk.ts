import { spawn } from 'node:child_process';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { run } from './tools.ts';

const SOURCE = join(import.meta.dirname, '../../packages/signature/conformance/XmlVerify.java');

export interface JdkAnswer {
  /** 0 where there is a signature and all are valid, else 1. */
  readonly code: number;
  readonly out: string;
}

/** The JDK's own XMLDSig and PKIX, secure validation on; see the program. */
export interface Jdk {
  verify(rootsFile: string, file: string): Promise<JdkAnswer>;
  close(): Promise<void>;
}

/**
 * One machine for all files: to start it takes a hundred times as long as to verify one.
 *
 * @param folder for the compiled program. @throws Error when it does not compile
 */
export async function startJdk(folder: string): Promise<Jdk> {
  const compiled = await run('javac', ['-d', folder, SOURCE]);
  if (compiled.code !== 0) throw new Error(`javac: ${compiled.err}`);
  const java = spawn(
    'java',
    ['-XX:TieredStopAtLevel=1', '-XX:+UseSerialGC', '-cp', folder, 'XmlVerify', '-'],
    {
      stdio: ['pipe', 'pipe', 'ignore'],
    },
  );
  const waiting: { answer(of: JdkAnswer): void; fail(why: Error): void }[] = [];
  const ended = new Promise<void>((resolve) => {
    const end = (why: string): void => {
      for (const { fail } of waiting.splice(0)) fail(new Error(`java: ${why}`));
      resolve();
    };
    java.once('error', (error) => end(error.message));
    java.once('close', (code) => end(`dừng (mã ${code})`));
  });
  java.stdin.on('error', () => {});
  let said: string[] = [];
  createInterface({ input: java.stdout }).on('line', (line) => {
    const code = /^exit ([01])$/.exec(line)?.[1];
    if (code === undefined) return void said.push(line);
    waiting.shift()?.answer({ code: Number(code), out: said.join('\n') });
    said = [];
  });
  return {
    verify: (rootsFile, file) =>
      new Promise((answer, fail) => {
        if (java.exitCode !== null || java.signalCode !== null) return fail(new Error('java: đã dừng'));
        waiting.push({ answer, fail });
        java.stdin.write(`${rootsFile}\t${file}\n`);
      }),
    async close() {
      java.stdin.end();
      await ended;
    },
  };
}

/** Slots that it called VALID, and all that it saw. A document that it cannot parse has none. */
export function jdkFindings({ out }: JdkAnswer): { readonly seen: string[]; readonly valid: string[] } {
  const lines = [...out.matchAll(/^sig-(\S+) (VALID|INVALID)/gm)];
  return {
    seen: lines.map((line) => line[1] ?? ''),
    valid: lines.filter((line) => line[2] === 'VALID').map((line) => line[1] ?? ''),
  };
}
