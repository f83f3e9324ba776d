/** `hocba`: the command line. Each command's module is loaded only when it is called. */
import { type Command, EXIT, type Io } from './command.ts';

const COMMANDS: Readonly<Record<string, () => Promise<{ command: Command }>>> = {
  check: () => import('./check.ts'),
};

/**
 * Runs one command.
 * @param args the arguments behind `hocba`
 * @returns the exit code; 64 for a call that is not understood
 */
export async function run(args: readonly string[], io: Io = processIo): Promise<number> {
  const [name = '', ...rest] = args;
  if (name === '--help' || name === '-h' || name === 'help') {
    io.out(await overview());
    return EXIT.ok;
  }
  const load = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (load === undefined) {
    io.err(name === '' ? await overview() : `Không có lệnh “${name}”.\n\n${await overview()}`);
    return EXIT.usage;
  }
  const { command } = await load();
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

async function overview(): Promise<string> {
  const lines = await Promise.all(
    Object.entries(COMMANDS).map(
      async ([name, load]) => `  ${name.padEnd(8)} ${(await load()).command.summary}\n`,
    ),
  );
  return `Cách dùng: hocba LỆNH [TUỲ CHỌN] (usage: hocba COMMAND [OPTIONS])\n\nCác lệnh:\n${lines.join('')}\nXem chi tiết: hocba LỆNH --help\n`;
}

const processIo: Io = {
  out: (text) => void process.stdout.write(text),
  err: (text) => void process.stderr.write(text),
};
