import type { Actor } from '../../access/actor.ts';
import type { ClassAccess } from '../../access/objects.ts';
import { Refusal } from '../../refusal.ts';
import type { CellBatch } from '../sheet/write-cells.ts';

/**
 * What the actor's file may write in a class: the homeroom teacher's all that no colleague has set, the clerk's the same,
 * a subject teacher's the own columns; null for anybody else.
 */
export function reachOf(actor: Actor, access: ClassAccess): CellBatch['reach'] | null {
  if (access.isHomeroomTeacher) return 'classImport';
  if (actor.roles.includes('clerk')) return 'schoolImport';
  return access.subjects.size > 0 ? 'own' : null;
}

/** As `reachOf`. @throws Refusal `not-allowed` */
export function requireReach(actor: Actor, access: ClassAccess): CellBatch['reach'] {
  const reach = reachOf(actor, access);
  if (reach === null) throw new Refusal('not-allowed');
  return reach;
}
