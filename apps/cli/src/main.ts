/** `hocba`: the command line. Each command's module is loaded only when it is called. */
import { type Command, EXIT, type Io } from './command.ts';

interface Entry {
  /** One line for the list of commands. */
  readonly summary: string;
  load(): Promise<{ command: Command }>;
}

const COMMANDS: Readonly<Record<string, Entry>> = {
  check: {
    summary: 'kiểm tra bảng kết quả (.xlsx) của lớp hoặc cả trường (check results)',
    load: () => import('./check.ts'),
  },
  import: {
    summary: 'nhập tệp Excel vào máy chủ của trường: xem trước, rồi ghi (import results or lists)',
    load: () => import('./import.ts'),
  },
  export: {
    summary: 'tải kết quả, danh sách của trường ra Excel (export results or lists)',
    load: () => import('./export.ts'),
  },
  verify: {
    summary: 'kiểm tra học bạ số, XML hoặc PDF, có thật không (verify a record)',
    load: () => import('./verify/verify.ts'),
  },
  audit: {
    summary: 'kiểm tra lại cả kho học bạ với nhật ký phát hành (audit a whole store)',
    load: () => import('./audit.ts'),
  },
  log: {
    summary: 'xem, khép hoặc thay nhật ký phát hành của kho (list, close or succeed a log)',
    load: () => import('./log/log.ts'),
  },
  'take-back': {
    summary: 'lấy lại học bạ mà kho đã mất, từ tệp của gia đình (take lost records back)',
    load: () => import('./take-back.ts'),
  },
  mirror: {
    summary: 'giữ bản sao đã kiểm tra của nhật ký phát hành (verified copy of a log)',
    load: () => import('./mirror/mirror.ts'),
  },
  witness: {
    summary: 'làm nhân chứng của nhật ký phát hành (witness of transparency logs)',
    load: () => import('./witness/witness.ts'),
  },
};

/**
 * Runs one command.
 * @param args the arguments behind `hocba`
 * @returns the exit code; 64 for a call that is not understood
 */
export async function run(args: readonly string[], io: Io = processIo): Promise<number> {
  const [first = '', ...others] = args;
  // `hocba help mirror` asks what `hocba mirror --help` does.
  const [of, ...more] = others;
  const [name = '', ...rest] = first === 'help' && of !== undefined ? [of, '--help', ...more] : args;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(overview());
    return EXIT.ok;
  }
  const entry = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (entry === undefined) {
    io.err(name === '' ? overview() : `Không có lệnh “${name}”.\n\n${overview()}`);
    return EXIT.usage;
  }
  const { command } = await entry.load();
  if (rest.includes('--help') || rest.includes('-h')) {
    io.out(command.usage);
    return EXIT.ok;
  }
  try {
    return await command.run(rest, io);
  } catch (error) {
    // The stack may hold a path or a value of a record: the kind of the error is enough.
    io.err(`Lỗi bất ngờ trong lệnh “${name}” (${error instanceof Error ? error.name : 'không rõ'}).\n`);
    return EXIT.software;
  }
}

function overview(): string {
  const lines = Object.entries(COMMANDS).map(([name, { summary }]) => `  ${name.padEnd(9)} ${summary}\n`);
  return `Cách dùng: hocba LỆNH [TUỲ CHỌN] (usage: hocba COMMAND [OPTIONS])\n\nCác lệnh:\n${lines.join('')}\nXem chi tiết: hocba LỆNH --help\n`;
}

const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};
