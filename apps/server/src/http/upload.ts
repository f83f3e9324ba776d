import type { FastifyRequest } from 'fastify';
import type { Upload } from '../access/binding.ts';
import { Refusal } from '../refusal.ts';

/** The caller's name of a file, cut down to what may be shown: no folders, no control characters, at most 120. */
function shownName(name: string): string {
  const last = name.normalize('NFC').split(/[\\/]/).at(-1) ?? '';
  return last.replace(/[\p{Cc}\p{Cf}]/gu, '').slice(-120) || 'tệp không tên';
}

/**
 * Reads the one file of a multipart request, field `file`, into memory.
 * @throws Refusal `file-too-large`, or `invalid-input` for any other part and for a body that is broken or breaks off
 */
export async function readUpload(request: FastifyRequest, maxBytes: number): Promise<Upload> {
  let upload: Upload | null = null;
  try {
    const parts = request.parts({ limits: { fileSize: maxBytes, files: 2, fields: 1, parts: 3 } });
    for await (const part of parts) {
      if (part.type !== 'file' || part.fieldname !== 'file' || upload !== null) {
        if (part.type === 'file') part.file.resume();
        throw new Refusal('invalid-input', ['Hãy gửi đúng một tệp.']);
      }
      // Over the limit this throws FST_REQ_FILE_TOO_LARGE.
      const buffer = await part.toBuffer();
      upload = { fileName: shownName(part.filename), bytes: new Uint8Array(buffer) };
    }
  } catch (error) {
    throw isOurs(error) ? error : new Refusal('invalid-input', ['Tệp gửi lên chưa tới trọn vẹn.']);
  }
  if (upload === null) throw new Refusal('invalid-input', ['Chưa có tệp nào được gửi.']);
  return upload;
}

/** A refusal, or one of the framework's own; anything else is the parser's word about bytes of the caller. */
function isOurs(error: unknown): boolean {
  return error instanceof Refusal || /^FST_/.test(String((error as { code?: unknown }).code));
}
