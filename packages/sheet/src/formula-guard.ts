/**
 * Texts that a spreadsheet program might take for a formula, made harmless and brought back (ASVS 5.0 V1.2.10; OWASP,
 * CSV Injection). An apostrophe in front is Excel's own sign for “this is text”; it also survives a detour by CSV.
 * Both ways lose nothing: what already looks guarded gets one apostrophe more.
 */
const DANGEROUS = /^'*[=+\-@\t\r]/;
const GUARDED = /^'+[=+\-@\t\r]/;

/** @param text what shall stand in a cell of a file that others open */
export function guardFormula(text: string): string {
  return DANGEROUS.test(text) ? `'${text}` : text;
}

/** What `guardFormula` was given. */
export function unguardFormula(text: string): string {
  return GUARDED.test(text) ? text.slice(1) : text;
}
