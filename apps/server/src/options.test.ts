import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readOptions, UsageError } from './options.ts';

describe('arguments', () => {
  test.each([
    [[], {}, { dataFolder: resolve('data'), port: 8080, lan: false, databaseUrl: undefined }],
    [['--data', 'x', '--port', '0', '--lan'], {}, { dataFolder: resolve('x'), port: 0, lan: true }],
    [[], { HOCBA_DATA: '/y', HOCBA_PORT: '9000' }, { dataFolder: '/y', port: 9000 }],
    [['--port=1234'], { HOCBA_PORT: '9000' }, { port: 1234 }],
    [[], {}, { publicUrl: undefined }],
    [['--public-url', 'https://a.example/'], {}, { publicUrl: 'https://a.example' }],
    [[], { HOCBA_PUBLIC_URL: 'https://b.example:8443' }, { publicUrl: 'https://b.example:8443' }],
    [[], { DATABASE_URL: '' }, { databaseUrl: undefined }],
    [[], { DATABASE_URL: 'postgres://h/d' }, { databaseUrl: 'postgres://h/d' }],
  ])('%j with %j', (argv, env, expected) => {
    expect(readOptions(argv, env)).toMatchObject(expected);
  });
  test('help', () => {
    expect(readOptions(['--help'], {})).toBe('help');
  });
  test.each([
    [['--prot', '1']],
    [['--port']],
    [['--port', '70000']],
    [['--port', 'a']],
    [['--port', '-1']],
    [['start']],
    [['--lan=yes']],
    [['--data', '']],
    [['--public-url', 'http://a.example']],
    [['--public-url', 'https://a.example/x']],
    [['--public-url', 'https://u:p@a.example']],
    [['--public-url', 'a.example']],
  ])('%j is refused', (argv) => {
    expect(() => readOptions(argv, {})).toThrow(UsageError);
  });
});
