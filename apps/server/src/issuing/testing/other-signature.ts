/** A signed note whose signature's last octets are others: a letter of its base64 is another letter, so that it can still be read. */
export function withOtherSignature(note: Uint8Array): Uint8Array {
  const changed = Uint8Array.from(note);
  const at = note.length - 12;
  changed[at] = changed[at] === 'A'.charCodeAt(0) ? 'B'.charCodeAt(0) : 'A'.charCodeAt(0);
  return changed;
}
