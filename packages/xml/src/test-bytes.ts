import { CanonicalXmlError } from './errors.ts';

export const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
export const text = (bytes: Uint8Array): string => new TextDecoder().decode(bytes);

/** The code an act was refused with, undefined if it was not refused. */
export function codeOf(act: () => unknown): string | undefined {
  try {
    act();
    return undefined;
  } catch (error) {
    if (error instanceof CanonicalXmlError) return error.code;
    throw error;
  }
}
