import { DSIG } from '../markup/vocabulary.ts';

/**
 * Exclusive C14N of an element that is written where its default namespace is inherited: the same text with the
 * namespace declared on its own tag.
 */
export function withNamespace(element: string, namespace: string): string {
  return element.replace(/^<[A-Za-z]+/, (tag) => `${tag} xmlns="${namespace}"`);
}

/** The inverse for an element of XMLDSig that goes into a Signature, where the namespace is declared already. */
export function withoutNamespace(element: string): string {
  return element.replace(` xmlns="${DSIG}"`, '');
}
