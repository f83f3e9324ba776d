import type { Words } from '../vi.ts';

export const save: Words['save'] = {
  saved: (time) => `Stored on the server at ${time}`,
  ready: 'Each cell is stored when you leave it',
  sending: (count) => `Sending ${count} cells…`,
  trouble: (count) =>
    `The server could not store ${count} cells. They are kept on this page and sent again; please keep it open.`,
  leave: (count) =>
    `${count} cells have not reached the server. Leaving this page now loses them. Leave all the same?`,
  offline: (count) =>
    count === 0
      ? 'No network. You can go on; the cells will be sent by themselves.'
      : `No network. ${count} cells are kept on this page and will be sent by themselves; please keep it open.`,
  signedOut: (count) => `The session has ended. ${count} unsent cells are kept on this page.`,
  sendNow: 'Send now',
};
