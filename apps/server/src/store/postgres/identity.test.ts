import { describe, expect, test } from 'vitest';
import { serviceAccount } from './identity.ts';

describe('root’s database runs as', () => {
  const root = 'root:x:0:0:root:/root:/bin/bash';
  const nobody = 'nobody:x:65534:65533:nobody:/:/sbin/nologin';
  const postgres = 'postgres:x:101:104:PostgreSQL:/var/lib/postgresql:/bin/bash';

  test.each([
    ['postgres before nobody', [root, nobody, postgres], { uid: 101, gid: 104 }],
    ['nobody', [root, nobody], { uid: 65534, gid: 65533 }],
    [
      'no account that only looks like it',
      [root, 'postgres2:x:5:5::/:/bin/sh', nobody],
      { uid: 65534, gid: 65533 },
    ],
    [
      'never as root under another name',
      [root, 'postgres:x:0:0::/:/bin/sh', nobody],
      { uid: 65534, gid: 65533 },
    ],
    ['nobody at all', [root], null],
    ['nothing in an empty file', [''], null],
    ['nothing in a damaged line', ['postgres'], null],
  ])('%s', (_, lines, expected) => {
    expect(serviceAccount(lines.join('\n'))).toEqual(expected);
  });
});
