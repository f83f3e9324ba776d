import { isIP } from 'node:net';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';

export interface ServerOptions {
  readonly dataFolder: string;
  readonly databaseUrl: string | undefined;
  /** 0: any free port. */
  readonly port: number;
  /** The port was named, so that the next free one would be a surprise. */
  readonly portAsked: boolean;
  readonly lan: boolean;
  /** Address that the QR on prints leads to, without a slash at the end; undefined: the one the print was asked for at. */
  readonly publicUrl: string | undefined;
  /** Addresses of proxies in front whose word on visitors counts. */
  readonly proxies: readonly string[];
}

export const DEFAULT_PORT = 8080;

export const USAGE = `Cách dùng: npm start -- [--data THƯ_MỤC] [--port CỔNG] [--lan] [--public-url ĐỊA_CHỈ] [--proxy ĐỊA_CHỈ_IP]

  --data THƯ_MỤC  nơi chứa dữ liệu (mặc định ./data; biến HOCBA_DATA)
  --port CỔNG     cổng HTTP trên máy này (mặc định ${DEFAULT_PORT}, mặc định mà bận thì lấy cổng trống tiếp theo; biến HOCBA_PORT)
  --lan           mở thêm https cho các máy trong mạng của trường
  --public-url ĐỊA_CHỈ  địa chỉ công khai in trong mã QR, như https://hocba.truong.example (biến HOCBA_PUBLIC_URL)
  --proxy ĐỊA_CHỈ_IP    địa chỉ của máy chủ web đứng trước (nginx…), như 127.0.0.1; nhiều địa chỉ thì cách nhau bằng dấu phẩy.
                  Chỉ lời của các địa chỉ này về người truy cập được tin; không nêu thì không tin ai (biến HOCBA_PROXY)
  --help          in hướng dẫn này

  DATABASE_URL    dùng PostgreSQL (15 trở lên) có sẵn thay cho bản đi kèm`;

export class UsageError extends Error {}

/** Reads arguments and environment; whatever is not known is refused. @throws UsageError with a sentence */
export function readOptions(
  argv: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
): ServerOptions | 'help' {
  let values: {
    data?: string;
    port?: string;
    lan?: boolean;
    help?: boolean;
    'public-url'?: string;
    proxy?: string;
  };
  try {
    ({ values } = parseArgs({
      args: [...argv],
      options: {
        data: { type: 'string' },
        port: { type: 'string' },
        lan: { type: 'boolean' },
        'public-url': { type: 'string' },
        proxy: { type: 'string' },
        help: { type: 'boolean' },
      },
      strict: true,
      allowPositionals: false,
    }));
  } catch {
    throw new UsageError(`Không hiểu tham số: ${argv.join(' ')}`);
  }
  if (values.help) return 'help';
  const port = values.port ?? (env.HOCBA_PORT || undefined);
  if (port !== undefined && !(/^\d{1,5}$/.test(port) && Number(port) <= 65_535)) {
    throw new UsageError(`Cổng phải là số từ 0 đến 65535, không phải “${port}”.`);
  }
  const data = values.data ?? (env.HOCBA_DATA || 'data');
  if (data === '') throw new UsageError('Thư mục dữ liệu (--data) còn trống.');
  return {
    dataFolder: resolve(data),
    databaseUrl: env.DATABASE_URL || undefined,
    port: port === undefined ? DEFAULT_PORT : Number(port),
    portAsked: port !== undefined,
    lan: values.lan ?? false,
    publicUrl: readPublicUrl(values['public-url'] ?? (env.HOCBA_PUBLIC_URL || undefined)),
    proxies: readProxies(values.proxy ?? (env.HOCBA_PROXY || undefined)),
  };
}

/** It is printed on records for years: a host by https, nothing behind it. */
function readPublicUrl(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url?.protocol !== 'https:' || url.href !== `${url.origin}/` || url.username !== '') {
    throw new UsageError(`Địa chỉ công khai phải có dạng https://tên-máy, không phải “${text}”.`);
  }
  return url.origin;
}

/** Addresses one by one: of a network, or of everybody, each visitor could say whatever he likes of himself. */
function readProxies(text: string | undefined): string[] {
  const proxies = text?.split(',').map((address) => address.trim()) ?? [];
  const wrong = proxies.find((address) => isIP(address) === 0);
  if (wrong !== undefined) {
    throw new UsageError(
      `--proxy phải là địa chỉ IP của máy chủ web đứng trước, như 127.0.0.1, không phải “${wrong}”.`,
    );
  }
  return proxies;
}
