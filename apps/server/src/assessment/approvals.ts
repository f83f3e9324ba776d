import type { ApprovalKinds } from '../access/approval/kinds.ts';
import type { Deps } from '../access/binding.ts';
import { pupilExportKind } from '../roster/export/people.ts';
import { yearLockKind } from '../roster/move-locks.ts';
import { classExportKind } from './export/one-class.ts';
import { resultsExportKind } from './export/results.ts';

/** What takes a second person in a school's registers and marks, before anything is signed. */
export function schoolKinds(deps: Pick<Deps, 'now'>): ApprovalKinds {
  return {
    'year-lock': yearLockKind(deps),
    'export-pupils': pupilExportKind,
    'export-results': resultsExportKind,
    'export-class': classExportKind,
  };
}
