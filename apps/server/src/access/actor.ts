export type StaffRole = 'teacher' | 'principal' | 'clerk' | 'admin';

/** Who acts, as the session says; never taken from a request's body. */
export interface Actor {
  readonly schoolId: string;
  readonly accountId: string;
  readonly staffId: string;
  readonly roles: readonly StaffRole[];
  /** The caller's network address, for the audit trail. */
  readonly address: string;
}
