import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as pause } from 'node:timers/promises';

/** A program at a terminal of its own (a pty, by util-linux' `script`): what it shows is read as the person sees it. */
export class Pty {
  readonly #child: ChildProcess;
  shown = '';

  constructor(command: readonly string[], env: NodeJS.ProcessEnv = process.env) {
    const line = command.map((word) => `'${word}'`).join(' ');
    this.#child = spawn('script', ['-qfec', line, '/dev/null'], { stdio: ['pipe', 'pipe', 'pipe'], env });
    this.#child.stdout?.on('data', (chunk: Buffer) => {
      this.shown += chunk.toString();
    });
  }

  type(keys: string): void {
    this.#child.stdin?.write(keys);
  }

  /** Waits until the terminal shows it for the nth time. @throws Error with all that is shown, after a minute */
  async until(text: string, times = 1): Promise<void> {
    for (const end = Date.now() + 60_000; this.shown.split(text).length - 1 < times; await pause(20))
      if (Date.now() > end) throw new Error(`không thấy “${text}”: ${JSON.stringify(this.shown)}`);
  }

  async ended(): Promise<void> {
    const child = this.#child;
    if (child.exitCode === null && child.signalCode === null)
      await new Promise((resolve) => child.once('exit', resolve));
  }

  kill(): void {
    this.#child.kill('SIGKILL');
  }
}
