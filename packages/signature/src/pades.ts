/** What judges a signed PDF of ours: apart, so that a page that shows none need not load it. */

export { type ForeignPdfSignature, judgeForeignPdf } from './foreign/pdf/judge.ts';
export type { OthersTrust, SignerStanding } from './foreign/standing.ts';
export type { PadesFinding, PadesFindingCode, PadesSignature, PadesTrust } from './pades/finding.ts';
export { unsignedPart } from './pades/revisions.ts';
export { verifyPades } from './pades/verify.ts';
