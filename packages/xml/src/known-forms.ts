import type { ScannedElement } from './element.ts';
import type { Form, Sample } from './form.ts';
import { Octets } from './octets.ts';

/**
 * Documents by whose form others are recognised. The records of a class differ in texts only, mostly, and the tags around
 * those are half of their octets: to find them the same costs a fifth of reading them.
 *
 * Whoever sends files can fill it, and so make it of no use, and no more than that. Nothing of a sample passes to what is
 * recognised by it but what its tags are, which follows from octets that are the same, and texts that are the same.
 */
const samples: Sample[] = [];
const SAMPLES = 8;
/** Of documents that were recognised by none, one in so many takes the place of the oldest. */
const TAKEN = 8;
let passed = 0;

const LARGEST = 256 * 1_024;
const MOST_ELEMENTS = 2_000;
/** Elements below an element that is worth a form of its own: it can be met where what is around it differs. */
const LEAST = 6;
const FORMS_OF_A_NAME = 24;

/**
 * Keeps the forms of a document without prefixes, whose text NFC leaves as it is. Elements that were recognised themselves
 * are not kept a second time.
 */
export function keepForms(bytes: Uint8Array, root: ScannedElement, elements: number): void {
  if (root.prefixed || bytes.length > LARGEST || elements < LEAST || elements > MOST_ELEMENTS) return;
  if (samples.length >= SAMPLES) {
    if (++passed < TAKEN) return;
    giveUp(samples[0] as Sample);
  }
  passed = 0;
  samples.push(sampleOf(bytes, root, elements));
}

const byName = new Map<Form['name'], readonly Form[]>();
const NO_FORMS: readonly Form[] = [];

/** Forms that elements of this name had, the newest first. */
export const formsOf = (name: Form['name']): readonly Form[] => byName.get(name) ?? NO_FORMS;

function file(form: Form): void {
  byName.set(form.name, [form, ...formsOf(form.name)].slice(0, FORMS_OF_A_NAME));
}

function giveUp(sample: Sample): void {
  samples.splice(samples.indexOf(sample), 1);
  for (const [name, forms] of byName) {
    const left = forms.filter((form) => form.sample !== sample);
    if (left.length === 0) byName.delete(name);
    else byName.set(name, left);
  }
}

/** The sample of a document, with the forms of its elements filed under their names. */
function sampleOf(bytes: Uint8Array, root: ScannedElement, elements: number): Sample {
  const textStart = new Int32Array(elements);
  const textEnd = new Int32Array(elements);
  const texts: string[] = [];
  const ids = new Map<string, number>();
  const sample = { octets: new Octets(bytes.slice()), textStart, textEnd, texts, ids };

  const formOf = (element: ScannedElement): Form => {
    const { start, contentStart, contentEnd, end, tagName: name, attributes } = element;
    const [firstText, firstId] = [texts.length, ids.size];
    const id = attributes.get('Id');
    if (id !== undefined) ids.set(id, ids.size);
    if (element.children.length === 0 && contentEnd > contentStart) {
      textStart[firstText] = contentStart;
      textEnd[firstText] = contentEnd;
      texts.push(element.text);
    }
    const children = element.children.map((child) => formOf(child as ScannedElement));
    const form: Form = {
      sample,
      name,
      start,
      contentStart,
      contentEnd,
      end,
      namespace: element.namespace,
      defaultNamespace: element.defaultNamespace,
      declarations: element.declarations,
      declarationsLength: element.declarationsEnd - start,
      attributes,
      inherited: element.parent?.defaultNamespace ?? '',
      children,
      height: 1 + Math.max(0, ...children.map(({ height }) => height)),
      elements: children.reduce((sum, child) => sum + child.elements, 1),
      firstText,
      textsEnd: texts.length,
      firstId,
      idsEnd: ids.size,
      memory: new Map(),
    };
    if (element.form === null && form.elements >= LEAST) file(form);
    return form;
  };

  formOf(root);
  return sample;
}
