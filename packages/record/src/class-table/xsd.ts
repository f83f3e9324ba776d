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
} from '../xml/xsd-parts.ts';
import { CLASS_TABLE_FORMAT } from './document.ts';
import { CLASS_TABLE_GRAMMAR, type Node, TABLES } from './grammar.ts';
import { TABLE_SLOTS } from './slots.ts';

function element(node: Node): string[] {
  switch (node.kind) {
    case 'leaf':
      return [
        tag('element', { name: node.tag, type: node.form, ...(node.required ? {} : { minOccurs: '0' }) }),
      ];
    case 'slots':
      return TABLE_SLOTS.filter((s) => s.role === node.role).map(slotElement);
    case 'branch': {
      const id = node.id === undefined ? [] : [idAttribute([facet('enumeration', node.id)])];
      return [tag('element', { name: node.tag }, [complex(node.nodes.flatMap(element), id)])];
    }
    case 'entries': {
      const { id } = node;
      const occurs = { ...(node.optional ? { minOccurs: '0' } : {}), maxOccurs: 'unbounded' };
      const attributes = id
        ? [idAttribute(enumeration(TABLES.subjectCode.map(([, code]) => `${id.prefix}${code}`)))]
        : [];
      return [
        tag('element', { name: node.tag, ...occurs }, [complex(node.nodes.flatMap(element), attributes)]),
      ];
    }
  }
}

/**
 * The XML Schema (1.0) of a class's table, made out of its grammar. What a schema cannot say (columns of the form, lines
 * that refer to a pupil, canonical bytes) is `readClassTable`'s to judge.
 */
export function classTableXsd(): string {
  const attributes = { 'xmlns:xs': 'http://www.w3.org/2001/XMLSchema', version: CLASS_TABLE_FORMAT };
  const day = DAYS['yyyy-mm-dd'];
  return `<?xml version="1.0" encoding="UTF-8"?>\n${tag('schema', attributes, [
    ...freeTypes(day, day),
    ...Object.entries(TABLES).map(([name, pairs]) =>
      simple(name, enumeration(pairs.map(([, text]) => text))),
    ),
    ...element(CLASS_TABLE_GRAMMAR),
  ])}\n`;
}
