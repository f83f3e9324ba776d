import { z } from 'zod';
import { defineRoute } from './route.ts';
import { IsoTime } from './values.ts';

/** Whose picture it is: the signed-in person's, or the school seal's in the clerk's hand. */
const Holder = z.enum(['person', 'seal']);
const Base64 = z.string().regex(/^[A-Za-z0-9+/]+={0,2}$/);
/** A PNG of at most half a megabyte. */
const Picture = z.strictObject({ holder: Holder, file: Base64.max(700_000) });

/** The pictures that prints show of what this person signs, in the colours of the form. */
export const myPictures = defineRoute({
  method: 'GET',
  path: '/api/pictures',
  policy: 'signedIn',
  summary: 'Hình chữ ký và con dấu',
  response: z.strictObject({
    holders: z.array(
      z.strictObject({
        holder: Holder,
        name: z.string(),
        title: z.string(),
        /** PNG; null where prints show words in place of a picture. */
        image: z.string().nullable(),
        /** The newest first. */
        history: z.array(z.strictObject({ at: IsoTime, removed: z.boolean(), by: z.string() })),
      }),
    ),
  }),
});
/** How a picture would stand on the form; nothing is kept. */
export const lookAtPicture = defineRoute({
  method: 'POST',
  path: '/api/pictures/look',
  policy: 'signedIn',
  summary: 'Xem trước hình chữ ký hoặc con dấu',
  body: Picture,
  response: z.strictObject({ image: z.string() }),
});
/** From now on what the holder signs is printed with this picture; what is signed already stays as it is. */
export const setPicture = defineRoute({
  method: 'POST',
  path: '/api/pictures',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Đặt hình chữ ký hoặc con dấu',
  body: Picture,
  response: z.strictObject({}),
});
/** From now on what the holder signs is printed without a picture. */
export const removePicture = defineRoute({
  method: 'POST',
  path: '/api/pictures/remove',
  policy: 'signedIn',
  stepUp: true,
  summary: 'Bỏ hình chữ ký hoặc con dấu',
  body: z.strictObject({ holder: Holder }),
  response: z.strictObject({}),
});
