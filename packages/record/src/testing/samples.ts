import { readFileSync } from 'node:fs';
import type { RecordDocument } from '../model.ts';

export interface Sample {
  readonly grade: number;
  readonly doc: RecordDocument;
  readonly xml: Uint8Array;
  readonly annex: Uint8Array;
}

function bytesOf(name: string): Uint8Array {
  return new Uint8Array(readFileSync(new URL(`../../samples/moet-2025/${name}`, import.meta.url)));
}

/** The frozen samples: data and bytes as they were on the day the profile was fixed. Nothing here writes them. */
export const SAMPLES: readonly Sample[] = [1, 2, 3, 4, 5].map((grade) => ({
  grade,
  doc: JSON.parse(new TextDecoder().decode(bytesOf(`lop${grade}.json`))) as RecordDocument,
  xml: bytesOf(`lop${grade}.xml`),
  annex: bytesOf(`lop${grade}.annex.xml`),
}));

/** The sample of grade 4: an elective, seven teachers, the result CHT. */
export function sampleOf(grade: number): Sample {
  const found = SAMPLES.find((s) => s.grade === grade);
  if (!found) throw new RangeError('no sample of this grade');
  return found;
}
