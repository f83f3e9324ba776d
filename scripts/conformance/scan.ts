/** A page as a scanner gives it: one byte a dot, row by row, 0 black. */
export interface Gray {
  readonly width: number;
  readonly height: number;
  readonly levels: Uint8Array;
}

/** Reads a binary PGM (netpbm `P5`, 255 levels). */
export function readPgm(bytes: Buffer): Gray {
  const head = /^P5\s+(\d+)\s+(\d+)\s+255\s/.exec(bytes.toString('latin1', 0, 64));
  if (head === null) throw new Error('no PGM of 255 levels');
  const [width, height] = [Number(head[1]), Number(head[2])];
  return {
    width,
    height,
    levels: new Uint8Array(bytes.subarray(head[0].length, head[0].length + width * height)),
  };
}

export function writePgm({ width, height, levels }: Gray): Buffer {
  return Buffer.concat([Buffer.from(`P5\n${width} ${height}\n255\n`), levels]);
}

/** Turned about its middle as paper lies askew on the glass; between dots the mean of the four around. */
export function turned({ width, height, levels }: Gray, degrees: number): Gray {
  const [sin, cos] = [Math.sin((degrees * Math.PI) / 180), Math.cos((degrees * Math.PI) / 180)];
  const out = new Uint8Array(width * height).fill(255);
  const at = (x: number, y: number): number =>
    x < 0 || y < 0 || x >= width || y >= height ? 255 : (levels[y * width + x] ?? 255);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      const [dx, dy] = [x - width / 2, y - height / 2];
      const [sx, sy] = [cos * dx + sin * dy + width / 2, cos * dy - sin * dx + height / 2];
      const [left, top] = [Math.floor(sx), Math.floor(sy)];
      const [fx, fy] = [sx - left, sy - top];
      out[y * width + x] = Math.round(
        (at(left, top) * (1 - fx) + at(left + 1, top) * fx) * (1 - fy) +
          (at(left, top + 1) * (1 - fx) + at(left + 1, top + 1) * fx) * fy,
      );
    }
  }
  return { width, height, levels: out };
}

/** A copy: blurred by its lens, with noise of ±60 levels, and nothing but black and white. The same for one seed. */
export function photocopied({ width, height, levels }: Gray, seed: number): Gray {
  let state = seed;
  const noise = (): number => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return (state / 2 ** 32 - 0.5) * 120;
  };
  const out = new Uint8Array(width * height).fill(255);
  for (let y = 1; y < height - 1; y++) {
    for (let x = 1; x < width - 1; x++) {
      let sum = 0;
      for (let dy = -1; dy <= 1; dy++) {
        for (let dx = -1; dx <= 1; dx++) {
          sum += (levels[(y + dy) * width + x + dx] ?? 255) * (2 - Math.abs(dx)) * (2 - Math.abs(dy));
        }
      }
      out[y * width + x] = sum / 16 + noise() < 140 ? 0 : 255;
    }
  }
  return { width, height, levels: out };
}
