/** Affine map `x' = a x + c y + e`, `y' = b x + d y + f`, as SVG writes it. */
export type Matrix = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const times = (m: Matrix, n: Matrix): Matrix => [
  m[0] * n[0] + m[2] * n[1],
  m[1] * n[0] + m[3] * n[1],
  m[0] * n[2] + m[2] * n[3],
  m[1] * n[2] + m[3] * n[3],
  m[0] * n[4] + m[2] * n[5] + m[4],
  m[1] * n[4] + m[3] * n[5] + m[5],
];

/** A straight piece of an outline. */
export type Segment = readonly [x0: number, y0: number, x1: number, y1: number];

/** Lines of samples in each pixel; across, coverage is exact. */
const LINES = 4;

/** A page of gray levels from 0 (black) to 1 (white), painted with one shape after the other. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Float64Array;
  private readonly line: Float64Array;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Float64Array(width * height).fill(1);
    this.line = new Float64Array(width);
  }

  /** Fills the inside of closed outlines by the nonzero rule with a gray level. */
  fill(outline: readonly Segment[], gray: number): void {
    let top = Number.POSITIVE_INFINITY;
    let bottom = Number.NEGATIVE_INFINITY;
    for (const [, y0, , y1] of outline) {
      top = Math.min(top, y0, y1);
      bottom = Math.max(bottom, y0, y1);
    }
    const last = Math.min(this.height - 1, Math.floor(bottom));
    for (let row = Math.max(0, Math.floor(top)); row <= last; row++) {
      for (let n = 0; n < LINES; n++) this.spans(outline, row + (n + 0.5) / LINES);
      this.blend(row, gray);
    }
  }

  /** Adds the insides along one line of samples to the row's coverage. */
  private spans(outline: readonly Segment[], y: number): void {
    const crossings: { x: number; turn: number }[] = [];
    for (const [x0, y0, x1, y1] of outline) {
      if (y0 <= y === y1 <= y) continue;
      crossings.push({ x: x0 + ((y - y0) / (y1 - y0)) * (x1 - x0), turn: y1 > y0 ? 1 : -1 });
    }
    crossings.sort((p, q) => p.x - q.x);
    let winding = 0;
    for (const [i, { x, turn }] of crossings.entries()) {
      winding += turn;
      const next = crossings[i + 1];
      if (winding !== 0 && next !== undefined) this.cover(x, next.x);
    }
  }

  private cover(from: number, to: number): void {
    const start = Math.max(0, from);
    const end = Math.min(this.width, to);
    for (let x = Math.floor(start); x < end; x++) {
      const share = Math.min(end, x + 1) - Math.max(start, x);
      this.line[x] = (this.line[x] ?? 0) + share / LINES;
    }
  }

  private blend(row: number, gray: number): void {
    for (let x = 0; x < this.width; x++) {
      const share = this.line[x] ?? 0;
      if (share === 0) continue;
      const at = row * this.width + x;
      this.pixels[at] = (this.pixels[at] ?? 1) * (1 - share) + gray * share;
      this.line[x] = 0;
    }
  }
}
