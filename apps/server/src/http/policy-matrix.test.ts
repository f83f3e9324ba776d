import { randomUUID } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { POLICIES } from '../access/policy.ts';
import { contractRoutes } from '../access/route-names.ts';
import type { Policy, Route } from './api/route.ts';
import { requireWholeContract } from './edge.ts';
import {
  type Client,
  clientOf,
  fileBody,
  makeWorld,
  ROLES,
  type Role,
  type World,
  YEAR,
} from './testing/world.ts';

/**
 * Every route × every role × the own class, another class of the school, a class of another school: what happens is
 * derived from the contract's policies here, a second time and independently of the code that enforces them.
 */
let world: World;
let clients: Readonly<Record<Role | 'nobody', Client>>;

beforeAll(async () => {
  world = await makeWorld({ whole: true });
  const signedIn = await Promise.all(
    ROLES.map(async (role) => [role, await world.signIn(`${role}-1`)] as const),
  );
  clients = { ...Object.fromEntries(signedIn), nobody: clientOf(world.app, null) } as typeof clients;
});
afterAll(() => world.close());

type Place = 'own' | 'other' | 'foreign';
const PLACES: readonly Place[] = ['own', 'other', 'foreign'];

/** Who may, in 4A (`own`: led by homeroom, Âm nhạc by music) and in 4B (`other`: led and taught by outsider). */
const MAY: Readonly<Record<Policy, Readonly<Record<'own' | 'other', readonly Role[]>>>> = {
  public: { own: ROLES, other: ROLES },
  signedIn: { own: ROLES, other: ROLES },
  classStaff: {
    own: ['homeroom', 'music', 'principal', 'clerk'],
    other: ['outsider', 'principal', 'clerk'],
  },
  homeroomTeacher: { own: ['homeroom'], other: ['outsider'] },
  planStaff: { own: ['homeroom', 'principal', 'admin'], other: ['outsider', 'principal', 'admin'] },
  planAuthor: { own: ['homeroom', 'admin'], other: ['outsider', 'admin'] },
  principal: { own: ['principal'], other: ['principal'] },
  clerk: { own: ['clerk'], other: ['clerk'] },
  principalOrClerk: { own: ['principal', 'clerk'], other: ['principal', 'clerk'] },
  admin: { own: ['admin'], other: ['admin'] },
  schoolOffice: { own: ['principal', 'clerk', 'admin'], other: ['principal', 'clerk', 'admin'] },
};

/**
 * Narrower than its policy: results and records are made of all subjects, so a teacher of one of them does not see
 * them; a principal's signature is asked for here, which is nobody else's to give.
 */
const NARROWER: Readonly<Record<string, Readonly<Partial<Record<Place, readonly Role[]>>>>> = {
  'assessment.yearResults': { own: ['music'] },
  'assessment.summerSupport': { own: ['music'] },
  'assessment.exportClassTable': { own: ['music'] },
  'assessment.classTable': { own: ['music'] },
  'assessment.printClassTable': { own: ['music'] },
  'signing.recordPdf': { own: ['music'] },
  'signing.recordXml': { own: ['music'] },
  'signing.recordProof': { own: ['music'] },
  'issuing.classBook': { own: ['music'] },
  'issuing.makeClassBook': { own: ['music'] },
  'issuing.stopClassBook': { own: ['music'] },
  'issuing.classBookFile': { own: ['music'] },
  // Whose installation runs a log that others lodge in, which this one does not.
  'issuing.schoolsLodging': { own: ['admin'], other: ['admin'] },
  'issuing.forkEvidence': { own: ['admin'], other: ['admin'] },
  'signing.startSigning': {
    own: ROLES.filter((role) => role !== 'principal'),
    other: ROLES.filter((role) => role !== 'principal'),
  },
};

/**
 * An agent's own calls bring its token instead of a session, another installation's server its log's signature; what they may do is
 * asked in signing/agents.test.ts and issuing/lodging/over-network.test.ts.
 */
const ROUTES = contractRoutes().filter(
  ({ name }) =>
    !['access.signOut', 'access.signIn', 'access.choosePassword'].includes(name) &&
    !/^(?:signers\.agent|issuing\.lodge)/.test(name),
);

function classIdOf(place: Place): string {
  const [first, second] = world.schools;
  return place === 'own' ? first.classId : place === 'other' ? first.otherClassId : second.classId;
}

const IDENTITY = {
  fullName: 'Lê Mẫu',
  personalId: '',
  registerNumber: '',
  sex: 'male',
  birthDate: '2016-01-01',
  birthPlace: '',
  homeTown: '',
  address: '',
  ethnicity: '',
  nationality: '',
  fatherName: '',
  motherName: '',
  motherAbsence: '',
  guardianName: '',
};
const CHOICES = { teachers: 'stay', classes: [], repeaters: [], waiting: [] };

/** A body that the route's schema takes and that changes nothing, or nothing that matters here. */
function bodyOf(name: string, place: Place): unknown {
  const classId = classIdOf(place);
  const pupilId = randomUUID();
  const bodies: Readonly<Record<string, unknown>> = {
    'roster.saveClass': {
      classId: place === 'foreign' ? classId : undefined,
      name: `Lớp ${randomUUID().slice(0, 8)}`,
      grade: 4,
      schoolYear: YEAR,
      homeroomStaffId: world.schools[0].staff.homeroom,
      assignments: [],
    },
    'roster.savePupils': { pupils: [] },
    'roster.openSchoolYear': {
      schoolYear: YEAR,
      startsOn: '2025-09-05',
      endsOn: '2026-05-31',
      plannedIssueDate: '2026-05-30',
      mainLockOn: '2026-06-30',
      supplementaryLockOn: '2026-08-15',
    },
    'roster.moveLocks': { mainLockOn: '2026-06-30', supplementaryLockOn: '2026-08-15', reason: 'Thử' },
    'roster.previewRollOver': CHOICES,
    'roster.applyRollOver': { ...CHOICES, digest: '' },
    'roster.undoRollOver': {},
    'roster.searchPupils': { text: '' },
    'roster.transferOut': { onDate: '2026-05-01', schoolName: 'Trường Mẫu', reason: 'Thử' },
    'roster.changeClass': { toClassId: classId, onDate: '2026-05-01', reason: 'Thử' },
    'roster.saveStaff': {
      staffCode: `NV${randomUUID().slice(0, 8)}`,
      fullName: 'Lê Mẫu Mới',
      personalId: '000080000099',
      title: 'Giáo viên',
      roles: [],
    },
    'roster.staffLeaves': { onDate: '2026-05-01' },
    'roster.setSchoolFacts': {
      validOn: '2026-05-01',
      name: 'Trường Tiểu học Mẫu số 1',
      code: '79000001',
      provinceCode: '99',
      communeCode: '99999',
      provinceOfficeCode: '79',
      provinceOfficeName: 'Sở Giáo dục và Đào tạo Mẫu',
      districtName: '',
      issuePlace: 'Phường Mẫu',
      taxCode: '0300000001',
      profile: 'moet-2025',
      reason: 'Thử',
    },
    'roster.checkIdentity': IDENTITY,
    'roster.setIdentity': { facts: IDENTITY, reason: 'Thử' },
    'roster.setStatus': { status: 'suspended', onDate: '2026-05-01', reason: 'Thử' },
    'roster.giveClass': {
      kind: 'primary',
      onDate: '2026-05-20',
      strengths: '',
      weaknesses: '',
      files: '',
      present: '',
    },
    'roster.answerHandOver': { accepted: true, remarks: '' },
    'roster.handBooks': {
      onDate: '2026-05-01',
      books: [{ pupilId, toName: 'Lê Mẫu', relation: 'Mẹ' }],
    },
    'roster.findOffer': { key: 'KHONGCO', birthDate: '2016-01-01' },
    'roster.takeOver': {
      key: 'KHONGCO',
      birthDate: '2016-01-01',
      toClassId: classId,
      onDate: '2026-05-01',
      reason: 'Thử',
    },
    'roster.transferIn': {
      toClassId: pupilId,
      onDate: '2026-05-01',
      reason: 'Thử',
      schoolName: 'Trường Mẫu',
      resultsNote: '',
      pupil: { pupilCode: 'MOI001', fullName: 'Lê Mẫu', sex: 'male', birthDate: '2016-01-01' },
      studyYears: [],
    },
    'roster.previewArrival': {
      toClassId: pupilId,
      onDate: '2026-05-01',
      reason: 'Thử',
      schoolName: 'Trường Mẫu',
      resultsNote: '',
      pupil: { pupilCode: 'MOI002', fullName: 'Lê Mẫu', sex: 'male', birthDate: '2016-01-01' },
      studyYears: [],
    },
    'roster.readArrival': { name: 'a.xml', content: 'PGEvPg==' },
    'roster.undoArrivalResults': {},
    'roster.applyImport': { rows: [] },
    'assessment.saveCells': {
      device: 'd',
      batch: randomUUID(),
      ops: [{ n: 0, pupilId, period: 'CN', item: 'TOAN.mark', base: 0, value: '1', source: 'key' }],
    },
    'assessment.setPlan': { pupilId, kind: 'individual' },
    'assessment.decidePlan': { pupilId, act: 'confirm' },
    'assessment.setAssessmentSettings': { electivesLower: false },
    'assessment.closePeriod': { period: 'GHK1' },
    'assessment.reopenPeriod': { period: 'GHK1', reason: 'Thử' },
    'assessment.sitAgain': {
      pupilId,
      period: 'CN',
      item: 'TOAN.mark',
      attempt: 2,
      mark: '5',
      takenOn: '2026-05-19',
      reason: 'Thử',
    },
    'assessment.confirmResults': { results: [{ pupilId, result: 'HT' }] },
    'assessment.decidePromotion': {
      decisions: [{ pupilId, completed: false, promoted: true, reason: 'Thử' }],
    },
    'assessment.planSummer': {
      pupilId,
      content: 'Thử',
      fromOn: '2026-06-05',
      untilOn: '2026-07-31',
    },
    'assessment.proposeTitle': { pupilId, subjects: ['TOAN'] },
    'assessment.withdrawTitle': { pupilId },
    'assessment.recordVote': { heldOn: '2026-05-15', votes: [{ pupilId, recognised: true }] },
    'assessment.decideTitles': { decisions: [{ pupilId, granted: true }] },
    'assessment.giveReward': { pupilId, kind: 'sudden', text: 'Thử', givenOn: '2026-05-15' },
    'assessment.sendLetter': { pupilId, text: 'Thử', givenOn: '2026-05-15' },
    'assessment.withdrawReward': { rewardId: randomUUID(), reason: 'Thử' },
    'access.factorChallenge': {},
    'access.proveFactor': { code: '000000' },
    'access.removeFactor': {},
    'access.requestFactorReset': { staffId: pupilId, reason: 'Thử' },
    'access.decideFactorReset': { approve: true },
    'access.askApproval': {
      act: { kind: 'recall', recordId: randomUUID(), reasonCode: 'other', replace: false },
      reason: 'Thử',
      evidence: 'Thử',
    },
    'access.decideApproval': { approve: true, digest: '0'.repeat(64), note: '' },
    'access.withdrawApproval': {},
    'access.trainingSecondFactor': { on: false },
    'signing.freezeClass': {},
    'signing.thawRecords': { recordIds: [randomUUID()], reason: 'Thử' },
    'signing.startSigning': { role: 'principal', classIds: [classId] },
    'signing.resumeSigning': {},
    'issuing.makeClassBook': {},
    'issuing.stopClassBook': {},
    'issuing.prepareClosing': { none: [] },
    'issuing.sealClosing': {},
  };
  return bodies[name];
}

async function call(client: Client, name: string, route: Route, place: Place) {
  const path = route.path.replace(/:(\w+)/g, (_, param: string) =>
    param === 'classId'
      ? classIdOf(place)
      : param === 'schoolYear'
        ? YEAR
        : param === 'list'
          ? 'provinces'
          : randomUUID(),
  );
  const query: Readonly<Record<string, string>> = {
    'issuing.issuedRecords': `?classId=${classIdOf(place)}`,
    'assessment.changedCells': '?after=0',
    'issuing.forkEvidence': '?origin=x&held=1&part=held',
    'roster.listCodes': '?day=2026-05-01',
  };
  const url = `${path}${query[name] ?? ''}`;
  if (name === 'roster.previewImport') {
    const { payload, headers } = fileBody('x.xlsx', new TextEncoder().encode('x'));
    return client(route.method, url, payload, headers);
  }
  return client(route.method, url, bodyOf(name, place));
}

const namesClass = (name: string, route: Route) =>
  route.path.includes(':classId') || name === 'issuing.issuedRecords' || name === 'signing.startSigning';

test('the contract is served whole, and each of its policies is a known one', () => {
  expect(() => requireWholeContract([])).toThrow('access.signIn');
  for (const { route } of contractRoutes()) expect(POLICIES).toContain(route.policy);
  expect(ROUTES.length * (ROLES.length + 1) * PLACES.length).toBeGreaterThan(500);
});

describe.each(ROUTES)('$name', ({ name, route }) => {
  test('nobody', async () => {
    const answer = await call(clients.nobody, name, route, 'own');
    if (route.policy === 'public') expect(answer.status).toBe(200);
    else expect([answer.status, answer.body]).toMatchObject([401, { error: 'not-signed-in' }]);
  });

  test.each(ROLES)('%s', async (role) => {
    for (const place of ['own', 'other'] as const) {
      const answer = await call(clients[role], name, route, place);
      const inPlace = namesClass(name, route) ? place : 'own';
      const may = namesClass(name, route)
        ? MAY[route.policy][inPlace].includes(role)
        : // No class is named: every role that the policy means anywhere may call.
          MAY[route.policy].own.includes(role) || MAY[route.policy].other.includes(role);
      const expected = may && !NARROWER[name]?.[place]?.includes(role);
      const seen = `${answer.status} ${answer.text.slice(0, 120)}`;
      if (expected) expect([401, 403], seen).not.toContain(answer.status);
      // What has no class, and of which the caller may not even know, is not found rather than forbidden.
      else expect(route.path.includes(':recordId') ? [403, 404] : [403], seen).toContain(answer.status);
      expect(answer.status, seen).toBeLessThan(500);
    }
  });

  test('a class of another school does not exist for anybody', async () => {
    if (!namesClass(name, route)) return;
    for (const role of ROLES) {
      const answer = await call(clients[role], name, route, 'foreign');
      const seen = `${role}: ${answer.status} ${answer.text.slice(0, 120)}`;
      const nothing = answer.status === 200 && /^\{"records":\[\](,"tables":\[\])?\}$/.test(answer.text);
      expect(nothing || (answer.status >= 400 && answer.status < 500), seen).toBe(true);
    }
  });
});

test('what was denied stands in the trail', async () => {
  const before = await countDenied();
  await clients.music('POST', `/api/classes/${world.schools[0].classId}/results`, {
    results: [{ pupilId: randomUUID(), result: 'HT' }],
  });
  await clients.music('GET', '/api/audit-trail');
  expect((await countDenied()) - before).toBe(2);
});

async function countDenied(): Promise<number> {
  const [row] = await world.database.asOwner<{ n: string }>(
    `select count(*) as n from audit_event where outcome = 'not-allowed'`,
  );
  return Number(row?.n);
}
