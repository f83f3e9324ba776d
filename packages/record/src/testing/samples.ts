import { readFileSync } from 'node:fs';
import type { RecordDocument } from '../model.ts';

export interface Sample {
  readonly grade: number;
  readonly doc: RecordDocument;
  readonly xml: Uint8Array;
  readonly annex: Uint8Array;
}

function bytesOf(profile: string, name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../samples/${profile}/${name}`, import.meta.url)));
}

function samplesOf(profile: string): Sample[] {
  return [1, 2, 3, 4, 5].map((grade) => ({
    grade,
    doc: JSON.parse(new TextDecoder().decode(bytesOf(profile, `lop${grade}.json`))) as RecordDocument,
    xml: bytesOf(profile, `lop${grade}.xml`),
    annex: bytesOf(profile, `lop${grade}.annex.xml`),
  }));
}

/** The frozen samples: data and bytes as they were on the day the profile was fixed. Nothing here writes them. */
export const SAMPLES: readonly Sample[] = ['moet-2025', 'moet-1.0'].flatMap(samplesOf);

/** The sample of a grade; of grade 4: an elective, seven teachers, the result CHT. */
export function sampleOf(grade: number, profile = 'moet-2025'): Sample {
  const found = SAMPLES.find((s) => s.grade === grade && s.doc.profile === profile);
  if (!found) throw new RangeError('no sample of this grade');
  return found;
}
