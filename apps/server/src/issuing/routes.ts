import { bind, type RouteBinding } from '../access/binding.ts';
import { issuing, signing } from '../http/api/index.ts';
import { recordDetail } from '../signing/batch/views.ts';
import type { IssuingRoom } from './background.ts';
import { bookRoutes } from './books/routes.ts';
import { comparedClasses } from './compare/compared-classes.ts';
import { compareClass } from './compare/consistency.ts';
import { recordPdf, recordProof, recordXml } from './delivery/deliver.ts';
import { issuedFacts } from './issue/issued.ts';
import { keeperRoutes, lodgingRoutes } from './lodging/routes.ts';
import { closingOf, prepareClassClosing, sealClassClosing } from './manifest/close-class.ts';
import { recordListProof } from './manifest/list-proof.ts';
import { issuedClasses, issuedRecords, schoolOverview } from './overview.ts';
import { recordFields } from './recall/replacement-changes.ts';
import { trustBundle } from './trust/bundle.ts';
import { trustStanding } from './trust/standing.ts';

/** Routes of what is issued, and of a record's files at any stage. */
export function issuingRoutes(room: IssuingRoom): RouteBinding[] {
  const urlOf = (baseUrl: string) => room.publicUrl ?? baseUrl;
  return [
    bind(signing.recordDetail, ({ deps, actor, params, request }) =>
      recordDetail(
        deps,
        actor,
        params.recordId,
        issuedFacts,
        (token) => `${urlOf(request.baseUrl)}/x/${token}`,
      ),
    ),
    bind(signing.recordPdf, ({ actor, params, request }) =>
      recordPdf(room, actor, params.recordId, urlOf(request.baseUrl)),
    ),
    bind(signing.recordXml, ({ actor, params }) => recordXml(room, actor, params.recordId)),
    bind(signing.recordProof, ({ actor, params }) => recordProof(room, actor, params.recordId)),
    bind(issuing.schoolOverview, ({ deps, actor }) => schoolOverview(deps, actor)),
    bind(issuing.recordFields, ({ deps, actor, params }) => recordFields(deps, actor, params.recordId)),
    bind(issuing.issuedClasses, ({ deps, actor }) => issuedClasses(deps, actor)),
    bind(issuing.issuedRecords, ({ deps, actor, query }) => issuedRecords(deps, actor, query.classId)),
    bind(issuing.comparedClasses, ({ deps, actor }) => comparedClasses(deps, actor)),
    bind(issuing.compareClass, ({ deps, actor, params, body, request }) => {
      const print = async (who: typeof actor, recordId: string) =>
        (await recordPdf(room, who, recordId, urlOf(request.baseUrl))).bytes;
      return compareClass({ ...deps, print }, actor, params.classId, body);
    }),
    bind(issuing.classClosing, ({ actor, params }) => closingOf(room, actor, params.classId)),
    bind(issuing.prepareClosing, ({ actor, params, body }) =>
      prepareClassClosing(room, actor, params.classId, body),
    ),
    bind(issuing.sealClosing, ({ actor, params }) => sealClassClosing(room, actor, params.classId)),
    bind(issuing.recordListProof, ({ actor, params }) => recordListProof(room, actor, params.recordId)),
    bind(issuing.trustBundle, () => trustBundle(room)),
    bind(issuing.trustStanding, ({ actor }) => trustStanding(room, actor, room.ledger)),
    ...bookRoutes(room, urlOf),
    ...lodgingRoutes(room),
    ...keeperRoutes(room),
  ];
}
