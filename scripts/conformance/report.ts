/** One line of the table: who judged what, how often, and where the judge disagreed. */
interface Row {
  readonly tool: string;
  readonly what: string;
  count: number;
  readonly failures: string[];
  readonly of: AtLevel | null;
}

/** Which level of which format a finding is about. */
export interface AtLevel {
  readonly format: string;
  readonly level: string;
}

/** Findings that begin so are about what a judge must not accept. */
const REFUSES = 'TỪ CHỐI';

/** Gathers single findings into rows, in groups by tool. */
export class Report {
  private readonly rows = new Map<string, Row>();

  /** @param problem null when the judge said what it must, else what went wrong and where */
  add(tool: string, what: string, problem: string | null, of: AtLevel | null = null): void {
    const key = `${tool}\n${what}`;
    const row = this.rows.get(key) ?? { tool, what, count: 0, failures: [], of };
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
    const text = aligned(lines, new Set([2]));
    const failures = [...this.rows.values()].flatMap(({ tool, what, failures }) =>
      failures.slice(0, 8).map((failure) => `  ${tool}, ${what}: ${failure}`),
    );
    return `${text.join('\n')}\n${failures.length === 0 ? '' : `\nHỏng:\n${failures.join('\n')}\n`}`;
  }

  /** Tool × level: how many parts it accepted / how many changed twins it refused, or what went wrong. */
  levels(): string {
    const rows = [...this.rows.values()].filter(({ of }) => of !== null);
    const formats = [...new Set(rows.map(({ of }) => of?.format ?? ''))];
    return formats
      .map((format) => {
        const mine = rows.filter(({ of }) => of?.format === format);
        const levels = [...new Set(mine.map(({ of }) => of?.level ?? ''))];
        const tools = [...new Set(mine.map(({ tool }) => tool))];
        const cell = (tool: string, level: string): string => {
          const here = mine.filter((row) => row.tool === tool && row.of?.level === level);
          if (here.length === 0) return '–';
          const failed = here.reduce((n, { failures }) => n + failures.length, 0);
          if (failed > 0) return `HỎNG ${failed}`;
          const count = (refuses: boolean): number =>
            here
              .filter(({ what }) => what.includes(REFUSES) === refuses)
              .reduce((n, row) => n + row.count, 0);
          return `${count(false)} / ${count(true)}`;
        };
        const lines = tools.map((tool) => [tool, ...levels.map((level) => cell(tool, level))]);
        return aligned([[`${format}: nhận đúng / từ chối tệp sửa`, ...levels], ...lines]).join('\n');
      })
      .join('\n\n');
  }
}

/** Columns as wide as their widest cell; those of `right` end at one place. */
function aligned(lines: readonly (readonly string[])[], right: ReadonlySet<number> = new Set()): string[] {
  const width = (n: number): number => Math.max(...lines.map((line) => [...(line[n] ?? '')].length));
  const pad = (cell: string, n: number): string => ' '.repeat(Math.max(0, width(n) - [...cell].length));
  return lines.map((line) =>
    line
      .map((cell, n) => (right.has(n) ? pad(cell, n) + cell : cell + pad(cell, n)))
      .join('  ')
      .trimEnd(),
  );
}
