import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { extendSignature, renew } from '@hocba/signature';
import { nodeCrypto } from '@hocba/signature/node';
import { later, makeWorld, SIGNED, type World } from '../../packages/signature/src/testing/world.node.ts';
import { judgeAnswers, judgeTokens } from './evidence.ts';
import { type Jdk, jdkFindings } from './jdk.ts';
import type { Report } from './report.ts';
import { contentOf, firstIn, readSignedXml, type SignedXml } from './signed-xml.ts';
import { xmlsecAccepts, xmlsecVerify } from './xmlsec.ts';
import { xsecAccepts, xsecVerify } from './xsec.ts';

/** The slots that are raised: whoever signs last. Teachers stay at B, as they do by default. */
const RAISED = ['cbql', 'ky-phat-hanh'] as const;
/** The first authority's certificate ends after 1,400 days. */
const RENEWED_AT = later(1_330);

/** A record at each level and once renewed, each before every tool that can judge a part of it, with a changed twin for each. */
export async function judgeLevels(report: Report, jdk: Jdk, work: string): Promise<void> {
  const folder = join(work, 'levels');
  await mkdir(folder);
  const world = await makeWorld();
  const root = join(folder, 'root.pem');
  const issuing = join(folder, 'issuing.pem');
  await writeFile(root, world.signers.pki.root.certificatePem);
  await writeFile(issuing, world.signers.pki.issuing.certificatePem);
  for (const [level, bytes] of await recordsOf(world)) {
    const file = join(folder, `${level}.xml`);
    await writeFile(file, bytes);
    const xml = readSignedXml(Buffer.from(bytes));
    await judgeCore(report, level, xml, file, jdk, root);
    await judgeTokens(report, level, xml, { folder, root, issuing });
    await judgeAnswers(report, level, xml, { folder, root, issuing });
  }
}

async function recordsOf(world: World): Promise<readonly [level: string, xml: Uint8Array][]> {
  const raise = async (from: Uint8Array, level: 'T' | 'LT' | 'LTA'): Promise<Uint8Array> => {
    let xml = from;
    for (const slot of RAISED) xml = await extendSignature(nodeCrypto, xml, slot, level, world.services);
    return xml;
  };
  const [T, LT, LTA] = [
    await raise(world.record, 'T'),
    await raise(world.record, 'LT'),
    await raise(world.record, 'LTA'),
  ];
  world.setNow(RENEWED_AT);
  const services = await world.renewAuthority(RENEWED_AT);
  let renewed = LTA;
  for (const slot of RAISED) renewed = await renew(nodeCrypto, renewed, slot, services);
  return [
    ['B', world.record],
    ['T', T],
    ['LT', LT],
    ['LTA', LTA],
    ['gia hạn', renewed],
  ];
}

/** The signatures themselves, which no level may disturb. */
async function judgeCore(
  report: Report,
  level: string,
  xml: SignedXml,
  file: string,
  jdk: Jdk,
  root: string,
): Promise<void> {
  const of = { format: 'XAdES', level };
  const name = firstIn(xml, xml.parts[0] ?? missing('HOC_BA'), 'HO_VA_TEN');
  const twinFile = `${file.slice(0, -4)}-twin.xml`;
  const twin = Buffer.from(xml.bytes);
  twin[name.contentStart] = contentOf(xml.text, name).startsWith('N') ? 'M'.charCodeAt(0) : 'N'.charCodeAt(0);
  await writeFile(twinFile, twin);
  const mark = firstIn(xml, xml.parts[0] ?? missing('HOC_BA'), 'DIEM_SO');
  const markTwinFile = `${file.slice(0, -4)}-mark.xml`;
  const markTwin = Buffer.from(xml.bytes);
  markTwin[mark.contentStart] = '5'.charCodeAt(0);
  await writeFile(markTwinFile, markTwin);

  for (const { slot } of xml.slots) {
    const right = await xmlsecVerify(xml, file, slot, [root], SIGNED);
    const wrong = await xmlsecVerify(xml, slot === 'gvbm-1' ? markTwinFile : twinFile, slot, [root], SIGNED);
    report.add('xmlsec1', `XAdES-${level}: chữ ký đúng`, xmlsecAccepts(right) ? null : slot, of);
    report.add('xmlsec1', `XAdES-${level}: TỪ CHỐI tệp đã sửa`, xmlsecAccepts(wrong) ? slot : null, of);
  }
  const [first, firstTwin] = [await xsecVerify(file), await xsecVerify(markTwinFile)];
  report.add('xsec-checksig', `XAdES-${level}: chữ ký đầu đúng`, xsecAccepts(first) ? null : first.out, of);
  const refused = xsecAccepts(firstTwin) ? markTwinFile : null;
  report.add('xsec-checksig', `XAdES-${level}: TỪ CHỐI tệp đã sửa`, refused, of);

  const [all, none] = [await jdk.verify(root, file), await jdk.verify(root, markTwinFile)];
  const { valid } = jdkFindings(all);
  for (const { slot } of xml.slots)
    report.add(
      'JDK XMLDSig + PKIX',
      `XAdES-${level}: chữ ký đúng`,
      valid.includes(slot) ? null : all.out,
      of,
    );
  // Every signer's data hold the mark.
  for (const { slot } of xml.slots) {
    const held = jdkFindings(none).valid.includes(slot);
    report.add('JDK XMLDSig + PKIX', `XAdES-${level}: TỪ CHỐI tệp đã sửa`, held ? slot : null, of);
  }
}

function missing(name: string): never {
  throw new Error(`không có ${name}`);
}
