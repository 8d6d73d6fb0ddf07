// Passkeys: asks the portal for a challenge, the browser for the answer, and goes where the portal says.
//
// By hand what newer browsers do in parseCreationOptionsFromJSON and toJSON: phones of 2022 have passkeys and not these.

const WAYS = {
  "sign-in": { ask: "/passkey/ask", answer: "/passkey/sign-in" },
  prove: { ask: "/passkey/ask-to-prove", answer: "/passkey/prove" },
  add: { ask: "/factors/passkeys/ask", answer: "/factors/passkeys" },
};

function bytes(text) {
  const plain = atob(text.replaceAll("-", "+").replaceAll("_", "/"));
  return Uint8Array.from(plain, (letter) => letter.charCodeAt(0));
}

function text(buffer) {
  const plain = String.fromCharCode(...new Uint8Array(buffer));
  return btoa(plain).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

const named = (list = []) => list.map((one) => ({ ...one, id: bytes(one.id) }));

async function make(options) {
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

async function sign(options) {
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

// Sends a form of ours; what comes back is JSON, or nothing where the portal could not answer.
async function send(part, address, fields = {}) {
  const token = part.querySelector("[name=csrf_token]").value;
  const body = new URLSearchParams({ csrf_token: token, ...fields });
  const response = await fetch(address, { method: "POST", body });
  const said = response.headers.get("Content-Type")?.includes("json") ? await response.json() : {};
  return { ok: response.ok, ...said, options: said };
}

async function run(part) {
  const way = WAYS[part.dataset.passkey];
  const asked = await send(part, way.ask);
  if (!asked.ok) return asked;
  const answer = part.dataset.passkey === "add" ? await make(asked.options) : await sign(asked.options);
  return send(part, way.answer, { answer: JSON.stringify(answer), to: part.dataset.to });
}

// Whoever was proven has new forms: those of this page would be refused.
function goOn(part, to, token) {
  for (const field of document.querySelectorAll("[name=csrf_token]")) field.value = token;
  const form = part.dataset.form && document.getElementById(part.dataset.form);
  if (form) form.submit();
  else location.assign(to);
}

async function tapped(part) {
  const button = part.querySelector("button");
  const problem = part.querySelector("[data-problem]");
  problem.hidden = true;
  button.disabled = true;
  try {
    const { ok, to, words, again, csrf_token } = await run(part);
    if (ok) return goOn(part, to, csrf_token);
    if (again) return location.reload();
    problem.textContent = words ?? part.dataset.failed;
  } catch {
    problem.textContent = part.dataset.failed; // cancelled, not allowed, or no line
  }
  problem.hidden = false;
  button.disabled = false;
}

for (const part of document.querySelectorAll("[data-passkey]")) {
  if (!window.PublicKeyCredential) break;
  part.hidden = false;
  part.querySelector("button").addEventListener("click", () => tapped(part));
}
document.documentElement.dataset.passkeys = window.PublicKeyCredential ? "yes" : "no";
