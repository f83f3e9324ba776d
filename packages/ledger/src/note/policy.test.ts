import { describe, expect, test } from 'vitest';
import { LedgerError } from '../error.ts';
import { wordSigner } from '../testing/ports.node.ts';
import { nodeSha256 as sha256 } from './crypto.node.ts';
import { parseVkey } from './note.ts';
import { evaluateQuorum, formatPolicy, parsePolicy } from './policy.ts';

const log = (name: string) => wordSigner(name, name).vkey;
const witness = (name: string) => wordSigner(`${name}.example`, name, 0x04).vkey;
const key = (name: string) => parseVkey(sha256, witness(name));
const parse = (text: string) => parsePolicy(sha256, text);

const LOG = `log ${log('so.example/1')}\n`;
const THREE = ['bo', 'so1', 'so2'].map((name) => `witness ${name} ${witness(name)}\n`).join('');

const NESTED = `# Bộ và một trong hai sở
${LOG}
witness  bo\t${witness('bo')}   https://bo.example/
${['so1', 'so2'].map((name) => `witness ${name} ${witness(name)}`).join('\n')}

group cac-so any so1 so2
  # chú thích thụt vào
group tat-ca all bo cac-so
quorum tat-ca
`;

describe('policy', () => {
  test('a nested quorum', () => {
    const policy = parse(NESTED);
    expect(policy.groups.map((group) => group.threshold)).toEqual([1, 2]);
    expect(policy.witnesses[0]?.url).toBe('https://bo.example/');
    const say = (...names: string[]) => evaluateQuorum(policy, names.map(key));
    expect(say('bo', 'so2')).toBe('met');
    expect(say('bo', 'so1', 'so2')).toBe('met');
    expect(say('bo')).toBe('missing');
    expect(say('so1', 'so2')).toBe('missing');
    expect(say('bo', 'bao')).toBe('missing');
    expect(say()).toBe('missing');
  });

  test('a threshold in numbers, a single witness, and none', () => {
    const two = parse(`${LOG}${THREE}group g 2 bo so1 so2\nquorum g\n`);
    expect(evaluateQuorum(two, [key('bo'), key('so2')])).toBe('met');
    expect(evaluateQuorum(two, [key('bo'), key('bo')])).toBe('missing');
    const one = parse(`${THREE}quorum so1\n`);
    expect(evaluateQuorum(one, [key('so1')])).toBe('met');
    expect(evaluateQuorum(one, [key('so2')])).toBe('missing');
    expect(evaluateQuorum(parse(`${LOG}quorum none\n`), [])).toBe('none-required');
  });

  test('what is written reads back', () => {
    for (const text of [NESTED, `${LOG}quorum none\n`]) {
      const policy = parse(text);
      expect(parse(formatPolicy(sha256, policy))).toEqual(policy);
    }
    const policy = parse(NESTED);
    expect(() => formatPolicy(sha256, { ...policy, quorum: 'khong-co' })).toThrow(LedgerError);
    expect(() => formatPolicy(sha256, { ...policy, quorum: 'none\nlog x' })).toThrow(LedgerError);
  });

  test.each<[string, string]>([
    ['nothing', ''],
    ['no quorum', LOG],
    ['no newline at the end', `${LOG}quorum none`],
    // Cut by one character it would name another witness.
    ['no newline, one letter more than a name', `${THREE}quorum bos`],
    ['two quorums', `${LOG}quorum none\nquorum none\n`],
    ['quorum of two names', `${THREE}quorum bo so1\n`],
    ['quorum without name', `${LOG}quorum\n`],
    ['quorum of an unknown name', `${LOG}quorum bo\n`],
    ['quorum before its definition', `quorum bo\n${THREE}`],
    ['unknown keyword', `${LOG}mirror x\nquorum none\n`],
    ['keyword in capitals', `${LOG}Quorum none\n`],
    ['log without key', 'log\nquorum none\n'],
    ['log with three items', `log ${log('a.example')} http://x y\nquorum none\n`],
    ["log with a witness's key", `log ${witness('bo')}\nquorum none\n`],
    ["witness with a log's key", `witness bo ${log('a.example')}\nquorum bo\n`],
    [
      'a witness with the log’s own key',
      `log ${wordSigner('a.example', 'bo').vkey}\nwitness bo ${witness('bo')}\nquorum bo\n`,
    ],
    [
      'the same, the witness first',
      `witness bo ${witness('bo')}\nlog ${wordSigner('a.example', 'bo').vkey}\nquorum bo\n`,
    ],
    ['the same log twice', `${LOG}${LOG}quorum none\n`],
    ['the same key under two names', `witness a ${witness('bo')}\nwitness b ${witness('bo')}\nquorum a\n`],
    ['two witnesses of one name', `witness a ${witness('bo')}\nwitness a ${witness('so1')}\nquorum a\n`],
    ['witness without key', 'witness bo\nquorum none\n'],
    ['witness with four items', `witness bo ${witness('bo')} https://x y\nquorum bo\n`],
    ['witness called none', `witness none ${witness('bo')}\nquorum none\n`],
    ['group called none', `${THREE}group none any bo\nquorum none\n`],
    ['group called like a witness', `${THREE}group bo any so1\nquorum bo\n`],
    ['group of nobody', `${THREE}group g any\nquorum g\n`],
    ['group of itself', `${THREE}group g any g\nquorum g\n`],
    ['group of a later group', `${THREE}group g any h\ngroup h any bo\nquorum g\n`],
    ['group with a member twice', `${THREE}group g 2 bo bo\nquorum g\n`],
    ['member of two groups', `${THREE}group g any bo\ngroup h any bo\nquorum g\n`],
    ['none as a member', `${THREE}group g any none\nquorum g\n`],
    ['threshold 0', `${THREE}group g 0 bo\nquorum g\n`],
    ['threshold above members', `${THREE}group g 3 bo so1\nquorum g\n`],
    ['threshold with leading zero', `${THREE}group g 01 bo so1\nquorum g\n`],
    ['threshold in words', `${THREE}group g most bo so1\nquorum g\n`],
    ['carriage return', `${LOG}quorum none\r\n`],
    ['null', `${LOG}# \0\nquorum none\n`],
    ['damaged key', `${LOG.replace('=', '')}x\nquorum none\n`],
  ])('%s is refused', (_, text) => {
    expect(() => parse(text)).toThrow(LedgerError);
  });
});
