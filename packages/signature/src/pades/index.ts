/** What judges a signed PDF of ours: apart, so that a page that shows none need not load it. */

export type { OthersTrust, SignerStanding } from '../foreign/standing.ts';
export type { PadesFinding, PadesFindingCode, PadesSignature, PadesTrust } from './finding.ts';
export { type ForeignPdfSignature, judgeForeignPdf } from './foreign/judge.ts';
export { unsignedPart } from './revisions.ts';
export { verifyPades } from './verify.ts';
