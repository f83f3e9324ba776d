import { Refusal } from '../refusal.ts';

const DEPTH = 32;

/**
 * A JSON body with every text in NFC. Refused: what is not JSON, a NUL or half a surrogate pair in any text (no
 * database or XML could carry it), a key that would reach an object's prototype, and nesting deeper than 32.
 */
export function parseJsonBody(text: string): unknown {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    throw new Refusal('invalid-input', ['Nội dung gửi lên không phải JSON đúng.']);
  }
  return clean(value, 0);
}

function clean(value: unknown, depth: number): unknown {
  if (typeof value === 'string') return cleanText(value);
  if (typeof value !== 'object' || value === null) return value;
  if (depth >= DEPTH) throw new Refusal('invalid-input', ['Nội dung gửi lên lồng nhau quá sâu.']);
  if (Array.isArray(value)) return value.map((item) => clean(item, depth + 1));
  const result: Record<string, unknown> = {};
  for (const [key, item] of Object.entries(value)) {
    if (key === '__proto__' || key === 'constructor' || key === 'prototype') {
      throw new Refusal('invalid-input', ['Nội dung gửi lên có tên trường không được nhận.']);
    }
    result[cleanText(key)] = clean(item, depth + 1);
  }
  return result;
}

function cleanText(text: string): string {
  if (text.includes('\u0000') || !text.isWellFormed()) {
    throw new Refusal('invalid-input', ['Nội dung gửi lên có ký tự không hợp lệ.']);
  }
  return text.normalize('NFC');
}
