/**
 * The browser's own calls for passkeys, with what the server writes and reads as JSON (WebAuthn Level 3 §5.1.8, §5.1.9).
 * Browsers of old school PCs (Chrome before 129) have no such conversion, and the library for it would take a thirtieth of
 * the page's budget.
 */

interface CreationJson {
  readonly challenge: string;
  readonly user: { readonly id: string };
  readonly excludeCredentials?: readonly { readonly id: string }[];
}
interface RequestJson {
  readonly challenge: string;
  readonly allowCredentials?: readonly { readonly id: string }[];
}

function bytesOf(text: string): Uint8Array<ArrayBuffer> {
  const binary = atob(text.replaceAll('-', '+').replaceAll('_', '/'));
  return Uint8Array.from(binary, (one) => one.charCodeAt(0));
}

function textOf(buffer: ArrayBuffer): string {
  const binary = Array.from(new Uint8Array(buffer), (octet) => String.fromCharCode(octet)).join('');
  return btoa(binary).replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '');
}

const withBytes = (list: readonly { readonly id: string }[] = []) =>
  list.map((one) => ({ ...one, id: bytesOf(one.id) }));

function answer(credential: PublicKeyCredential, response: object) {
  return {
    id: credential.id,
    rawId: textOf(credential.rawId),
    type: 'public-key' as const,
    response,
    clientExtensionResults: {},
  };
}

/** Makes a passkey by the server's options. @throws whatever the browser or the person refuses with */
export async function makePasskey(options: object): Promise<object> {
  const json = options as CreationJson;
  const publicKey = {
    ...json,
    challenge: bytesOf(json.challenge),
    user: { ...json.user, id: bytesOf(json.user.id) },
    excludeCredentials: withBytes(json.excludeCredentials),
  };
  const made = (await navigator.credentials.create({ publicKey } as never)) as PublicKeyCredential;
  const { attestationObject, clientDataJSON, getTransports } =
    made.response as AuthenticatorAttestationResponse;
  return answer(made, {
    attestationObject: textOf(attestationObject),
    clientDataJSON: textOf(clientDataJSON),
    transports: getTransports?.call(made.response) ?? [],
  });
}

/** Asks one of the person's passkeys. @throws whatever the browser or the person refuses with */
export async function askPasskey(options: object): Promise<object> {
  const json = options as RequestJson;
  const publicKey = {
    ...json,
    challenge: bytesOf(json.challenge),
    allowCredentials: withBytes(json.allowCredentials),
  };
  const found = (await navigator.credentials.get({ publicKey } as never)) as PublicKeyCredential;
  const { authenticatorData, clientDataJSON, signature } = found.response as AuthenticatorAssertionResponse;
  return answer(found, {
    authenticatorData: textOf(authenticatorData),
    clientDataJSON: textOf(clientDataJSON),
    signature: textOf(signature),
  });
}
