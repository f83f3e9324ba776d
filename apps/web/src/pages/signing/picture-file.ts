/** 500 dots an inch over the widest place on the form, 40 mm or so of ink. */
const LONGEST_SIDE = 800;

/**
 * Any picture that the browser can show as the PNG that the server takes: 8 bits a sample, not interlaced, 800 pixels a side
 * at most, without what the file says besides.
 *
 * @returns base64; null for what is no picture
 */
export async function asPng(file: Blob): Promise<string | null> {
  const picture = await createImageBitmap(file).catch(() => null);
  if (picture === null) return null;
  const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
  const canvas = document.createElement('canvas');
  canvas.width = Math.max(1, Math.round(picture.width * scale));
  canvas.height = Math.max(1, Math.round(picture.height * scale));
  const pen = canvas.getContext('2d');
  if (pen === null) return null;
  pen.imageSmoothingQuality = 'high';
  pen.drawImage(picture, 0, 0, canvas.width, canvas.height);
  picture.close();
  return canvas.toDataURL('image/png').split(',')[1] ?? null;
}
