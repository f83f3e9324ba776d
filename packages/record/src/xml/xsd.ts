import type { FieldKey, FieldNode, Profile, ProfileNode } from '../profile/profile.ts';
import { PROFILES, type Profiles, profileById } from '../profile/profiles.ts';
import {
  complex,
  DAYS,
  enumeration,
  facet,
  freeTypes,
  idAttribute,
  simple,
  slotElement,
  tag,
} from './xsd-parts.ts';

/** Types of values by form, then those of the two fields that have values of their own. */
function types(profile: Profile): string[] {
  const { dateForms, values, editions, circulars } = profile;
  return [
    ...freeTypes(DAYS[dateForms.date], DAYS[dateForms.birthDate]),
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
