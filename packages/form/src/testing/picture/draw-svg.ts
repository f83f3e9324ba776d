import { readPng } from '../../png.ts';
import { segmentsOf, stroked } from './path.ts';
import { Canvas, type Matrix, mapped, type Segments, times } from './raster.ts';

/** A page as gray levels 0 (black) to 15 (white), row by row. */
export interface Picture {
  width: number;
  height: number;
  levels: Uint8Array;
}

const IDENTITY: Matrix = [1, 0, 0, 1, 0, 0];
const DOTS_PER_POINT = 40 / 72;
/** Dots of a dotted line, drawn as a thinner line. */
const DOTTED = 0.35;

/** Each page of the compiler's drawing (SVG, pages below one another) at about 40 dots an inch. */
export function picturesOf(svg: string): Picture[] {
  const [pageWidth, pageHeight, total] = sizes(svg);
  const height = Math.round(pageHeight * DOTS_PER_POINT);
  // Pages end between two pixels.
  const scale = height / pageHeight;
  const width = Math.round(pageWidth * scale);
  const pages = Math.round(total / pageHeight);
  const canvas = new Canvas(width, height * pages);
  draw(svg, [scale, 0, 0, scale, 0, 0], canvas);
  const levels = new Uint8Array(width * height * pages);
  for (let i = 0; i < levels.length; i++) levels[i] = Math.round((canvas.pixels[i] as number) * 15);
  return Array.from({ length: pages }, (_, n) => ({
    width,
    height,
    levels: levels.subarray(n * width * height, (n + 1) * width * height),
  }));
}

/** Width and height of a page from the first sheet of paper that is drawn, and the height of all. */
function sizes(svg: string): [number, number, number] {
  const paper = /d="M 0 0v ([\d.]+) h ([\d.]+) /.exec(svg);
  const total = /height="([\d.]+)pt"/.exec(svg);
  if (paper === null || total === null) throw new Error('not a drawing of the compiler');
  return [Number(paper[2]), Number(paper[1]), Number(total[1])];
}

/** Outlines of letters by how they are written: documents share the font, of which there are some hundred. */
const letters = new Map<string, Segments>();

function letterOf(d: string): Segments {
  const known = letters.get(d) ?? segmentsOf(d);
  letters.set(d, known);
  return known;
}

function draw(svg: string, map: Matrix, canvas: Canvas): void {
  const glyphs = new Map<string, Segments>();
  for (const [, id = '', d = ''] of svg.matchAll(/<symbol id="([^"]+)"[^>]*>\s*<path d="([^"]*)"/g))
    glyphs.set(id, letterOf(d));
  const images = new Map<string, Shown>();
  // The compiler puts every page's paper on the first page: it is left out, the canvas is white.
  const paper = /^[^>]*class="typst-doc"/.test(svg) ? 1 : 0;
  const maps: Matrix[] = [map];
  let inSymbol = false;
  for (const [, closing, name = '', text = '', empty] of svg.matchAll(/<(\/?)([a-zA-Z]+)([^>]*?)(\/?)>/g)) {
    if (name === 'symbol') inSymbol = closing === '';
    if (inSymbol) continue;
    const here = maps.at(-1) ?? IDENTITY;
    const attribute: Attribute = (of) => {
      const from = text.indexOf(` ${of}="`);
      if (from < 0) return undefined;
      const start = from + of.length + 3;
      return text.slice(start, text.indexOf('"', start));
    };
    if (name === 'g' && closing !== '') maps.pop();
    else if (name === 'g' && empty === '') maps.push(times(here, matrixOf(attribute('transform'))));
    else if (name === 'use') {
      const glyph = glyphs.get((attribute('xlink:href') ?? '').slice(1));
      if (glyph === undefined) throw new Error('a glyph that is not there');
      paint(
        glyph,
        times(here, [1, 0, 0, 1, Number(attribute('x') ?? 0), Number(attribute('y') ?? 0)]),
        attribute,
        canvas,
      );
    } else if (name === 'path' && maps.length === paper) continue;
    else if (name === 'path')
      paint(
        segmentsOf(attribute('d') ?? ''),
        times(here, matrixOf(attribute('transform'))),
        attribute,
        canvas,
      );
    else if (name === 'image')
      image(times(here, matrixOf(attribute('transform'))), attribute, images, canvas);
  }
}

type Attribute = (name: string) => string | undefined;

function paint(outline: Segments, map: Matrix, attribute: Attribute, canvas: Canvas): void {
  const segments = mapped(outline, map);
  const fill = attribute('fill') ?? '#000000';
  if (fill !== 'none') canvas.fill(segments, grayOf(fill));
  const stroke = attribute('stroke');
  if (stroke === undefined || stroke === 'none') return;
  const scale = Math.sqrt(Math.abs(map[0] * map[3] - map[1] * map[2]));
  const dotted = attribute('stroke-dasharray') === undefined ? 1 : DOTTED;
  canvas.fill(stroked(segments, Number(attribute('stroke-width') ?? 1) * scale * dotted), grayOf(stroke));
}

/** Gray levels of a picture, row by row; NaN where it is clear. */
interface Shown {
  across: number;
  levels: Float64Array;
}

/** A picture in the drawing, such as the QR, which stands in it once for each page. */
function image(map: Matrix, attribute: Attribute, known: Map<string, Shown>, canvas: Canvas): void {
  const data = /^data:image\/png;base64,(.*)$/.exec(attribute('xlink:href') ?? '')?.[1];
  if (data === undefined || map[1] !== 0 || map[2] !== 0) throw new Error('an image of another kind');
  const shown = known.get(data) ?? shownOf(data);
  known.set(data, shown);
  const [width, height] = [Number(attribute('width')), Number(attribute('height'))];
  canvas.paint(shown.levels, shown.across, [map[4], map[5], width * map[0], height * map[3]]);
}

function shownOf(data: string): Shown {
  const { width, height, rgba } = readPng(Buffer.from(data, 'base64'));
  const levels = new Float64Array(width * height).fill(Number.NaN);
  for (let i = 0; i < levels.length; i++) {
    const at = i * 4;
    if ((rgba[at + 3] as number) < 128) continue;
    const [r, g, b] = [rgba[at] as number, rgba[at + 1] as number, rgba[at + 2] as number];
    levels[i] = luminance(r / 255, g / 255, b / 255);
  }
  return { across: width, levels };
}

function matrixOf(text: string | undefined): Matrix {
  if (text === undefined) return IDENTITY;
  const [, kind, list = ''] = /^(translate|scale|matrix)\(([^)]*)\)$/.exec(text) ?? [];
  const [a = 0, b = 0, c = 0, d = 0, e = 0, f = 0] = list.split(/[\s,]+/).map(Number);
  if (kind === 'translate') return [1, 0, 0, 1, a, b];
  if (kind === 'scale') return [a, 0, 0, b, 0, 0];
  if (kind === 'matrix') return [a, b, c, d, e, f];
  throw new Error('a transform that is not known');
}

/** Luminance as an eye weighs it (Rec. 601). */
function grayOf(colour: string): number {
  if (!/^#[0-9a-f]{6}$/i.test(colour)) throw new Error('a colour that is not known');
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((i) => Number.parseInt(colour.slice(i, i + 2), 16) / 255);
  return luminance(r, g, b);
}

const luminance = (r: number, g: number, b: number): number => 0.299 * r + 0.587 * g + 0.114 * b;
