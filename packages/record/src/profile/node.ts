import type { FieldForm, FieldKey, FieldNode } from './profile.ts';

/** A field that every record of the profile has. */
export function must<K extends FieldKey>(tag: string, field: K, form: FieldForm = 'text'): FieldNode<K> {
  return { kind: 'field', tag, field, form, required: true };
}

/** A field that has no tag at all where there is no value. */
export function may<K extends FieldKey>(tag: string, field: K, form: FieldForm = 'text'): FieldNode<K> {
  return { kind: 'field', tag, field, form, required: false };
}
