import type { SlotSpec } from '../profile/profile.ts';
import { TEXT_LIMIT } from '../rules/cell-text.ts';
import { DSIG_NAMESPACE } from './annex.ts';
import { LINE_LIMIT } from './forms.ts';

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('"', '&quot;');
}

/** One element of the schema language. */
export function tag(
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

/** One restriction of a type. */
export function facet(name: string, value: string | number): string {
  return tag(name, { value: String(value) });
}

/** A named type of texts. */
export function simple(name: string, facets: readonly string[]): string {
  return tag('simpleType', { name }, [tag('restriction', { base: 'xs:string' }, facets)]);
}

/** A type's only values. */
export function enumeration(values: readonly string[]): string[] {
  return values.map((v) => facet('enumeration', v));
}

const DAY = '[0-9]{4}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])';
/** Patterns of a day by the form in which a profile writes it. */
export const DAYS = {
  'yyyy-mm-dd': DAY,
  'dd/mm/yyyy': '(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/[0-9]{4}',
  'yyyy-mm-ddT00:00:00+07:00': `${DAY}T00:00:00\\+07:00`,
} as const;

/** The attribute Id, held to its facets. */
export function idAttribute(facets: readonly string[]): string {
  return tag('attribute', { name: 'Id', use: 'required' }, [
    tag('simpleType', {}, [tag('restriction', { base: 'xs:string' }, facets)]),
  ]);
}

/** Elements in this order, then attributes. */
export function complex(children: readonly string[], attributes: readonly string[] = []): string {
  return tag('complexType', {}, [tag('sequence', {}, children), ...attributes]);
}

/** The Signature is judged by its own rules: here only that it is one, in its own namespace. */
export function slotElement(spec: SlotSpec): string {
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

/** The types of values that need no table, with the patterns of the two kinds of days. */
export function freeTypes(date: string, birthDate: string): string[] {
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
    simple('date', [facet('pattern', date)]),
    simple('birthDate', [facet('pattern', birthDate)]),
    simple('count', [facet('pattern', '0|[1-9][0-9]{0,2}')]),
    simple('measure', [facet('pattern', '(0|[1-9][0-9]{0,2})(\\.[0-9]{0,3}[1-9])?')]),
    simple('mark', [facet('pattern', '[0-9]|10')]),
    simple('signingTime', [
      facet('pattern', `${DAY}T([01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9](Z|[+\\-](0[0-9]|1[0-4]):[0-5][0-9])`),
    ]),
  ];
}
