// The page of a letter: takes its code out of the address bar, sends what was typed, and says what is wrong.
//
// Nothing is kept but in this page, and nothing typed is lost while it is open. Both languages stand in it.

const form = document.querySelector("[data-letter]");
const problems = document.querySelector("[data-problems]");
const field = (name) => form.elements[name];

let token = "";

// The code never stays where somebody could read or forward it.
function takeToken() {
  const found = location.hash.slice(1); // letters and digits only, so nothing is encoded
  if (location.hash) history.replaceState(null, "", location.pathname);
  if (!found) return;
  token = found;
  form.querySelector("[data-field=token]").hidden = true;
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
    field(name).setAttribute("aria-invalid", "true");
    field(name).setAttribute("aria-describedby", `${name}-hint ${name}-wrong`);
    field(name).closest(".form-field").classList.add("wrong");
  } else {
    const line = document.createElement("p");
    line.append(...said);
    where.replaceChildren(line);
  }
  where.hidden = false;
  (name ? field(name) : problems).focus();
}

function over() {
  form.hidden = true;
  document.querySelector("[data-over]").hidden = false;
}

// Counted as the portal counts: composed letters, not the halves that a phone may type.
function tooShort() {
  return Array.from(field("passphrase").value.normalize("NFC")).length < 15;
}

async function send() {
  const body = new URLSearchParams({
    token: token || field("token").value,
    secret: field("secret").value,
    sign_in_name: field("sign_in_name").value,
    passphrase: field("passphrase").value,
    language: document.documentElement.dataset.language,
  });
  const answer = await fetch("/i", { method: "POST", body, cache: "no-store", credentials: "same-origin" });
  if (answer.status === 201) return location.replace((await answer.json()).next);
  if (answer.status === 429) return say("too_many");
  if (answer.status !== 400) return say("no_answer");
  const { refused } = await answer.json();
  say(refused);
  if (refused === "invitation:over") over();
}

form.addEventListener("submit", async (event) => {
  event.preventDefault();
  clear();
  if (!field("sign_in_name").value.trim()) return say("name:missing");
  if (tooShort()) return say("passphrase:short");
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
takeToken();
if (!token) form.querySelector("[data-field=token]").hidden = false;
form.hidden = false;
