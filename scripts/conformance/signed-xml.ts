/**
 * What stands where in a signed record, read by nothing of the project: tags are matched as text, since a record
 * has neither comments nor CDATA. Text is Latin-1, one character a byte, so that offsets are byte offsets.
 */
export interface Part {
  readonly id: string | null;
  readonly name: string;
  readonly namespace: string;
  readonly start: number;
  /** Behind the start tag. */
  readonly contentStart: number;
  /** Before the end tag. */
  readonly contentEnd: number;
  readonly end: number;
  readonly parent: Part | null;
}

export interface SignedSlot {
  readonly slot: string;
  readonly signature: Part;
  /** Ids that its SignedInfo refers to. */
  readonly references: readonly string[];
  /** DER, leaf first. */
  readonly certificates: readonly Buffer[];
}

export interface SignedXml {
  readonly bytes: Buffer;
  readonly text: string;
  readonly parts: readonly Part[];
  readonly byId: ReadonlyMap<string, Part>;
  readonly slots: readonly SignedSlot[];
}

export function readSignedXml(bytes: Buffer): SignedXml {
  const text = bytes.toString('latin1');
  const parts: Part[] = [];
  const open: { -readonly [K in keyof Part]: Part[K] }[] = [];
  for (const tag of text.matchAll(/<(\/?)([A-Za-z_][A-Za-z0-9_]*)([^>]*)>/g)) {
    const at = tag.index;
    const behind = at + tag[0].length;
    if (tag[1] === '/') {
      const closed = open.pop();
      if (closed === undefined || closed.name !== tag[2]) throw new Error('XML không cân đối');
      closed.contentEnd = at;
      closed.end = behind;
      continue;
    }
    const parent = open.at(-1) ?? null;
    const part = {
      id: / Id="([^"]*)"/.exec(tag[3] ?? '')?.[1] ?? null,
      name: tag[2] ?? '',
      namespace: / xmlns="([^"]*)"/.exec(tag[3] ?? '')?.[1] ?? parent?.namespace ?? '',
      start: at,
      contentStart: behind,
      contentEnd: behind,
      end: behind,
      parent,
    };
    parts.push(part);
    open.push(part);
  }
  const byId = new Map(parts.filter((part) => part.id !== null).map((part) => [part.id as string, part]));
  const slots = parts
    .filter((part) => part.name === 'Signature')
    .map((signature) => {
      const inside = partsIn(parts, signature);
      const references = inside
        .filter((part) => part.name === 'Reference')
        .map((part) => / URI="#([^"]*)"/.exec(text.slice(part.start, part.contentStart))?.[1] ?? '');
      const certificates = inside
        .filter((part) => part.name === 'X509Certificate')
        .map((part) => Buffer.from(contentOf(text, part), 'base64'));
      return { slot: (signature.id ?? '').replace(/^sig-/, ''), signature, references, certificates };
    });
  return { bytes, text, parts, byId, slots };
}

export function partsIn(parts: readonly Part[], outer: Part): Part[] {
  return parts.filter((part) => part.start > outer.start && part.end < outer.end);
}

/** The bytes between the tags, as Latin-1. */
export function contentOf(text: string, part: Part): string {
  return text.slice(part.contentStart, part.contentEnd);
}

/** The first part of a name inside another. @throws Error when there is none */
export function firstIn(xml: SignedXml, outer: Part, name: string): Part {
  const found = partsIn(xml.parts, outer).find((part) => part.name === name);
  if (found === undefined) throw new Error(`không có ${name}`);
  return found;
}

/**
 * The slots that cannot hold any more when the byte at `offset` is another: their references cover it, or it
 * stands in their own SignedInfo, value or certificates.
 */
export function slotsOver(xml: SignedXml, offset: number): string[] {
  const covers = (part: Part | undefined): boolean =>
    part !== undefined && part.start <= offset && offset < part.end;
  return xml.slots
    .filter(
      ({ signature, references }) =>
        references.some((id) => covers(xml.byId.get(id))) ||
        partsIn(xml.parts, signature).some(
          (part) => ['SignedInfo', 'SignatureValue', 'X509Certificate'].includes(part.name) && covers(part),
        ),
    )
    .map(({ slot }) => slot);
}
