import { isQrText } from '@hocba/verify';
import decodeQr from 'qr/decode.js';

/** What of the browser's own reader is used (Shape Detection API §2.3); many browsers have none. */
interface OwnReader {
  detect(picture: CanvasImageSource): Promise<{ rawValue: string }[]>;
}
type OwnReaderClass = (new (options: {
  formats: string[];
}) => OwnReader) & {
  getSupportedFormats(): Promise<string[]>;
};

/** Ten dots a module for a whole page of A4; more only fills a phone's memory. */
const LONGEST_SIDE = 3_000;
/** What a hard photo may take, in milliseconds; a frame of a camera is followed by a better one. */
const PHOTO = { effort: 5, timeLimit: 2_000, codes: 4 };
const FRAME = { effort: 1, timeLimit: 40, codes: 1 };

let canvas: HTMLCanvasElement | undefined;
let own: Promise<OwnReader | null> | undefined;

/** What was seen in a picture: one code's text, none, or the codes of several prints, of which nobody can say which is meant. */
export type Seen = { readonly text: string } | 'none' | 'several';

/**
 * The QR of a print in a photo. A bill's or a poster's code beside it is passed over; alone it is given all the same, to be told what it is not.
 * Throws DOMException `InvalidStateError` for a file that the browser knows no picture in.
 */
export async function readPhoto(file: Blob): Promise<Seen> {
  const picture = await createImageBitmap(file);
  try {
    return chosen(await read(picture, picture.width, picture.height, PHOTO));
  } finally {
    picture.close();
    forget();
  }
}

/** The same in what a camera shows at this moment; of several prints none until one is before it alone. */
export async function readFrame(video: HTMLVideoElement): Promise<string | null> {
  const seen = chosen(await read(video, video.videoWidth, video.videoHeight, FRAME));
  return typeof seen === 'string' ? null : seen.text;
}

function chosen(texts: readonly string[]): Seen {
  const prints = [...new Set(texts.filter(isQrText))];
  if (prints.length > 1) return 'several';
  const text = prints[0] ?? texts[0];
  return text === undefined ? 'none' : { text };
}

/** Nothing of the last picture stays in memory. */
export function forget(): void {
  if (canvas === undefined) return;
  canvas.width = 0;
  canvas.height = 0;
}

async function read(
  picture: ImageBitmap | HTMLVideoElement,
  width: number,
  height: number,
  effort: typeof PHOTO,
): Promise<readonly string[]> {
  if (width === 0 || height === 0) return [];
  own ??= ownReader();
  // A browser may have one that fails whenever it is asked, or sees less than ours: then ours has a look too.
  const seen = await (await own)?.detect(picture).catch(() => []);
  const texts = (seen ?? []).map(({ rawValue }) => rawValue).filter((text) => text !== '');
  return texts.length > 0 ? texts : readByOurs(picture, width, height, effort);
}

async function ownReader(): Promise<OwnReader | null> {
  const { BarcodeDetector } = globalThis as { BarcodeDetector?: OwnReaderClass };
  try {
    const formats = await BarcodeDetector?.getSupportedFormats();
    if (BarcodeDetector === undefined || !formats?.includes('qr_code')) return null;
    return new BarcodeDetector({ formats: ['qr_code'] });
  } catch {
    return null;
  }
}

/** Of the angles between two rows and columns our reader misses those about the half; turned by this, in radians, none is left. */
const TURN = Math.PI / 6;

function readByOurs(
  picture: CanvasImageSource,
  width: number,
  height: number,
  effort: typeof PHOTO,
): readonly string[] {
  const texts = readTurned(picture, width, height, { ...effort, turn: 0 });
  // A camera that is held still is turned a little by the hand itself.
  return texts.length > 0 || effort.codes === 1
    ? texts
    : readTurned(picture, width, height, { ...effort, turn: TURN });
}

function readTurned(
  picture: CanvasImageSource,
  width: number,
  height: number,
  { codes, turn, ...effort }: typeof PHOTO & { readonly turn: number },
): readonly string[] {
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)];
  const [wide, high] = [width * cos + height * sin, width * sin + height * cos];
  const scale = Math.min(1, LONGEST_SIDE / Math.max(wide, high));
  canvas ??= document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(wide * scale));
  canvas.height = Math.max(1, Math.round(high * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return [];
  // A picture that lets light through would otherwise be black on black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.translate(canvas.width / 2, canvas.height / 2);
  context.rotate(turn);
  context.drawImage(
    picture,
    (-width * scale) / 2,
    (-height * scale) / 2,
    Math.max(1, width * scale),
    Math.max(1, height * scale),
  );
  context.resetTransform();
  const texts: string[] = [];
  // The reader tells of one code a look: what it has seen is painted over before the next one.
  while (texts.length < codes) {
    let outline: readonly { x: number; y: number }[] = [];
    const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
    try {
      const image = { width: canvas.width, height: canvas.height, data };
      texts.push(decodeQr(image, { ...effort, pointsOnDetect: (points) => (outline = points.outline) }));
    } catch {
      // It says by an error that it sees no code.
      return texts;
    }
    if (outline.length === 0) return texts;
    context.beginPath();
    for (const { x, y } of outline) context.lineTo(x, y);
    context.fill();
  }
  return texts;
}
