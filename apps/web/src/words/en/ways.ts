import type { Words } from '../vi.ts';

export const ways: Words['ways'] = {
  title: 'Ways to sign',
  note: 'Signing happens where the key is: on a USB token, at a remote service, or in a key file under a password. The server keeps nobody’s key open.',
  person: (name) => `Signature of ${name}`,
  seal: (name) => `Seal of ${name}`,
  none: 'No certificate is registered yet.',
  noneTraining: 'No way chosen; a training key on the server will be used.',
  earlier: (count) => `Other registered certificates (${count})`,
  choose: 'Sign with this certificate',
  chooseSeal: 'Ask to use this seal',
  sealNote: 'A newly registered seal is used only when a second person of the office has agreed.',
  sealReason: 'use the newly registered seal',
  addFile: 'Register a key file (.p12, .pfx)',
  fileNote:
    'The file is kept as it is, under its password. The password is not stored; each batch asks for it.',
  file: 'Key file',
  filePassword: 'Password of the key file',
  addFileButton: 'Open and register',
  service: (name) => `Connect ${name}`,
  cscNote: 'The provider’s page will open for your consent; then you come back here.',
  phoneNote: 'Each batch is confirmed once on the phone, within about 5 minutes.',
  unconfirmed:
    'Written after observed messages, not confirmed by the provider. Try it with a few records first.',
  userId: 'Identity number registered with the service',
  connect: 'Connect',
  agentTitle: 'Signing agent (USB token)',
  agentNone: 'No agent is paired.',
  agentThere: (name, connected) => `Paired with ${name}: ${connected ? 'connected' : 'off'}.`,
  agentNote:
    'The agent runs on the computer that has the token. The PIN is typed there only and sent nowhere.',
  codeIs: 'Pairing code:',
  codeFor: 'one use, within 5 minutes',
  pair: 'Get a pairing code',
  returning: 'Back from the signing service',
};
