// What a browser does with a passkey: it makes one, or signs with one; challenge and answer are JSON.
//
// By hand what newer browsers do in parseCreationOptionsFromJSON and toJSON: phones of 2022 have passkeys and not these.

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

export async function make(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    user: { ...options.user, id: bytes(options.user.id) },
    excludeCredentials: named(options.excludeCredentials),
  };
  const { id, rawId, type, response } = await navigator.credentials.create({ publicKey });
  const said = { clientDataJSON: text(response.clientDataJSON), attestationObject: text(response.attestationObject) };
  return { id, rawId: text(rawId), type, response: said };
}

export async function sign(options) {
  const publicKey = {
    ...options,
    challenge: bytes(options.challenge),
    allowCredentials: named(options.allowCredentials),
  };
  const { id, rawId, type, response } = await navigator.credentials.get({ publicKey });
  const said = {
    clientDataJSON: text(response.clientDataJSON),
    authenticatorData: text(response.authenticatorData),
    signature: text(response.signature),
  };
  if (response.userHandle) said.userHandle = text(response.userHandle);
  return { id, rawId: text(rawId), type, response: said };
}

// By name only, never by an address in numbers (WebAuthn, section 5.1.3); WeChat's own browser fails once one is asked for.
export function hasPasskeys() {
  const isNumber = /^[\d.]+$|^\[/.test(location.hostname);
  return Boolean(window.PublicKeyCredential) && !isNumber && !navigator.userAgent.includes("MicroMessenger");
}
