import { bind, type RouteBinding } from '../access/binding.ts';
import { roster } from '../http/api/index.ts';
import { classDetail, listClasses, listStaff, saveClass } from './classes.ts';
import { savePupils } from './pupils.ts';

/** The import's two routes are bound by `assessment/routes.ts`: it writes cells. */
export const rosterRoutes: RouteBinding[] = [
  bind(roster.listClasses, ({ deps, actor }) => listClasses(deps, actor)),
  bind(roster.classDetail, ({ deps, actor, params }) => classDetail(deps, actor, params)),
  bind(roster.listStaff, ({ deps, actor }) => listStaff(deps, actor)),
  bind(roster.saveClass, async ({ deps, actor, body, request }) => {
    const saved = await saveClass(deps, actor, body);
    request.touches(`class:${saved.classId}`);
    return saved;
  }),
  bind(roster.savePupils, ({ deps, actor, params, body }) => savePupils(deps, actor, { ...params, ...body })),
];
