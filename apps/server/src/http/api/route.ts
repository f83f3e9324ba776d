import type { z } from 'zod';

/**
 * One route of the API as both ends know it: the server binds a use case to it and makes the OpenAPI document
 * from it, the web application's client is typed by it. Every route names its policy; one without does not compile.
 */
export interface Route {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: `/${string}`;
  readonly policy: Policy;
  readonly summary: string;
  /** Who signs, issues, recalls or sets whom to trust has confirmed by the second factor within the last minutes. */
  readonly stepUp?: true;
  /** Answers also while the second factor of the session is still to come: signing in, and setting one up. */
  readonly beforeSecondFactor?: true;
  /** Bytes of its body at most, where files come in it: else as for all. */
  readonly bodyLimit?: number;
  readonly params?: z.ZodType;
  readonly query?: z.ZodType;
  readonly body?: z.ZodType;
  /** A schema of the JSON answer, or the media type of a file. */
  readonly response: z.ZodType | FileAnswer;
}

export interface FileAnswer {
  readonly mediaType: string;
}

/**
 * Who may call a route at all. What of the school the caller may then touch (own class, own subject) is decided
 * by the use case against the object itself, at each call.
 */
export type Policy =
  | 'public'
  | 'signedIn'
  /** Teachers of the class: its homeroom teacher and its subject teachers; the principal and the clerk may look. */
  | 'classStaff'
  | 'homeroomTeacher'
  /** Who may know that a pupil has an individual education plan: homeroom teacher, principal, administrator. */
  | 'planStaff'
  /** Who sets one: homeroom teacher, administrator. */
  | 'planAuthor'
  | 'principal'
  | 'clerk'
  | 'principalOrClerk'
  | 'admin'
  /** Who keeps the school's registers: principal, clerk and administrator. */
  | 'schoolOffice';

export function defineRoute<const R extends Route>(route: R): R {
  return route;
}
