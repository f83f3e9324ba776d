import type { Printer } from '@hocba/form';
import { bind, type RouteBinding } from '../access/binding.ts';
import { assessment, roster } from '../http/api/index.ts';
import { checkClass } from './check/check.ts';
import { classTable } from './class-table/class-table-view.ts';
import { closePeriod, reopenPeriod } from './class-table/close-period.ts';
import { exportClassTable, printClassTable } from './export/class-table.ts';
import { countedFile } from './export/one-class.ts';
import { exportClassResults, exportSchoolResults } from './export/results.ts';
import { applyImport, applyResults } from './import/apply.ts';
import { listImports } from './import/list.ts';
import { MAX_FILE_BYTES, previewImport, previewResults } from './import/preview.ts';
import { undoResults } from './import/undo.ts';
import { confirmResults, decidePromotion, yearResults } from './results/results.ts';
import { giveReward, withdrawReward } from './results/rewards.ts';
import { decideTitles, proposeTitle, recordVote, withdrawTitle } from './results/titles.ts';
import {
  dropOwnSentence,
  dropSchoolSentence,
  keepOwnSentence,
  keepSchoolSentence,
  listSentences,
} from './sheet/sentences.ts';
import { changedCells, classSheet, saveCells } from './sheet/sheet.ts';
import { sitAgain } from './sheet/sit-again.ts';
import { decidePlan, listPlans, setPlan } from './support/education-plans.ts';
import { assessmentSettings, setAssessmentSettings } from './support/settings.ts';
import { planSummer, summerSupport } from './support/summer-support.ts';
import { type LaterWork, myWork } from './work/work.ts';

export const assessmentRoutes = (later: LaterWork): RouteBinding[] => [
  bind(assessment.myWork, ({ deps, actor }) => myWork(deps, actor, later)),
  bind(assessment.classSheet, ({ deps, actor, params, query }) =>
    classSheet(deps, actor, { ...params, ...query }),
  ),
  bind(assessment.saveCells, ({ deps, actor, params, body }) =>
    saveCells(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.changedCells, ({ deps, actor, params, query }) =>
    changedCells(deps, actor, { ...params, ...query }),
  ),
  bind(assessment.closePeriod, ({ deps, actor, params, body }) =>
    closePeriod(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.reopenPeriod, ({ deps, actor, params, body }) =>
    reopenPeriod(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.sitAgain, ({ deps, actor, params, body }) => sitAgain(deps, actor, { ...params, ...body })),
  bind(assessment.listPlans, ({ deps, actor, params }) => listPlans(deps, actor, params)),
  bind(assessment.setPlan, ({ deps, actor, params, body }) => setPlan(deps, actor, { ...params, ...body })),
  bind(assessment.decidePlan, ({ deps, actor, params, body }) =>
    decidePlan(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.listSentences, ({ deps, actor, query }) => listSentences(deps, actor, query)),
  bind(assessment.keepOwnSentence, ({ deps, actor, body }) => keepOwnSentence(deps, actor, body)),
  bind(assessment.dropOwnSentence, ({ deps, actor, params }) => dropOwnSentence(deps, actor, params)),
  bind(assessment.keepSchoolSentence, ({ deps, actor, body }) => keepSchoolSentence(deps, actor, body)),
  bind(assessment.dropSchoolSentence, ({ deps, actor, params }) => dropSchoolSentence(deps, actor, params)),
  bind(assessment.assessmentSettings, ({ deps, actor }) => assessmentSettings(deps, actor)),
  bind(assessment.setAssessmentSettings, ({ deps, actor, body }) => setAssessmentSettings(deps, actor, body)),
  bind(assessment.yearResults, ({ deps, actor, params }) => yearResults(deps, actor, params)),
  bind(assessment.confirmResults, ({ deps, actor, params, body }) =>
    confirmResults(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.decidePromotion, ({ deps, actor, params, body }) =>
    decidePromotion(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.proposeTitle, ({ deps, actor, params, body }) =>
    proposeTitle(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.withdrawTitle, ({ deps, actor, params, body }) =>
    withdrawTitle(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.recordVote, ({ deps, actor, params, body }) =>
    recordVote(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.decideTitles, ({ deps, actor, params, body }) =>
    decideTitles(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.giveReward, ({ deps, actor, params, body }) =>
    giveReward(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.sendLetter, ({ deps, actor, params, body }) =>
    giveReward(deps, actor, { ...params, ...body, kind: 'letter' }),
  ),
  bind(assessment.withdrawReward, ({ deps, actor, params, body }) =>
    withdrawReward(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.summerSupport, ({ deps, actor, params }) => summerSupport(deps, actor, params)),
  bind(assessment.planSummer, ({ deps, actor, params, body }) =>
    planSummer(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.checkClass, ({ deps, actor, params }) => checkClass(deps, actor, params)),
  bind(roster.previewImport, async ({ deps, actor, params, request }) =>
    previewImport(deps, actor, { ...params, upload: await request.upload(MAX_FILE_BYTES) }),
  ),
  bind(roster.applyImport, ({ deps, actor, params, body }) =>
    applyImport(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.previewResults, async ({ deps, actor, request }) =>
    previewResults(deps, actor, { upload: await request.upload(MAX_FILE_BYTES) }),
  ),
  bind(assessment.applyResults, ({ deps, actor, params, body }) =>
    applyResults(deps, actor, { ...params, ...body }),
  ),
  bind(assessment.undoResults, ({ deps, actor, params }) => undoResults(deps, actor, params)),
  bind(assessment.listImports, ({ deps, actor }) => listImports(deps, actor)),
  bind(assessment.exportClassResults, ({ deps, actor, params, query }) =>
    countedFile(
      deps,
      actor,
      { ...params, ...query, file: query.comments === 'yes' ? 'results-comments' : 'results' },
      () => exportClassResults(deps, actor, { ...params, ...query }),
    ),
  ),
  bind(assessment.exportClassTable, ({ deps, actor, params, query }) =>
    countedFile(deps, actor, { ...params, ...query, file: 'class-table' }, () =>
      exportClassTable(deps, actor, { ...params, ...query }),
    ),
  ),
  bind(assessment.classTable, ({ deps, actor, params, query }) =>
    classTable(deps, actor, { ...params, ...query }),
  ),
  bind(assessment.exportSchoolResults, ({ deps, actor, query }) => exportSchoolResults(deps, actor, query)),
];

/** What is printed, by whoever owns the typesetting thread. */
export function assessmentPrints(printer: Pick<Printer, 'renderClassTable'>): RouteBinding[] {
  return [
    bind(assessment.printClassTable, ({ deps, actor, params, query }) =>
      countedFile(deps, actor, { ...params, ...query, file: 'class-table-print' }, () =>
        printClassTable({ ...deps, printer }, actor, { ...params, ...query }),
      ),
    ),
  ];
}
