import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { SignerRole } from '@hocba/record';
import type { Level } from '@hocba/signature';
import { z } from 'zod';

const LevelName = z.enum(['B', 'T', 'LT', 'LTA']);
const Settings = z.strictObject({
  /** Level of each role's signature. Principal and seal get theirs at the seal, teachers before somebody signs over them. */
  levels: z
    .strictObject({
      subjectTeacher: LevelName,
      homeroomTeacher: LevelName,
      principal: LevelName,
      schoolSeal: LevelName,
    })
    .partial()
    .optional(),
  /** RFC 3161 addresses, the first that answers is taken. For real schools; training has its own. */
  timestampAuthorities: z.array(z.url()).max(4).optional(),
  /** Hosts in private networks that may be asked all the same. */
  privateHosts: z.array(z.string().min(1).max(253)).max(16).optional(),
  /** Whether the seal also signs the print of what is issued, as a file (PAdES); it does unless this says no. */
  signPrints: z.boolean().optional(),
});

export interface LevelSettings {
  readonly levels: Readonly<Record<SignerRole, Level>>;
  readonly timestampAuthorities: readonly string[];
  readonly privateHosts: ReadonlySet<string>;
  readonly signPrints: boolean;
}

/** Timestamps may cost money: teachers stay at B, and the seal keeps their revocation answers. */
const DEFAULT_LEVELS: LevelSettings['levels'] = {
  subjectTeacher: 'B',
  homeroomTeacher: 'B',
  principal: 'LTA',
  schoolSeal: 'LTA',
};

export const DEFAULT_SETTINGS: LevelSettings = {
  levels: DEFAULT_LEVELS,
  timestampAuthorities: [],
  privateHosts: new Set(),
  signPrints: true,
};

/**
 * Levels and authorities of this installation, out of `signing-levels.json` in the data folder.
 *
 * @throws Error, with the place and not the content, for a file that is not right: half a setting signs nothing
 */
export function readLevelSettings(dataDir: string): LevelSettings {
  let text: string;
  try {
    text = readFileSync(join(dataDir, 'signing-levels.json'), 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return DEFAULT_SETTINGS;
    throw error;
  }
  const parsed = Settings.safeParse(JSON.parse(text));
  if (!parsed.success) {
    const where = parsed.error.issues.map((issue) => issue.path.join('.')).join(', ');
    throw new Error(`signing-levels.json không đúng ở: ${where}`);
  }
  const { levels = {}, timestampAuthorities = [], privateHosts = [], signPrints = true } = parsed.data;
  for (const place of timestampAuthorities) {
    if (!/^https?:$/.test(new URL(place).protocol))
      throw new Error('signing-levels.json: địa chỉ dấu thời gian phải là http hoặc https');
  }
  const given = Object.fromEntries(Object.entries(levels).filter(([, level]) => level !== undefined));
  return {
    levels: { ...DEFAULT_LEVELS, ...given },
    timestampAuthorities,
    privateHosts: new Set(privateHosts),
    signPrints,
  };
}
