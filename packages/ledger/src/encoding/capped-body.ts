import { concatBytes } from './bytes.ts';

/**
 * Reads an HTTP answer's body up to a limit. The other side is not trusted: without a limit it could send for ever.
 * @returns null when it is longer than `limit` bytes
 */
export async function readCapped(response: Response, limit: number): Promise<Uint8Array | null> {
  if (response.body === null) return new Uint8Array(0);
  const reader: ReadableStreamDefaultReader<Uint8Array> = response.body.getReader();
  const parts: Uint8Array[] = [];
  let length = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return concatBytes(...parts);
    length += value.length;
    if (length > limit) {
      await reader.cancel();
      return null;
    }
    parts.push(value);
  }
}
