import type { ElementsById, ScannedElement, XmlElement } from './element.ts';
import type { Form } from './form.ts';

/** Those of a document that is being read; of elements that were recognised, each is made when somebody asks for it. */
export class Ids implements ElementsById {
  private readonly made = new Map<string, XmlElement>();
  private readonly recognised: { readonly element: ScannedElement; readonly form: Form }[] = [];

  get(id: string): XmlElement | undefined {
    const made = this.made.get(id);
    if (made !== undefined || this.recognised.length === 0) return made;
    for (const { element, form } of this.recognised) {
      const n = form.sample.ids.get(id);
      if (n === undefined || n < form.firstId || n >= form.idsEnd) continue;
      const found = within(element, form, n);
      this.made.set(id, found);
      return found;
    }
    return undefined;
  }

  has(id: string): boolean {
    return this.get(id) !== undefined;
  }

  *[Symbol.iterator](): Iterator<readonly [string, XmlElement]> {
    for (const { form } of this.recognised)
      for (const [id, n] of form.sample.ids) if (n >= form.firstId && n < form.idsEnd) this.get(id);
    yield* [...this.made].sort(([, a], [, b]) => a.start - b.start);
  }

  *values(): Iterable<XmlElement> {
    for (const [, element] of this) yield element;
  }

  /** Adds an element that was read, whose Id nobody has yet. */
  add(id: string, element: XmlElement): void {
    this.made.set(id, element);
  }

  /** Whether nobody has an Id of this form's elements yet. */
  haveNoneOf({ sample, firstId, idsEnd }: Form): boolean {
    if (this.made.size === 0 && this.recognised.length === 0) return true;
    for (const [id, n] of sample.ids) if (n >= firstId && n < idsEnd && this.has(id)) return false;
    return true;
  }

  /** Adds those of an element that was recognised, of which `haveNoneOf` is true. */
  addRecognised(element: ScannedElement, form: Form): void {
    if (form.firstId < form.idsEnd) this.recognised.push({ element, form });
  }
}

/** The element with the nth Id of the sample, which stands in this one. */
function within(element: ScannedElement, form: Form, n: number): XmlElement {
  if (n === form.firstId && form.attributes.has('Id')) return element;
  const at = form.children.findIndex(({ firstId, idsEnd }) => n >= firstId && n < idsEnd);
  return within(element.children[at] as ScannedElement, form.children[at] as Form, n);
}
