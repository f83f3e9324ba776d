import * as api from '../http/api/index.ts';
import type { Route } from '../http/api/route.ts';

const ROOMS = {
  access: api.access,
  roster: api.roster,
  assessment: api.assessment,
  signing: api.signing,
  signers: api.signers,
  issuing: api.issuing,
} as const;

/** Every route of the contract with its name `room.route`, in the contract's order. */
export function contractRoutes(): readonly { readonly name: string; readonly route: Route }[] {
  return Object.entries(ROOMS).flatMap(([room, members]) =>
    Object.entries(members as Record<string, unknown>).flatMap(([key, value]) =>
      isRoute(value) ? [{ name: `${room}.${key}`, route: value }] : [],
    ),
  );
}

function isRoute(value: unknown): value is Route {
  return typeof value === 'object' && value !== null && 'policy' in value && 'path' in value;
}

let summaries: ReadonlyMap<string, string> | null = null;

/** A route's Vietnamese summary by its name, for the audit trail. */
export function routeSummaries(): ReadonlyMap<string, string> {
  summaries ??= new Map(contractRoutes().map(({ name, route }) => [name, route.summary]));
  return summaries;
}
