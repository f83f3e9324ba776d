/** `npm run pictures [NAME…]`: the pictures of README and guides, of a training school of its own and its invented people. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Browser, chromium } from 'playwright-core';
import { access, issuing, roster, signing } from '../../apps/server/src/http/api/index.ts';
import { readPng } from '../../packages/form/src/png.ts';
import { CHROMIUM_FLAGS, findChromium } from '../../packages/form/src/testing/chromium.ts';
import { gatherPeople, type People } from '../example/people.ts';
import { startServerProcess } from '../example/server-process.ts';
import { prepare } from '../install.mjs';
import { issueClass } from './issued-class.ts';
import { PICTURES, type Picture, type Scene } from './pages.ts';
import { smallPng } from './small-png.ts';

const FOLDER = join(import.meta.dirname, '..', '..', 'docs', 'pictures');
/** A guide is read over a school's line. */
const MOST_BYTES = 60_000;

/** A class that is issued, one of its records asked for again, and one that is still entered. */
async function scene(people: People): Promise<Scene> {
  const issued = await issueClass(people, '2A');
  const { classes } = await people.clerk.person.call(roster.listClasses);
  const openClassId = classes.find(({ name }) => name === '4A')?.classId ?? '';
  const [first, second] = issued.records;
  if (first === undefined || second === undefined) throw new Error('no records');
  const { fields } = await people.clerk.person.call(issuing.recordFields, {
    params: { recordId: first.recordId },
  });
  const mark = fields.find(({ item }) => item === 'TOAN.mark')?.value;
  await people.clerk.person.call(access.askApproval, {
    body: {
      act: {
        kind: 'recall',
        recordId: first.recordId,
        reasonCode: 'data-entry-error',
        replace: true,
        corrections: [
          { item: 'TOAN.mark', value: mark === '9' ? '8' : '9' },
          { item: 'HOMEROOM.comment', value: 'Em chăm học, biết giúp bạn; cần đọc to hơn khi phát biểu.' },
        ],
      },
      reason: 'Vào nhầm dòng của bạn bên cạnh khi nhập môn Toán.',
      evidence: 'Biên bản số 3, lưu ở văn thư',
    },
  });
  const params = { recordId: second.recordId };
  const { verifyUrl } = await people.clerk.person.call(signing.recordDetail, { params });
  return {
    issued,
    openClassId,
    publicPath: new URL(verifyUrl ?? '').pathname,
    print: await people.clerk.person.call(signing.recordPdf, { params }),
  };
}

async function take(browser: Browser, base: string, picture: Picture, of: Scene): Promise<Uint8Array> {
  const context = await browser.newContext({
    baseURL: base,
    viewport: picture.size,
    locale: 'vi-VN',
    timezoneId: 'Asia/Ho_Chi_Minh',
    reducedMotion: 'reduce',
  });
  try {
    const { user } = picture;
    if (user !== null) {
      const data = { username: user, password: 'tap-huan-2026' };
      const answer = await context.request.post('/api/session', { data });
      if (answer.status() !== 200) throw new Error(`${user}: ${answer.status()}`);
    }
    const page = await context.newPage();
    await picture.bring(page, of);
    return smallPng(readPng(await page.screenshot({ caret: 'hide' })));
  } finally {
    await context.close();
  }
}

async function main(names: readonly string[]): Promise<number> {
  const wanted = PICTURES.filter(({ name }) => names.length === 0 || names.includes(name));
  await prepare();
  const folder = await mkdtemp(join(tmpdir(), 'hocba-pictures-'));
  const server = await startServerProcess(folder, 0);
  const browser = await chromium.launch({
    executablePath: await findChromium(),
    args: [...CHROMIUM_FLAGS],
  });
  let tooLarge = 0;
  try {
    const of = await scene(await gatherPeople({ url: server.url, patienceMs: 0 }));
    for (const picture of wanted) {
      const png = await take(browser, server.url, picture, of);
      const fits = png.length <= MOST_BYTES;
      if (fits) await writeFile(join(FOLDER, `${picture.name}.png`), png);
      else tooLarge++;
      process.stdout.write(`${picture.name}.png ${png.length} byte${fits ? '' : ': quá lớn, không ghi'}\n`);
    }
  } finally {
    await browser.close();
    await server.stop();
    await rm(folder, { recursive: true, force: true });
  }
  return tooLarge === 0 ? 0 : 1;
}

process.exitCode = await main(process.argv.slice(2));
