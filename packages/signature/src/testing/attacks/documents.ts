import { DSIG, EXCLUSIVE_C14N } from '../../markup/vocabulary.ts';
import { type AttackRecord, tagOf } from './record.ts';

/** A changed document. `general` false where only our own form is broken and another vendor might write so. */
export interface DocumentAttack {
  readonly kind: string;
  readonly name: string;
  readonly xml: string;
  readonly general: boolean;
}

const attack = (kind: string, name: string, xml: string, general = true): DocumentAttack => ({
  kind,
  name,
  xml,
  general,
});

/** An edit that must change something, or the vector would be the valid record. */
export function edited(xml: string, from: string | RegExp, to: string | ((found: string) => string)): string {
  const changed = typeof to === 'string' ? xml.replace(from, to) : xml.replace(from, to);
  if (changed === xml) throw new Error(`nothing to replace: ${String(from)}`);
  return changed;
}

const signatureOf = (xml: string, slot: string): string =>
  new RegExp(`<Signature xmlns="[^"]*" Id="sig-${slot}">.*?</Signature>`, 's').exec(xml)?.[0] ?? '';
const part = (text: string, name: string): string =>
  new RegExp(`<${name}[ >].*?</${name}>`, 's').exec(text)?.[0] ?? '';

/** DTD, entities, comments, sections, instructions: in values, in signatures, around the root. */
export function markup({ xml }: AttackRecord): DocumentAttack[] {
  const places: readonly [string, RegExp][] = [
    ['in a mark', /(?<=<DIEM_SO>)/],
    ['after a mark', /(?=<\/DIEM_SO>)/],
    ['in a name', /(?<=<HO_VA_TEN>Nguyễn)/],
    ['in NGAY_KY', /(?<=<NGAY_KY>2026)/],
    ['in SignatureValue', /(?<=<SignatureValue Id="[^"]*">....)/],
    ['in DigestValue', /(?<=<DigestValue>....)/],
    ['in a certificate', /(?<=<X509Certificate>....)/],
    ['in SigningTime', /(?<=<SigningTime>2026)/],
  ];
  const pieces: readonly [string, string][] = [
    ['comment', '<!-- -->'],
    ['empty comment', '<!---->'],
    ['processing instruction', '<?x y?>'],
    ['CDATA', '<![CDATA[]]>'],
    ['CDATA with a digit', '<![CDATA[1]]>'],
    ['entity', '&so;'],
    ['character reference', '&#49;'],
    ['element', '<B></B>'],
  ];
  const declarations: readonly [string, string][] = [
    ['empty DTD', '<!DOCTYPE HOC_BA>'],
    ['DTD with a default attribute', '<!DOCTYPE HOC_BA [<!ATTLIST HOC_BA Id CDATA "data">]>'],
    ['DTD with an ID attribute', '<!DOCTYPE HOC_BA [<!ATTLIST HO_VA_TEN ma ID #IMPLIED>]>'],
    ['DTD with an entity', '<!DOCTYPE HOC_BA [<!ENTITY so "10">]>'],
    ['DTD with an external entity', '<!DOCTYPE HOC_BA [<!ENTITY so SYSTEM "file:///etc/hostname">]>'],
    ['external DTD', '<!DOCTYPE HOC_BA SYSTEM "http://127.0.0.1:9/a.dtd">'],
    [
      'billion laughs',
      `<!DOCTYPE HOC_BA [<!ENTITY a0 "ha">${Array.from({ length: 20 }, (_, n) => `<!ENTITY a${n + 1} "&a${n};&a${n};">`).join('')}]>`,
    ],
    ['comment before the root', '<!-- -->'],
    ['instruction before the root', '<?xml-stylesheet href="a.xsl"?>'],
  ];
  return [
    ...places.flatMap(([where, at]) =>
      pieces.map(([what, piece]) => attack('markup', `${what} ${where}`, edited(xml, at, piece))),
    ),
    ...declarations.map(([what, text]) => attack('markup', what, text + xml)),
    attack('markup', 'entity that a DTD declares', `${declarations[3]?.[1]}${edited(xml, '>9<', '>&so;<')}`),
    attack('markup', 'comment after the root', `${xml}<!-- -->`),
    attack('markup', 'a second root', `${xml}<HOC_BA></HOC_BA>`),
    attack('markup', 'cut off', xml.slice(0, -1)),
    attack('markup', 'zero byte', edited(xml, '>9<', '>9\u0000<')),
  ];
}

/** An Id twice, or spelt so that one tool finds another element than the next. */
export function ids({ xml }: AttackRecord): DocumentAttack[] {
  const list = ['data', 'thongtin', 'sv-gvcn', 'props-cbql', 'xades-ky-phat-hanh', 'sig-cbql'];
  const spellings = ['Id', 'ID', 'id', 'iD', 'xml:id'];
  return list.flatMap((id) =>
    spellings.flatMap((spelling) => [
      attack(
        'ids',
        `${spelling}="${id}" in an early element`,
        edited(xml, '<HO_VA_TEN>', `<HO_VA_TEN ${spelling}="${id}">`),
      ),
      attack(
        'ids',
        `${spelling}="${id}" after the root's last`,
        edited(xml, '</PHAT_HANH_HOC_BA>', `<A ${spelling}="${id}"></A></PHAT_HANH_HOC_BA>`),
      ),
    ]),
  );
}

/**
 * Signature wrapping, XSW 1 to 8 as they are known from SAML, and the original moved elsewhere: what was signed stands
 * somewhere, and a forged copy at the place from which the record is read.
 */
export function wrapping({ xml }: AttackRecord): DocumentAttack[] {
  const found: DocumentAttack[] = [];
  for (const tag of ['DU_LIEU_HOC_BA', 'THONG_TIN_HOC_BA'] as const) {
    const original = part(xml, tag);
    const signed = tag === 'DU_LIEU_HOC_BA' ? 'cbql' : 'gvcn';
    const signature = signatureOf(xml, signed);
    const forged = edited(original, '>9<', '>10<');
    const copies: readonly [string, string][] = [
      ['without Ids', forged.replace(/ Id="[^"]*"/g, '')],
      ['with the same Id', forged],
      ['with another Id', forged.replace(/ Id="([^"]*)"/g, ' Id="x-$1"')],
      ['with ID', forged.replace(/ Id="/g, ' ID="')],
    ];
    const inObject = `<Object>${original}</Object>`;
    for (const [how, copy] of copies) {
      const say = (n: string, text: string) =>
        found.push(attack('wrapping', `${n} of ${tag}, copy ${how}`, text));
      const inside = (content: string) => copy.replace(/>/, () => `>${content}`);
      say(
        'XSW1',
        edited(xml, original, () => copy).replace(signature, () =>
          edited(signature, /<\/Signature>$/, `${inObject}</Signature>`),
        ),
      );
      say(
        'XSW2',
        edited(xml, original, () => `${original}${copy}`),
      );
      say(
        'XSW3',
        edited(xml, original, () => `${copy}${original}`),
      );
      say(
        'XSW4',
        edited(xml, original, () => inside(original)),
      );
      say(
        'XSW5',
        edited(xml, original, () => copy).replace('</HOC_BA>', () => `${original}</HOC_BA>`),
      );
      say(
        'XSW6',
        edited(xml, original, () => copy).replace(signature, () =>
          edited(signature, '<KeyInfo>', () => `${original}<KeyInfo>`),
        ),
      );
      say(
        'XSW7',
        edited(xml, original, () => `<MO_RONG>${original}</MO_RONG>${copy}`),
      );
      say(
        'XSW8',
        edited(xml, original, () => copy).replace(signature, () =>
          edited(signature, '<Object>', () => `<Object>${original}`),
        ),
      );
      say(
        'original moved to the end',
        edited(xml, original, () => copy).replace(
          '</PHAT_HANH_HOC_BA>',
          () => `<LUU>${original}</LUU></PHAT_HANH_HOC_BA>`,
        ),
      );
      say(
        'original moved below unsigned properties',
        edited(xml, original, () => copy).replace(
          '</QualifyingProperties>',
          () => `<UnsignedProperties>${original}</UnsignedProperties></QualifyingProperties>`,
        ),
      );
    }
  }
  return found;
}

/** Parts of signatures and data exchanged between two records, and between the slots of one. */
export function swapping(record: AttackRecord, other: AttackRecord): DocumentAttack[] {
  const { xml, slots } = record;
  const found: DocumentAttack[] = [];
  const parts = [
    'SignedInfo',
    'SignatureValue',
    'KeyInfo',
    'SignatureProperties',
    'QualifyingProperties',
    'X509Certificate',
    'DigestValue',
    'SigningCertificateV2',
  ];
  for (const [n, { slot }] of slots.entries()) {
    const own = signatureOf(xml, slot);
    const theirs = signatureOf(other.xml, slot);
    const next = signatureOf(xml, slots[(n + 1) % slots.length]?.slot ?? '');
    found.push(
      attack(
        'swapped',
        `signature of ${slot} from another record`,
        edited(xml, own, () => theirs),
      ),
    );
    found.push(
      attack(
        'swapped',
        `signature of the next slot in ${slot}`,
        edited(xml, own, () => next),
      ),
    );
    for (const name of parts) {
      const [mine, alien, neighbour] = [part(own, name), part(theirs, name), part(next, name)];
      // The same person signed both: what is alike in both records is no change.
      if (alien !== mine)
        found.push(
          attack(
            'swapped',
            `${name} of ${slot} from another record`,
            edited(xml, own, () => own.replace(mine, () => alien)),
          ),
        );
      if (neighbour !== mine)
        found.push(
          attack(
            'swapped',
            `${name} of the next slot in ${slot}`,
            edited(xml, own, () => own.replace(mine, () => neighbour)),
          ),
        );
    }
    for (const time of ['2026-05-28T20:14:06+07:00', '2025-05-28T20:14:05+07:00', '2026-05-28T13:14:05Z']) {
      found.push(
        attack(
          'times',
          `NGAY_KY of ${slot} at ${time}`,
          edited(xml, new RegExp(`(?<=Id="${slot}"><NGAY_KY>)[^<]*`), time),
          slot === 'gvcn',
        ),
      );
      found.push(
        attack(
          'times',
          `SigningTime of ${slot} at ${time}`,
          edited(xml, own, () => edited(own, /(?<=<SigningTime>)[^<]*/, time)),
        ),
      );
      found.push(
        attack(
          'times',
          `ministry's SigningTime of ${slot} at ${time}`,
          edited(xml, own, () => edited(own, /(?<=<SigningTime xmlns="[^"]*">)[^<]*/, time)),
        ),
      );
    }
  }
  found.push(
    attack(
      'swapped',
      "another pupil's data",
      edited(xml, part(xml, 'THONG_TIN_HOC_BA'), () => part(other.xml, 'THONG_TIN_HOC_BA')),
    ),
  );
  found.push(attack('swapped', 'a mark', edited(xml, '>9<', '>8<')));
  return found;
}

/** Signatures added, taken away, in another order, twice. */
export function cosigners(record: AttackRecord, other: AttackRecord): DocumentAttack[] {
  const { xml, slots } = record;
  const found: DocumentAttack[] = [];
  const stranger = signatureOf(other.xml, 'cbql').replaceAll('cbql', 'khach');
  for (const place of slots) {
    const own = signatureOf(xml, place.slot);
    const tag = tagOf(place);
    const holder = part(xml, tag);
    const next = slots[(slots.indexOf(place) + 1) % slots.length];
    const nextHolder = next === undefined ? '' : part(xml, tagOf(next));
    const say = (name: string, text: string) =>
      found.push(attack('co-signers', `${name} ${place.slot}`, text));
    say('signature taken away:', edited(xml, own, ''));
    say('slot taken away:', edited(xml, holder, ''));
    say(
      'slot twice:',
      edited(xml, holder, () => holder + holder),
    );
    say(
      'signature twice in',
      edited(xml, own, () => own + own),
    );
    say(
      "a stranger's added to",
      edited(xml, own, () => own + stranger),
    );
    say(
      "a stranger's before that of",
      edited(xml, own, () => stranger + own),
    );
    say(
      "a stranger's instead of",
      edited(xml, own, () => stranger),
    );
    say(
      'put around the next:',
      edited(edited(xml, nextHolder, ''), own, () => own + nextHolder),
    );
    say(
      'as a counter-signature in',
      edited(xml, own, () =>
        edited(
          own,
          '</QualifyingProperties>',
          () =>
            `<UnsignedProperties><UnsignedSignatureProperties><CounterSignature>${stranger}</CounterSignature></UnsignedSignatureProperties></UnsignedProperties></QualifyingProperties>`,
        ),
      ),
    );
  }
  return found;
}

/** Files whose only purpose is to cost more than they are worth. */
export function sizes({ xml }: AttackRecord): DocumentAttack[] {
  const into = (text: string) => edited(xml, '</PHAT_HANH_HOC_BA>', () => `${text}</PHAT_HANH_HOC_BA>`);
  const deep = (levels: number) => '<A>'.repeat(levels) + '</A>'.repeat(levels);
  const reference = part(signatureOf(xml, 'gvcn'), 'Reference');
  return [
    attack('sizes', '20,000 levels', into(deep(20_000))),
    attack('sizes', '257 levels', into(deep(257))),
    attack(
      'sizes',
      '10,000 References',
      edited(xml, reference, () => reference.repeat(10_000)),
    ),
    attack(
      'sizes',
      '65 References',
      edited(xml, reference, () => reference.repeat(65)),
    ),
    attack('sizes', '300,000 elements', into('<A></A>'.repeat(300_000))),
    attack('sizes', '50 MB of text', into(`<A>${'9'.repeat(50 * 1024 * 1024)}</A>`)),
    attack(
      'sizes',
      '5,000 attributes',
      into(`<A ${Array.from({ length: 5_000 }, (_, n) => `a${n}=""`).join(' ')}></A>`),
      false,
    ),
    attack(
      'sizes',
      '20,000 Ids',
      into(Array.from({ length: 20_000 }, (_, n) => `<A Id="a${n}"></A>`).join('')),
    ),
    attack('sizes', 'a name of 100,000 letters', into(`<A${'a'.repeat(100_000)}></A${'a'.repeat(100_000)}>`)),
    attack('sizes', 'a million signs that open a tag', `${xml}${'<'.repeat(1_000_000)}`),
  ];
}

/** The same information set in another spelling: a digest of bytes would not notice, so our own form allows one only. */
export function spellings({ xml }: AttackRecord): DocumentAttack[] {
  const list: readonly [string, string | RegExp, string][] = [
    ['white space between elements', '<THONG_TIN_HOC_BA', ' <THONG_TIN_HOC_BA'],
    ['single quotes', 'Id="data"', "Id='data'"],
    ['space in a tag', '</DIEM_SO>', '</DIEM_SO >'],
    ['empty-element tag', '<SignatureProperty ', '<A/><SignatureProperty '],
    ['redundant namespace', '<HO_VA_TEN>', '<HO_VA_TEN xmlns="">'],
    ['unused namespace', '<HO_VA_TEN>', '<HO_VA_TEN xmlns:a="urn:a">'],
    ['XML declaration', /^/, '<?xml version="1.0"?>'],
    ['byte order mark', /^/, '\uFEFF'],
    ['line feed after the root', /$/, '\n'],
    ['decomposed letters', 'Nguyễn', 'Nguye\u0302\u0303n'],
    ['base64 in lines', /(?<=<X509Certificate>.{64})/, '\n'],
    ['base64 without padding', /={1,2}<\/DigestValue>/, '</DigestValue>'],
    ['another default namespace', '<HOC_BA>', '<HOC_BA xmlns="urn:a">'],
    ['Signature in another namespace', DSIG, `${DSIG}x`],
    ['exclusive canonicalisation otherwise named', EXCLUSIVE_C14N, `${EXCLUSIVE_C14N}WithComments`],
  ];
  return list.map(([name, from, to]) => attack('spellings', name, edited(xml, from, to), false));
}
