import type { Segments } from './raster.ts';

/** Straight pieces of one curve: enough for a page of 40 dots an inch. */
const PIECES = 5;

type Point = readonly [x: number, y: number];

/** The pieces of an SVG path (M m L l Q q C c Z h v z, as the compiler writes it); open ends stay open. */
export function segmentsOf(d: string): Segments {
  const segments: number[] = [];
  const numbers: number[] = [];
  let at: Point = [0, 0];
  let start: Point = at;
  const to = (next: Point): void => {
    segments.push(...at, ...next);
    at = next;
  };
  const curve = (point: (t: number) => Point): void => {
    for (let i = 1; i <= PIECES; i++) to(point(i / PIECES));
  };
  const draw = (command: string): void => {
    const [x, y] = at;
    // Small letters count from where the pen is.
    const relative = /[mlqc]/.test(command);
    const given = numbers.splice(0).map((n, i) => (relative ? n + (i % 2 === 0 ? x : y) : n));
    const [a = 0, b = 0, c = 0, e = 0, f = 0, g = 0] = given;
    switch (relative ? command.toUpperCase() : command) {
      case 'M':
        at = [a, b];
        start = at;
        break;
      case 'L':
        to([a, b]);
        break;
      case 'h':
        to([x + a, y]);
        break;
      case 'v':
        to([x, y + a]);
        break;
      case 'Q':
        curve((t) => {
          const [p, q, r] = [(1 - t) * (1 - t), 2 * t * (1 - t), t * t];
          return [p * x + q * a + r * c, p * y + q * b + r * e];
        });
        break;
      case 'C':
        curve((t) => {
          const [o, p, q, r] = [(1 - t) ** 3, 3 * t * (1 - t) ** 2, 3 * t * t * (1 - t), t ** 3];
          return [o * x + p * a + q * c + r * f, o * y + p * b + q * e + r * g];
        });
        break;
      case 'Z':
      case 'z':
        to(start);
        break;
      default:
        throw new Error(`a path command that is not known: ${command}`);
    }
  };
  let command = '';
  for (const [token] of d.matchAll(/[A-Za-z]|-?[\d.]+(?:e-?\d+)?/g)) {
    if (/^[A-Za-z]/.test(token)) {
      if (command !== '') draw(command);
      command = token;
    } else numbers.push(Number(token));
  }
  if (command !== '') draw(command);
  return Float64Array.from(segments);
}

/** Each piece as a thin rectangle of the given width: corners are left open, which a small picture does not show. */
export function stroked(segments: Segments, width: number): Segments {
  const outline: number[] = [];
  for (let i = 0; i < segments.length; i += 4) {
    const [x0 = 0, y0 = 0, x1 = 0, y1 = 0] = segments.subarray(i, i + 4);
    const length = Math.hypot(x1 - x0, y1 - y0);
    if (length === 0) continue;
    const [u, v] = [((y1 - y0) / length) * (width / 2), ((x0 - x1) / length) * (width / 2)];
    outline.push(x0 + u, y0 + v, x1 + u, y1 + v, x1 + u, y1 + v, x1 - u, y1 - v);
    outline.push(x1 - u, y1 - v, x0 - u, y0 - v, x0 - u, y0 - v, x0 + u, y0 + v);
  }
  return Float64Array.from(outline);
}
