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
    [[], {}, { proxies: [] }],
    [['--proxy', '127.0.0.1, ::1'], { HOCBA_PROXY: '192.0.2.1' }, { proxies: ['127.0.0.1', '::1'] }],
    [[], { HOCBA_PROXY: '192.0.2.1' }, { proxies: ['192.0.2.1'] }],
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
    ...['true', '*', 'loopback', '0.0.0.0/0', '10.0.0.0/8', 'nginx.example', '127.0.0.1,', ''].map((all) => [
      ['--proxy', all],
    ]),
  ])('%j is refused', (argv) => {
    expect(() => readOptions(argv, {})).toThrow(UsageError);
  });
});
