/** What every command of `hocba` is made of. */

/** Exit codes that mean the same in every command (sysexits.h). */
export const EXIT = {
  ok: 0,
  usage: 64,
  unreadable: 65,
  unavailable: 69,
  software: 70,
  cannotCreate: 73,
  notAllowed: 77,
} as const;

export interface Io {
  out(text: string): void;
  err(text: string): void;
}

export interface Command {
  /** How it is called and what it answers. */
  readonly usage: string;
  /** @param args what stands behind the command's name; returns the exit code */
  run(args: readonly string[], io: Io): Promise<number>;
}

/** Which option of a call is not known, or has no value: `parseArgs` names it in English, and quotes it. */
export function wrongOption(error: unknown): string {
  const { code, message } = error as NodeJS.ErrnoException;
  const option = /'(?:-\w, )?(--?[^\s'=<]+)/.exec(message ?? '')?.[1];
  if (option === undefined || !code?.startsWith('ERR_PARSE_ARGS')) return 'Tuỳ chọn không có hoặc viết sai.';
  if (code === 'ERR_PARSE_ARGS_UNKNOWN_OPTION') return `Không có tuỳ chọn “${option}”.`;
  return `Tuỳ chọn “${option}” viết sai: thiếu giá trị, hoặc thừa.`;
}

const REASONS: Readonly<Record<string, string>> = {
  ENOENT: 'không có tệp hay thư mục ấy',
  ENOTDIR: 'đó là một tệp, không phải thư mục',
  EEXIST: 'đã có tệp cùng tên',
  EISDIR: 'đó là một thư mục, không phải tệp',
  EACCES: 'không có quyền',
  EPERM: 'không có quyền',
  EROFS: 'ổ đĩa chỉ đọc',
  ENOSPC: 'đĩa đầy',
  EDQUOT: 'hết phần đĩa được cấp',
  EADDRINUSE: 'cổng ấy đang có chương trình khác dùng',
  EADDRNOTAVAIL: 'máy này không có địa chỉ ấy',
};

/** What the system refused, in words, with its code for who looks further. */
export function systemReason(error: unknown): string {
  const { code } = error as NodeJS.ErrnoException;
  const words = code === undefined ? undefined : REASONS[code];
  return words === undefined ? (code ?? 'không rõ') : `${words}, ${code}`;
}
