/** One line of the table: who judged what, how often, and where the judge disagreed. */
export interface Row {
  readonly tool: string;
  readonly what: string;
  readonly count: number;
  readonly failures: readonly string[];
}

/** Gathers single findings into rows; a row without a single finding is a failure, since nothing was judged. */
export class Report {
  private readonly rows = new Map<
    string,
    { tool: string; what: string; count: number; failures: string[] }
  >();

  /** @param problem null when the judge said what it must, else what went wrong and where */
  add(tool: string, what: string, problem: string | null): void {
    const row = this.expect(tool, what);
    row.count++;
    if (problem !== null) row.failures.push(problem);
  }

  /** Announces a row, so that it shows even if nothing is ever found for it. */
  expect(tool: string, what: string): { count: number; failures: string[] } {
    const key = `${tool}\n${what}`;
    let row = this.rows.get(key);
    if (row === undefined) {
      row = { tool, what, count: 0, failures: [] };
      this.rows.set(key, row);
    }
    return row;
  }

  get failed(): boolean {
    return [...this.rows.values()].some((row) => row.count === 0 || row.failures.length > 0);
  }

  table(): string {
    const rows = [...this.rows.values()].map(({ tool, what, count, failures }) => [
      tool,
      what,
      String(count),
      count === 0 ? 'CHƯA XÉT' : failures.length === 0 ? 'đạt' : `HỎNG ${failures.length}`,
    ]);
    const lines = [['công cụ', 'điều được xét', 'số lần', 'kết luận'], ...rows];
    const widths = [0, 1, 2].map((n) => Math.max(...lines.map((line) => [...(line[n] ?? '')].length)));
    const text = lines.map((line) =>
      line
        .map((cell, n) =>
          n === 2 ? ' '.repeat((widths[n] ?? 0) - cell.length) + cell : cell.padEnd(widths[n] ?? 0),
        )
        .join('  '),
    );
    const failures = [...this.rows.values()].flatMap(({ tool, what, failures }) =>
      failures.slice(0, 8).map((failure) => `  ${tool}, ${what}: ${failure}`),
    );
    return `${text.join('\n')}\n${failures.length === 0 ? '' : `\nHỏng:\n${failures.join('\n')}\n`}`;
  }
}
