import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Certificate,
  certificatesFromPem,
  isTrainingCertificate,
  parseCertificate,
} from '@hocba/signature';
import type { LaidBundle } from '../../store/laid-bundle.ts';

/**
 * Roots of real authorities that this installation believes: `trust/*.pem` in the data folder, and those of the bundle of
 * the level above, under which other servers' signers stand too.
 */
export function believedRoots(dataDir: string, { accepted }: LaidBundle): readonly Certificate[] {
  // Whom the level above trusts; a training root in its list is none in earnest, and stays out.
  const above = (accepted?.bundle.roots ?? []).map(parseCertificate);
  return [...laidRoots(join(dataDir, 'trust')), ...above.filter((root) => !isTrainingCertificate(root))];
}

function laidRoots(folder: string): readonly Certificate[] {
  try {
    return readdirSync(folder)
      .filter((name) => name.endsWith('.pem'))
      .sort()
      .flatMap((name) => certificatesFromPem(readFileSync(join(folder, name), 'utf8')));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}
