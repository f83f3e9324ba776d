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

/** Straight pieces of an outline, four numbers each: `x0 y0 x1 y1`. */
export type Segments = Float64Array;

/** Where an outline comes to lie under a map. */
export function mapped(segments: Segments, [a, b, c, d, e, f]: Matrix): Segments {
  const out = new Float64Array(segments.length);
  for (let i = 0; i < segments.length; i += 2) {
    const [x, y] = [segments[i] as number, segments[i + 1] as number];
    out[i] = a * x + c * y + e;
    out[i + 1] = b * x + d * y + f;
  }
  return out;
}

/** Lines of samples in each pixel; across, coverage is exact. */
const LINES = 4;

/** A page of gray levels from 0 (black) to 1 (white), painted with one shape after the other. */
export class Canvas {
  readonly width: number;
  readonly height: number;
  readonly pixels: Float64Array;
  /** Coverage of the row at hand, and between which pixels there is any. */
  private readonly line: Float64Array;
  private left = 0;
  private right = -1;
  /** For each line of samples, where the outline at hand crosses it and which way: `x`, `turn`, `x`, `turn`, … by `x`. */
  private readonly crossings: number[][] = [];

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Float64Array(width * height).fill(1);
    this.line = new Float64Array(width);
    this.left = width;
  }

  /** Fills the inside of closed outlines by the nonzero rule with a gray level. */
  fill(outline: Segments, gray: number): void {
    let top = Number.POSITIVE_INFINITY;
    let bottom = Number.NEGATIVE_INFINITY;
    for (let i = 1; i < outline.length; i += 2) {
      const y = outline[i] as number;
      if (y < top) top = y;
      if (y > bottom) bottom = y;
    }
    const first = Math.max(0, Math.floor(top));
    const last = Math.min(this.height - 1, Math.floor(bottom));
    for (let i = 0; i < outline.length; i += 4) this.cross(outline, i, first, last);
    for (let row = first; row <= last; row++) {
      for (let n = 0; n < LINES; n++) this.spans((row - first) * LINES + n);
      this.blend(row, gray);
    }
  }

  /**
   * Paints an upright picture, each pixel of the page with the mean of what lies on it.
   *
   * @param values gray levels row by row, `across` in each; NaN is clear
   * @param box where it lies: left, top, width, height in pixels of the page
   */
  paint(values: Float64Array, across: number, box: readonly [number, number, number, number]): void {
    const [left, top, width, height] = box;
    const down = values.length / across;
    const columns = shares(left, width / across, across, this.width);
    const rows = shares(top, height / down, down, this.height);
    const x0 = Math.max(0, Math.floor(left));
    const y0 = Math.max(0, Math.floor(top));
    const side = Math.ceil(left + width) - x0 + 1;
    const ink = new Float64Array(side * (Math.ceil(top + height) - y0 + 1));
    const cover = new Float64Array(ink.length);
    for (const [v, y, tall] of rows) {
      for (const [u, x, wide] of columns) {
        const value = values[v * across + u] as number;
        if (Number.isNaN(value)) continue;
        const at = (y - y0) * side + x - x0;
        ink[at] = (ink[at] as number) + value * tall * wide;
        cover[at] = (cover[at] as number) + tall * wide;
      }
    }
    for (const [i, share] of cover.entries()) {
      if (share === 0) continue;
      const at = (y0 + Math.floor(i / side)) * this.width + x0 + (i % side);
      this.pixels[at] = (this.pixels[at] as number) * (1 - share) + (ink[i] as number);
    }
  }

  /** Notes where the piece at `i` crosses the lines of samples of the rows from `first` to `last`. */
  private cross(outline: Segments, i: number, first: number, last: number): void {
    const [x0, y0] = [outline[i] as number, outline[i + 1] as number];
    const [x1, y1] = [outline[i + 2] as number, outline[i + 3] as number];
    const turn = y1 > y0 ? 1 : -1;
    const from = Math.max(first * LINES, Math.floor(Math.min(y0, y1) * LINES - 0.5));
    const to = Math.min(last * LINES + LINES - 1, Math.ceil(Math.max(y0, y1) * LINES - 0.5));
    for (let line = from; line <= to; line++) {
      const y = (line + 0.5) / LINES;
      if (y0 <= y === y1 <= y) continue;
      const x = x0 + ((y - y0) / (y1 - y0)) * (x1 - x0);
      const at = line - first * LINES;
      this.crossings[at] ??= [];
      const crossings = this.crossings[at] as number[];
      let n = crossings.length;
      for (; n > 0 && (crossings[n - 2] as number) > x; n -= 2) {
        crossings[n] = crossings[n - 2] as number;
        crossings[n + 1] = crossings[n - 1] as number;
      }
      crossings[n] = x;
      crossings[n + 1] = turn;
    }
  }

  /** Adds the insides along one line of samples to the row's coverage. */
  private spans(line: number): void {
    const crossings = this.crossings[line];
    if (crossings === undefined) return;
    let winding = 0;
    for (let n = 0; n + 2 < crossings.length; n += 2) {
      winding += crossings[n + 1] as number;
      if (winding !== 0) this.cover(crossings[n] as number, crossings[n + 2] as number);
    }
    crossings.length = 0;
  }

  private cover(from: number, to: number): void {
    const start = Math.max(0, from);
    const end = Math.min(this.width, to);
    const first = Math.floor(start);
    for (let x = first; x < end; x++) {
      const share = Math.min(end, x + 1) - Math.max(start, x);
      this.line[x] = (this.line[x] as number) + share / LINES;
      if (x > this.right) this.right = x;
    }
    if (end > start && first < this.left) this.left = first;
  }

  private blend(row: number, gray: number): void {
    for (let x = this.left; x <= this.right; x++) {
      const share = this.line[x] as number;
      if (share === 0) continue;
      const at = row * this.width + x;
      this.pixels[at] = (this.pixels[at] as number) * (1 - share) + gray * share;
      this.line[x] = 0;
    }
    this.left = this.width;
    this.right = -1;
  }
}

/** How much of each of `count` steps from `start` lies on which of the page's pixels. */
function shares(start: number, step: number, count: number, limit: number): [number, number, number][] {
  return Array.from({ length: count }, (_, i) => i).flatMap((i) => {
    const [from, to] = [Math.max(0, start + i * step), Math.min(limit, start + (i + 1) * step)];
    const parts: [number, number, number][] = [];
    for (let at = Math.floor(from); at < to; at++)
      parts.push([i, at, Math.min(to, at + 1) - Math.max(from, at)]);
    return parts;
  });
}
