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
const PHOTO = { effort: 5, timeLimit: 2_000 };
const FRAME = { effort: 1, timeLimit: 40 };

let canvas: HTMLCanvasElement | undefined;
let own: Promise<OwnReader | null> | undefined;

/**
 * The text of a QR in a photo; null if there is none.
 * Throws DOMException `InvalidStateError` for a file that the browser knows no picture in.
 */
export async function readPhoto(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file);
  try {
    return await read(picture, picture.width, picture.height, PHOTO);
  } finally {
    picture.close();
    forget();
  }
}

/** The text of a QR in what a camera shows at this moment; null if there is none. */
export function readFrame(video: HTMLVideoElement): Promise<string | null> {
  return read(video, video.videoWidth, video.videoHeight, FRAME);
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
): Promise<string | null> {
  if (width === 0 || height === 0) return null;
  own ??= ownReader();
  // A browser may have one that fails whenever it is asked, or sees less than ours: then ours has a look too.
  const seen = await (await own)?.detect(picture).catch(() => []);
  const text = seen?.find(({ rawValue }) => rawValue !== '')?.rawValue;
  return text ?? readByOurs(picture, width, height, effort);
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

function readByOurs(
  picture: CanvasImageSource,
  width: number,
  height: number,
  effort: typeof PHOTO,
): string | null {
  const scale = Math.min(1, LONGEST_SIDE / Math.max(width, height));
  canvas ??= document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(width * scale));
  canvas.height = Math.max(1, Math.round(height * scale));
  const context = canvas.getContext('2d', { willReadFrequently: true });
  if (context === null) return null;
  // A picture that lets light through would otherwise be black on black.
  context.fillStyle = '#fff';
  context.fillRect(0, 0, canvas.width, canvas.height);
  context.drawImage(picture, 0, 0, canvas.width, canvas.height);
  const { data } = context.getImageData(0, 0, canvas.width, canvas.height);
  try {
    return decodeQr({ width: canvas.width, height: canvas.height, data }, effort);
  } catch {
    // It says by an error that it sees no code.
    return null;
  }
}
