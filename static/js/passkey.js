// Passkeys: asks the portal for a challenge, the browser for the answer, and goes where the portal says.

import { make, sign } from "./webauthn.js";

const WAYS = {
  "sign-in": { ask: "/passkey/ask", answer: "/passkey/sign-in" },
  prove: { ask: "/passkey/ask-to-prove", answer: "/passkey/prove" },
  add: { ask: "/factors/passkeys/ask", answer: "/factors/passkeys" },
};

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
