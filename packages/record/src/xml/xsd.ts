import type { FieldKey, FieldNode, Profile, ProfileNode, SlotSpec } from '../profile/profile.ts';
import { PROFILES, type Profiles, profileById } from '../profile/profiles.ts';
import { TEXT_LIMIT } from '../rules/parse-cell.ts';
import { DSIG_NAMESPACE } from './annex.ts';
import { LINE_LIMIT } from './forms.ts';

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

function tag(
  name: string,
  attributes: Readonly<Record<string, string>>,
  children: readonly string[] = [],
): string {
  const head = Object.entries(attributes)
    .map(([key, value]) => ` ${key}="${escaped(value)}"`)
    .join('');
  if (children.length === 0) return `<xs:${name}${head}/>`;
  const inner = children.flatMap((c) => c.split('\n')).map((line) => `  ${line}`);
  return [`<xs:${name}${head}>`, ...inner, `</xs:${name}>`].join('\n');
}

function facet(name: string, value: string | number): string {
  return tag(name, { value: String(value) });
}

function simple(name: string, facets: readonly string[]): string {
  return tag('simpleType', { name }, [tag('restriction', { base: 'xs:string' }, facets)]);
}

function enumeration(values: readonly string[]): string[] {
  return values.map((v) => facet('enumeration', v));
}

const DAY = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
const DAYS = {
  'yyyy-mm-dd': DAY,
  'dd/mm/yyyy': '(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/[0-9]{4}',
  'yyyy-mm-ddT00:00:00+07:00': `${DAY}T00:00:00\\+07:00`,
} as const;

/** Types of values by form, then those of the two fields that have values of their own. */
function types(profile: Profile): string[] {
  const { dateForms, values, editions, circulars } = profile;
  return [
    simple('text', [
      facet('minLength', 1),
      facet('maxLength', LINE_LIMIT),
      facet('pattern', '[^\\n\\r\\t]+'),
    ]),
    simple('lines', [facet('minLength', 1), facet('maxLength', TEXT_LIMIT), facet('pattern', '[^\\r\\t]+')]),
    simple('uuid', [facet('pattern', '[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}')]),
    simple('schoolYear', [facet('pattern', '[0-9]{4}-[0-9]{4}')]),
    simple('personalId', [facet('pattern', '[0-9]{12}')]),
    simple('date', [facet('pattern', DAYS[dateForms.date])]),
    simple('birthDate', [facet('pattern', DAYS[dateForms.birthDate])]),
    simple('count', [facet('pattern', '0|[1-9][0-9]{0,2}')]),
    simple('measure', [facet('pattern', '(0|[1-9][0-9]{0,2})(\\.[0-9]{0,3}[1-9])?')]),
    simple('mark', [facet('pattern', '[0-9]|10')]),
    simple('signingTime', [
      facet('pattern', `${DAY}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+\\-](0[0-9]|1[0-4]):[0-5][0-9])`),
    ]),
    ...Object.entries(values).map(([name, pairs]) =>
      simple(name, enumeration(pairs.map(([, text]) => text))),
    ),
    simple('edition', enumeration([editions.real, editions.training])),
    simple('circular', enumeration([...new Set(Object.values(circulars))])),
  ];
}

function fieldElement({ tag: name, field, form, required }: FieldNode<FieldKey>): string {
  const type = field === 'edition' || field === 'circular' ? field : form;
  return tag('element', { name, type, ...(required ? {} : { minOccurs: '0' }) });
}

function idAttribute(facets: readonly string[]): string {
  return tag('attribute', { name: 'Id', use: 'required' }, [
    tag('simpleType', {}, [tag('restriction', { base: 'xs:string' }, facets)]),
  ]);
}

function complex(children: readonly string[], attributes: readonly string[] = []): string {
  return tag('complexType', {}, [tag('sequence', {}, children), ...attributes]);
}

/** The Signature is judged by its own rules: here only that it is one, in its own namespace. */
function slotElement(spec: SlotSpec): string {
  const fields = [
    tag('element', { name: spec.timeTag, type: 'signingTime' }),
    ...(spec.personalIdTag === undefined
      ? []
      : [tag('element', { name: spec.personalIdTag, type: 'personalId' })]),
    tag('any', { namespace: DSIG_NAMESPACE, processContents: 'skip' }),
  ];
  const id = spec.many ? facet('pattern', `${spec.id}[1-9][0-9]{0,2}`) : facet('enumeration', spec.id);
  return tag(
    'element',
    { name: spec.tag, minOccurs: '0', ...(spec.many ? { maxOccurs: 'unbounded' } : {}) },
    [complex(fields, [idAttribute([id])])],
  );
}

function element(profile: Profile, node: ProfileNode): string[] {
  switch (node.kind) {
    case 'field':
      return [fieldElement(node)];
    case 'group': {
      const children = node.children.flatMap((c) => element(profile, c));
      const id = node.id === undefined ? [] : [idAttribute([facet('enumeration', node.id)])];
      return [tag('element', { name: node.tag }, [complex(children, id)])];
    }
    case 'years': {
      const item = tag('element', { name: node.item, maxOccurs: 'unbounded' }, [
        complex(node.fields.map(fieldElement)),
      ]);
      return [tag('element', { name: node.tag }, [complex([item])])];
    }
    case 'subjects': {
      const codes = profile.values.subjectCode.map(([code]) =>
        facet('enumeration', `${node.idPrefix}${code}`),
      );
      const item = tag('element', { name: node.item, maxOccurs: 'unbounded' }, [
        complex(node.fields.map(fieldElement), node.idPrefix === undefined ? [] : [idAttribute(codes)]),
      ]);
      const code = node.fields.find((f) => f.field === 'subject.code');
      const once = tag('unique', { name: `${node.tag}-MON` }, [
        tag('selector', { xpath: node.item }),
        tag('field', { xpath: code?.tag ?? node.item }),
      ]);
      return [tag('element', { name: node.tag }, [complex([item]), once])];
    }
    case 'slots':
      return profile.slots.filter((s) => s.role === node.role).map(slotElement);
  }
}

/**
 * The XML Schema (1.0) of a profile, made out of its data: tags, order, values, Ids and places of signatures. What a
 * schema cannot say (subjects of the grade, equality with the annex, canonical bytes) is `readRecord`'s to judge.
 * @param profile id such as `moet-2025`
 * @throws RangeError for an unknown profile
 */
export function xsdOf(profile: string, profiles: Profiles = PROFILES): string {
  const found = profileById(profile, profiles);
  if (!found) throw new RangeError('unknown profile');
  const attributes = { 'xmlns:xs': 'http://www.w3.org/2001/XMLSchema', version: found.id };
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag('schema', attributes, [
    ...types(found),
    ...element(found, found.root),
  ])}\n`;
}
