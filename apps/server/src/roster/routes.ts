import { MAX_FILE_BYTES } from '@hocba/sheet';
import { bind, type RouteBinding } from '../access/binding.ts';
import { roster } from '../http/api/index.ts';
import { classDetail, listClasses, saveClass } from './classes.ts';
import { listCodes } from './codes.ts';
import { exportPupilList, exportStaffList } from './export/people.ts';
import { handBooks, listBooks } from './hand-over/books.ts';
import { answerHandOver, classHandOver, giveClass } from './hand-over/class.ts';
import { handOverMinutes, listHandOvers } from './hand-over/view.ts';
import { checkIdentity, pupilIdentity, setIdentity } from './identity.ts';
import { applyPupilList, previewPupilList } from './import/pupils.ts';
import { applyStaffList, previewStaffList } from './import/staff.ts';
import { undoPeople } from './import/undo.ts';
import { moveLocks } from './move-locks.ts';
import { pupilDetail, searchPupils } from './pupil-register.ts';
import { savePupils } from './pupils.ts';
import { applyRollOver, previewRollOver } from './roll-over/run.ts';
import { undoRollOver } from './roll-over/undo.ts';
import { schoolFacts, setSchoolFacts } from './school-facts.ts';
import { assignmentGrid, listStaff, saveStaff } from './staff.ts';
import { issueAccount } from './staff-accounts.ts';
import { staffLeaves } from './staff-leaving.ts';
import { arrivalItems } from './transfers/arrival-items.ts';
import { findOffer, takeOver } from './transfers/arriving.ts';
import { changeClass, transferOut } from './transfers/leaving.ts';
import { previewArrival, transferIn } from './transfers/papers.ts';
import { readRecordFile } from './transfers/record-file.ts';
import { setStatus } from './transfers/stopping.ts';
import { undoArrivalResults } from './transfers/undo-results.ts';
import { listSchoolYears, openSchoolYear } from './years.ts';

/** The import's two routes are bound by `assessment/routes.ts`: it writes cells. */
export const rosterRoutes: RouteBinding[] = [
  bind(roster.listClasses, ({ deps, actor }) => listClasses(deps, actor)),
  bind(roster.classDetail, ({ deps, actor, params }) => classDetail(deps, actor, params)),
  bind(roster.listStaff, ({ deps, actor }) => listStaff(deps, actor)),
  bind(roster.saveStaff, async ({ deps, actor, body, request }) => {
    const saved = await saveStaff(deps, actor, body);
    request.touches(`staff:${saved.staffId}`);
    return saved;
  }),
  bind(roster.issueAccount, ({ deps, actor, params }) => issueAccount(deps, actor, params)),
  bind(roster.staffLeaves, ({ deps, actor, params, body }) =>
    staffLeaves(deps, actor, { ...params, ...body }),
  ),
  bind(roster.assignmentGrid, ({ deps, actor, params }) => assignmentGrid(deps, actor, params)),
  bind(roster.schoolFacts, ({ deps, actor }) => schoolFacts(deps, actor)),
  bind(roster.setSchoolFacts, ({ deps, actor, body }) => setSchoolFacts(deps, actor, body)),
  bind(roster.listCodes, async ({ params, query }) => listCodes({ ...params, ...query })),
  bind(roster.saveClass, async ({ deps, actor, body, request }) => {
    const saved = await saveClass(deps, actor, body);
    request.touches(`class:${saved.classId}`);
    return saved;
  }),
  bind(roster.savePupils, ({ deps, actor, params, body }) => savePupils(deps, actor, { ...params, ...body })),
  bind(roster.listSchoolYears, ({ deps, actor }) => listSchoolYears(deps, actor)),
  bind(roster.moveLocks, ({ deps, actor, params, body, request }) => {
    request.touches(`year:${params.schoolYear}`);
    return moveLocks(deps, actor, { ...params, ...body });
  }),
  bind(roster.openSchoolYear, ({ deps, actor, body, request }) => {
    request.touches(`year:${body.schoolYear}`);
    return openSchoolYear(deps, actor, body);
  }),
  bind(roster.previewRollOver, ({ deps, actor, params, body }) =>
    previewRollOver(deps, actor, { ...params, choices: body }),
  ),
  bind(roster.applyRollOver, ({ deps, actor, params, body: { digest, ...choices }, request }) => {
    request.touches(`year:${params.schoolYear}`);
    return applyRollOver(deps, actor, { ...params, choices, digest });
  }),
  bind(roster.searchPupils, ({ deps, actor, body }) => searchPupils(deps, actor, body)),
  bind(roster.pupilDetail, ({ deps, actor, params }) => pupilDetail(deps, actor, params)),
  bind(roster.transferOut, ({ deps, actor, params, body }) =>
    transferOut(deps, actor, { ...params, ...body }),
  ),
  bind(roster.changeClass, ({ deps, actor, params, body }) =>
    changeClass(deps, actor, { ...params, ...body }),
  ),
  bind(roster.pupilIdentity, ({ deps, actor, params }) => pupilIdentity(deps, actor, params)),
  bind(roster.checkIdentity, ({ deps, actor, params, body }) =>
    checkIdentity(deps, actor, { ...params, facts: body }),
  ),
  bind(roster.setIdentity, ({ deps, actor, params, body }) =>
    setIdentity(deps, actor, { ...params, ...body }),
  ),
  bind(roster.setStatus, ({ deps, actor, params, body }) => setStatus(deps, actor, { ...params, ...body })),
  bind(roster.classHandOver, ({ deps, actor, params }) => classHandOver(deps, actor, params)),
  bind(roster.giveClass, async ({ deps, actor, params, body, request }) => {
    const given = await giveClass(deps, actor, { ...params, ...body });
    request.touches(`hand-over:${given.handOverId}`);
    return given;
  }),
  bind(roster.listHandOvers, ({ deps, actor }) => listHandOvers(deps, actor)),
  bind(roster.handOverMinutes, ({ deps, actor, params }) => handOverMinutes(deps, actor, params)),
  bind(roster.answerHandOver, ({ deps, actor, params, body }) =>
    answerHandOver(deps, actor, { ...params, ...body }),
  ),
  bind(roster.listBooks, ({ deps, actor, params }) => listBooks(deps, actor, params)),
  bind(roster.handBooks, ({ deps, actor, params, body }) => handBooks(deps, actor, { ...params, ...body })),
  bind(roster.findOffer, ({ deps, actor, body }) => findOffer(deps, actor, body)),
  bind(roster.takeOver, async ({ deps, actor, body, request }) => {
    const done = await takeOver(deps, actor, body);
    request.touches(`pupil:${done.pupilId}`);
    return done;
  }),
  bind(roster.transferIn, async ({ deps, actor, body, request }) => {
    const done = await transferIn(deps, actor, body);
    request.touches(`pupil:${done.pupilId}`);
    return done;
  }),
  bind(roster.previewArrival, ({ deps, actor, body }) => previewArrival(deps, actor, body)),
  bind(roster.readArrival, ({ deps, actor, body }) => readRecordFile(deps, actor, body)),
  bind(roster.arrivalItems, ({ deps, actor, params }) => arrivalItems(deps, actor, params)),
  bind(roster.undoArrivalResults, ({ deps, actor, params }) => undoArrivalResults(deps, actor, params)),
  bind(roster.undoRollOver, ({ deps, actor, params }) => undoRollOver(deps, actor, params)),
  bind(roster.previewPupilList, async ({ deps, actor, request }) =>
    previewPupilList(deps, actor, { upload: await request.upload(MAX_FILE_BYTES) }),
  ),
  bind(roster.applyPupilList, ({ deps, actor, params, body }) =>
    applyPupilList(deps, actor, { ...params, ...body }),
  ),
  bind(roster.previewStaffList, async ({ deps, actor, request }) =>
    previewStaffList(deps, actor, { upload: await request.upload(MAX_FILE_BYTES) }),
  ),
  bind(roster.applyStaffList, ({ deps, actor, params, body }) =>
    applyStaffList(deps, actor, { ...params, ...body }),
  ),
  bind(roster.undoPeople, ({ deps, actor, params }) => undoPeople(deps, actor, params)),
  bind(roster.exportPupilList, ({ deps, actor, query }) => exportPupilList(deps, actor, query)),
  bind(roster.exportStaffList, ({ deps, actor }) => exportStaffList(deps, actor)),
];
