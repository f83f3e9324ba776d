import type { Outcome } from './tools.ts';
import { run } from './tools.ts';

/** Asks Apache's xsec-checksig, which looks at the first signature of a file and at no certificate's path. */
export const xsecVerify = (file: string): Promise<Outcome> => run('xsec-checksig', ['--id', 'Id', file]);

/** It must exit with 0 and say so. */
export const xsecAccepts = ({ code, out, err }: Outcome): boolean =>
  code === 0 && /^Signature verified OK!$/m.test(out + err);
