// The page of a letter: takes its code out of the address bar, sends what was typed, and says what is wrong.
//
// Nothing is kept but in this page, and nothing typed is lost while it is open. Both languages stand in it.
// Where the browser has passkeys the reader chooses between one and a passphrase.

import { hasPasskeys, make } from "./webauthn.js";

const form = document.querySelector("[data-letter]");
const problems = document.querySelector("[data-problems]");
const ways = form.querySelector("[data-ways]");
const field = (name) => form.elements[name];
const inputs = (name) => form.querySelectorAll(`[data-field="${name}"] input[name]`);

const DOOR = "door-";
// No letter's code begins like this: it has no letter that looks like a digit.
const TYPED_DOOR = /^\s*door[\s-]*/i;

let token = "";

// The code never stays where somebody could read or forward it.
function takeToken() {
  const found = location.hash.slice(1); // letters and digits only, so nothing is encoded
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (!found) return;
  if (found.startsWith(DOOR)) return offerDoor(found.slice(DOOR.length));
  token = found;
  form.querySelector("[data-field=token]").hidden = true;
}

// The code is for a tablet at a room's door, and not for a person: one tap makes this device its display.
function offerDoor(code) {
  form.hidden = true;
  const box = document.querySelector("[data-door]");
  box.hidden = false;
  box.querySelector("button").onclick = async () => {
    const body = new URLSearchParams({ code });
    try {
      const answer = await fetch("/i/door", { method: "POST", body, cache: "no-store", credentials: "same-origin" });
      if (answer.status === 201) return location.replace((await answer.json()).next);
      box.querySelector("button").hidden = answer.status === 400;
      return await refuse(answer);
    } catch {
      return say("no_answer");
    }
  };
}

function speak(language) {
  document.documentElement.lang = language === "zh" ? "zh-CN" : "en";
  document.documentElement.dataset.language = language;
  for (const button of document.querySelectorAll("[data-choose]")) button.hidden = button.dataset.choose === language;
}

function firstLanguage() {
  const asked = (navigator.languages ?? [navigator.language]).map((tag) => tag.toLowerCase().split("-")[0]);
  return asked.find((tag) => tag === "zh" || tag === "en") ?? "zh";
}

function clear() {
  problems.hidden = true;
  for (const wrong of form.querySelectorAll(".field-wrong")) wrong.hidden = true;
  for (const one of form.querySelectorAll("[aria-invalid]")) one.removeAttribute("aria-invalid");
  for (const one of form.querySelectorAll(".wrong")) one.classList.remove("wrong");
}

function wordsOf(reason) {
  return document.querySelector(`[data-reason="${CSS.escape(reason)}"]`) ?? document.querySelector("[data-reason=no_answer]");
}

// Beside its field, or above the form; either way whoever listens to the page is led there.
function say(reason) {
  const words = wordsOf(reason);
  const name = words.dataset.for;
  const where = name ? document.getElementById(`${name}-wrong`) : problems;
  const said = Array.from(words.childNodes, (node) => node.cloneNode(true));
  if (name) {
    where.replaceChildren(...said);
    form.querySelector(`[data-field="${name}"]`).classList.add("wrong");
    for (const one of inputs(name)) one.setAttribute("aria-invalid", "true");
    if (name !== "way") field(name).setAttribute("aria-describedby", `${name}-hint ${name}-wrong`);
  } else {
    const line = document.createElement("p");
    line.append(...said);
    where.replaceChildren(line);
  }
  where.hidden = false;
  (name ? inputs(name)[0] : problems).focus();
}

function over() {
  form.hidden = true;
  document.querySelector("[data-over]").hidden = false;
}

// Counted as the portal counts: composed letters, not the halves that a phone may type.
function tooShort() {
  return Array.from(field("passphrase").value.normalize("NFC")).length < 15;
}

const way = () => (ways.hidden ? "passphrase" : field("way").value);

function showWay() {
  form.querySelector("[data-field=passphrase]").hidden = way() !== "passphrase";
}

function offerPasskey() {
  if (!hasPasskeys()) return;
  ways.hidden = false;
  ways.addEventListener("change", () => {
    clear();
    showWay();
  });
  showWay();
}

function post(address, chosen = {}) {
  const body = new URLSearchParams({
    token: token || field("token").value,
    secret: field("secret").value,
    sign_in_name: field("sign_in_name").value,
    language: document.documentElement.dataset.language,
    ...chosen,
  });
  return fetch(address, { method: "POST", body, cache: "no-store", credentials: "same-origin" });
}

// What the phone made, as JSON; nothing where it made nothing, because its holder said no or it cannot.
async function made(options) {
  try {
    return JSON.stringify(await make(options));
  } catch {
    return "";
  }
}

async function send() {
  const chosen = {};
  if (way() === "passkey") {
    const asked = await post("/i/passkey");
    if (!asked.ok) return refuse(asked);
    chosen.answer = await made(await asked.json());
    if (!chosen.answer) return say("passkey:wrong");
  } else {
    chosen.passphrase = field("passphrase").value;
  }
  const answer = await post("/i", chosen);
  if (answer.status === 201) return location.replace((await answer.json()).next);
  return refuse(answer);
}

async function refuse(answer) {
  if (answer.status === 429) return say("too_many");
  if (answer.status !== 400) return say("no_answer");
  const { refused } = await answer.json();
  say(refused);
  if (refused === "invitation:over") over();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear();
  if (TYPED_DOOR.test(field("token").value)) return offerDoor(field("token").value.replace(TYPED_DOOR, ""));
  if (!field("sign_in_name").value.trim()) return say("name:missing");
  if (!way()) return say("way:missing");
  if (way() === "passphrase" && tooShort()) return say("passphrase:short");
  const button = form.querySelector("[data-send]");
  button.disabled = true;
  try {
    await send();
  } catch {
    say("no_answer");
  } finally {
    button.disabled = false;
  }
});

form.querySelector("[data-reveal] input").addEventListener("change", ({ target }) => {
  field("passphrase").type = target.checked ? "text" : "password";
});
for (const button of document.querySelectorAll("[data-choose]")) {
  button.addEventListener("click", () => speak(button.dataset.choose));
}
addEventListener("hashchange", takeToken); // the same page opened with another letter

speak(firstLanguage());
offerPasskey();
takeToken();
if (!token) form.querySelector("[data-field=token]").hidden = false;
form.hidden = !document.querySelector("[data-door]").hidden;
