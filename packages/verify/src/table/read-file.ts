import { isClassTable, readRecord, slotPlansOf } from '@hocba/record';
import type { ReadFile } from './table-reader.ts';

/** Reads class tables, which most visitors of a page never have; null in a browser that has neither the file nor a network. */
export const tableReader = () => import('./table-reader.ts').catch(() => null);

/**
 * Reads either strictly. Null for a table where what reads tables is absent.
 * @throws RecordReadError
 */
export async function readFile(xml: Uint8Array): Promise<ReadFile | null> {
  if (isClassTable(xml)) return (await tableReader())?.readTable(xml) ?? null;
  const read = readRecord(xml);
  return { file: { kind: 'record', format: read.profile.id, read }, plans: slotPlansOf(read) };
}
