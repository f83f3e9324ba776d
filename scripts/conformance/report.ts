/** One line of the table: who judged what, how often, and where the judge disagreed. */
interface Row {
  readonly tool: string;
  readonly what: string;
  count: number;
  readonly failures: string[];
}

/** Gathers single findings into rows, in groups by tool. */
export class Report {
  private readonly rows = new Map<string, Row>();

  /** @param problem null when the judge said what it must, else what went wrong and where */
  add(tool: string, what: string, problem: string | null): void {
    const key = `${tool}\n${what}`;
    const row = this.rows.get(key) ?? { tool, what, count: 0, failures: [] };
    this.rows.set(key, row);
    row.count++;
    if (problem !== null) row.failures.push(problem);
  }

  get failed(): boolean {
    return this.rows.size === 0 || [...this.rows.values()].some((row) => row.failures.length > 0);
  }

  table(): string {
    const tools = [...new Set([...this.rows.values()].map(({ tool }) => tool))];
    const grouped = tools.flatMap((tool) => [...this.rows.values()].filter((row) => row.tool === tool));
    const rows = grouped.map(({ tool, what, count, failures }) => [
      tool,
      what,
      String(count),
      failures.length === 0 ? 'đạt' : `HỎNG ${failures.length}`,
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
