import type { z } from 'zod';
import type { Actor } from '../../access/actor.ts';
import type { Deps } from '../../access/binding.ts';
import type * as api from '../../http/api/results-files.ts';
import { inSchool } from '../../store/database.ts';

const SHOWN = 30;

/** The files that the actor has imported, the newest first. */
export async function listImports(
  deps: Deps,
  actor: Actor,
): Promise<z.input<typeof api.listImports.response>> {
  return inSchool(deps.db, actor.schoolId, async (trx) => {
    const rows = await trx
      .selectFrom('import')
      .select(['import_id', 'kind', 'file_name', 'applied_at', 'undone_at'])
      .where('school_id', '=', actor.schoolId)
      .where('created_by', '=', actor.staffId)
      .where('applied_at', 'is not', null)
      .orderBy('applied_at', 'desc')
      .limit(SHOWN)
      .execute();
    return {
      imports: rows.flatMap((row) =>
        row.applied_at === null
          ? []
          : [
              {
                importId: row.import_id,
                kind: row.kind,
                fileName: row.file_name,
                appliedAt: row.applied_at.toISOString(),
                undoneAt: row.undone_at?.toISOString() ?? null,
              },
            ],
      ),
    };
  });
}
