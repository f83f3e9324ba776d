import type { XmlElement } from '@hocba/xml';
import { RecordReadError } from './errors.ts';

/** Goes along an element's children in order; whatever is left over at the end is unknown and refused. */
export class Children {
  private readonly list: readonly XmlElement[];
  private readonly place: string;
  private at = 0;

  constructor(element: XmlElement, place: string) {
    this.list = element.children;
    this.place = place;
  }

  take(tag: string): XmlElement | undefined {
    const next = this.list[this.at];
    if (next?.name !== tag || next.namespace !== '') return undefined;
    this.at++;
    return next;
  }

  must(tag: string): XmlElement {
    const taken = this.take(tag);
    if (!taken) throw new RecordReadError('missing-element', `${this.place}/${tag}`);
    return taken;
  }

  rest(): readonly XmlElement[] {
    const rest = this.list.slice(this.at);
    this.at = this.list.length;
    return rest;
  }

  done(): void {
    if (this.at < this.list.length) throw new RecordReadError('unexpected-element', this.place);
  }
}

/** Holds an element to its Id and no other attribute, or to none at all. */
export function assertAttributes(element: XmlElement, id: string | undefined, place: string): void {
  if (element.attributes.size !== (id === undefined ? 0 : 1))
    throw new RecordReadError('unexpected-attribute', place);
  if (id !== undefined && element.attributes.get('Id') !== id) throw new RecordReadError('wrong-id', place);
}
