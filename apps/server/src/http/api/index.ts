/** The API's routes by room. The server binds each exactly once; a route without a binding fails the build's tests. */
export * as access from './access.ts';
export * as assessment from './assessment.ts';
export * as issuing from './issuing.ts';
export * as roster from './roster.ts';
export type { FileAnswer, Policy, Route } from './route.ts';
export { defineRoute } from './route.ts';
export * as signers from './signers.ts';
export * as signing from './signing.ts';
export { ErrorAnswer } from './values.ts';
