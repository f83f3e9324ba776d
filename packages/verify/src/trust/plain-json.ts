import { BundleError } from './bundle.ts';

/** JSON with one spelling: members in ascending order, no white space, texts in NFC, whole numbers. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`;
  if (typeof value === 'object' && value !== null) {
    const members = Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1));
    return `{${members.map(([name, member]) => `${JSON.stringify(name)}:${canonicalJson(member)}`).join(',')}}`;
  }
  if (typeof value === 'string') return JSON.stringify(value.normalize('NFC'));
  return JSON.stringify(value);
}

/** Reads one member after the other; what is not asked for must not be there. */
export interface Members {
  text(name: string): string;
  textOrNull(name: string): string | null;
  whole(name: string): number;
  list<T>(name: string, read: (value: unknown) => T): T[];
  /** Undefined where the member is not there. */
  optional<T>(name: string, read: (value: unknown) => T): T | undefined;
  end(): void;
}

const MOST_ITEMS = 100_000;

/** @throws BundleError 'malformed' */
export function membersOf(value: unknown): Members {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) malformed('object');
  const left = new Map(Object.entries(value));
  const take = (name: string): unknown => {
    if (!left.has(name)) malformed(`no ${name}`);
    const found = left.get(name);
    left.delete(name);
    return found;
  };
  return {
    text: (name) => text(take(name), name),
    textOrNull(name) {
      const found = take(name);
      return found === null ? null : text(found, name);
    },
    whole(name) {
      const found = take(name);
      if (typeof found !== 'number' || !Number.isSafeInteger(found) || found < 0) malformed(name);
      return found;
    },
    list(name, read) {
      const found = take(name);
      if (!Array.isArray(found) || found.length > MOST_ITEMS) malformed(name);
      return found.map(read);
    },
    optional: (name, read) => (left.has(name) ? read(take(name)) : undefined),
    end() {
      const [unknown] = left.keys();
      if (unknown !== undefined) malformed(`unknown member ${unknown.slice(0, 40)}`);
    },
  };
}

export function text(value: unknown, what: string): string {
  if (typeof value !== 'string' || value.length > 1_000_000 || value !== value.normalize('NFC'))
    malformed(what);
  return value;
}

export function malformed(detail: string): never {
  throw new BundleError('malformed', detail);
}
