/* What a text is by its look, before anybody reads a claim in it: a page needs no more of it at first. */

/** The address of a public page, with what a messenger adds to an address that it hands on (`?fbclid=…`) before the claim. */
const ADDRESS = /^https?:\/\/[^/]+\/x\/[0-9A-Za-z]{22}(?:\?[^#]*)?(?:#.*)?$/;

/** Whether a text scanned or pasted is the address of a public page, as a QR of a print holds it. */
export function isQrText(text: string): boolean {
  return ADDRESS.test(inOneLine(text));
}

/** All behind the first `#`, as a browser has it: a second one belongs to what no claim is. */
export function fragmentOf(address: string): string {
  return /#(.*)$/s.exec(address)?.[1] ?? '';
}

/**
 * What a claim alone may be, well or badly written: digits, of whatever script, or the first prints' letters. The shortest has 279; a number on a
 * card or a parcel is none.
 */
const MAY_BE_CLAIM = /^(?:\p{Nd}{100,}|A[0-9A-Za-z_-]{100,})$/u;

/** Whether what stands behind the `#` of this page's own address may be a claim: a place on the page is none. */
export const mayBeClaim = (fragment: string): boolean => MAY_BE_CLAIM.test(inOneLine(fragment));

/** No white space is part of an address or a claim: mail breaks a long one into lines, and a copy of it keeps them. */
export const inOneLine = (text: string): string => text.replaceAll(/\s+/g, '');
