import { createInterface } from 'node:readline';

/** The agent's own window: what is signed is shown here and nowhere that a web page could paint over. */
export interface Terminal {
  say(line: string): void;
  ask(question: string): Promise<string>;
  /** Not echoed. */
  askSecret(question: string): Promise<string>;
}

/** Over the process's own terminal; piped input is read line by line. Null is never an answer: an end of input stops. */
export function processTerminal(stopped: AbortSignal): Terminal & { close(): void } {
  const { stdin, stdout } = process;
  let hidden = false;
  let keyByKey = false;
  const output = {
    write(text: string): void {
      if (!hidden) stdout.write(text);
    },
  };
  const lines: string[] = [];
  const waiting: ((line: string) => void)[] = [];
  const reader = createInterface({ input: stdin, terminal: false });
  reader.on('line', (line) => {
    // The reader sees what is typed as a secret too: it must not become the answer to the next question.
    if (keyByKey) return;
    const next = waiting.shift();
    if (next) next(line);
    else lines.push(line);
  });
  const nextLine = (): Promise<string> => {
    const line = lines.shift();
    if (line !== undefined) return Promise.resolve(line);
    return new Promise((resolve, reject) => {
      waiting.push(resolve);
      stopped.addEventListener('abort', () => reject(new Stopped()), { once: true });
    });
  };
  return {
    say: (line) => void stdout.write(`${line}\n`),
    async ask(question) {
      output.write(question);
      return (await nextLine()).trim();
    },
    async askSecret(question) {
      if (stdin.isTTY) {
        keyByKey = true;
        try {
          return await secretFromTty(stdin, question, stopped);
        } finally {
          keyByKey = false;
        }
      }
      stdout.write(question);
      hidden = true;
      try {
        return await nextLine();
      } finally {
        hidden = false;
        stdout.write('\n');
      }
    },
    close: () => reader.close(),
  };
}

export class Stopped extends Error {}

/** Reads keys one by one, so that nothing of them shows. */
function secretFromTty(stdin: NodeJS.ReadStream, question: string, stopped: AbortSignal): Promise<string> {
  return new Promise((resolve, reject) => {
    let secret = '';
    const end = (how: () => void): void => {
      stdin.off('data', onData);
      stdin.setRawMode(false);
      process.stdout.write('\n');
      how();
    };
    const onData = (chunk: Buffer): void => {
      for (const key of chunk.toString('utf8')) {
        if (key === '\r' || key === '\n') return end(() => resolve(secret));
        if (key === '\u0003') {
          process.kill(process.pid, 'SIGINT');
          return end(() => reject(new Stopped()));
        }
        if (key === '\u007f' || key === '\b') secret = secret.slice(0, -1);
        else secret += key;
      }
    };
    stopped.addEventListener('abort', () => reject(new Stopped()), { once: true });
    stdin.setRawMode(true);
    stdin.on('data', onData);
    stdin.resume();
    // Last: whoever is asked and types at once is not shown what was typed.
    process.stdout.write(question);
  });
}
