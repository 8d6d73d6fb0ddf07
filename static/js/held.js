// What this device keeps of each school's access log, and whether the log has only grown since.
//
// The proof is that of RFC 9162, section 2.1.4.2. A log that cannot show it is not the one that
// this device has seen before: somebody has changed what was in it.

const PREFIX = "littlewindow-log:";

const bytes = (text) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0));
const same = (one, other) => one.length === other.length && one.every((byte, at) => byte === other[at]);

async function hashNode(left, right) {
  const both = new Uint8Array(1 + left.length + right.length);
  both.set([1]);
  both.set(left, 1);
  both.set(right, 1 + left.length);
  return new Uint8Array(await crypto.subtle.digest("SHA-256", both));
}

// Sizes are below 2**53, so halving stays exact where shifting would not.
const half = (number) => Math.floor(number / 2);

function isPowerOfTwo(number) {
  while (number > 1 && number % 2 === 0) number /= 2;
  return number === 1;
}

// Say whether a tree of `size` leaves and `root` begins with the tree of `oldSize` leaves and `oldRoot`.
export async function grewFrom({ oldSize, oldRoot, size, root, proof }) {
  if (oldSize > size) return false;
  if (oldSize === size) return proof.length === 0 && same(oldRoot, root);
  if (oldSize === 0) return proof.length === 0;
  const rest = isPowerOfTwo(oldSize) ? [oldRoot, ...proof] : [...proof];
  if (rest.length === 0) return false;
  let at = oldSize - 1;
  let last = size - 1;
  while (at % 2 === 1) { at = half(at); last = half(last); }
  let reachedOld = rest.shift();
  let reached = reachedOld;
  for (const sibling of rest) {
    if (last === 0) return false;
    if (at % 2 === 1 || at === last) {
      reachedOld = await hashNode(sibling, reachedOld);
      reached = await hashNode(sibling, reached);
      while (at !== 0 && at % 2 === 0) { at = half(at); last = half(last); }
    } else {
      reached = await hashNode(reached, sibling);
    }
    at = half(at);
    last = half(last);
  }
  return last === 0 && same(reachedOld, oldRoot) && same(reached, root);
}

// The era of a log stands last in the origin of its checkpoints (C2SP tlog-checkpoint): its number, and after a
// restore random letters, because an era that a restore lost had the same number.
const eraOf = (note) => note.split("\n", 1)[0].split("/").at(-1);
const numberOf = (era) => Number.parseInt(era, 10);

// Say whether what was kept is of entries that a restore lost, as the log itself declares.
function isLost(kept, told) {
  const era = eraOf(kept.note);
  const isLater = (one) => one.era !== era && numberOf(one.era) >= numberOf(era);
  return (told.restored ?? []).some((one) => isLater(one) && one.from < kept.size);
}

// Return how a school's log stands to what this device has kept: "first", "grown", "restored" or "broken".
export async function compare(kept, told) {
  if (kept === null) return "first";
  if (kept.log !== told.log) return "broken"; // where nothing is told any more, too
  if (isLost(kept, told)) return "restored";
  if (told.proof === null) return "broken";
  const grown = await grewFrom({
    oldSize: kept.size,
    oldRoot: bytes(kept.root),
    size: told.size,
    root: bytes(told.root),
    proof: told.proof.map(bytes),
  });
  return grown ? "grown" : "broken";
}

function schools() {
  const keys = Array.from({ length: localStorage.length }, (_, at) => localStorage.key(at));
  return keys.filter((key) => key.startsWith(PREFIX)).map((key) => key.slice(PREFIX.length)).filter((key) => !key.includes(":"));
}

function keptOf(school) {
  try {
    return JSON.parse(localStorage.getItem(PREFIX + school));
  } catch {
    return {}; // something was kept, and nothing grows from it
  }
}

// A log that goes by the name of one that is kept is that one, whatever its school is called now.
function keptOfLog(log) {
  return schools().map(keptOf).find((kept) => kept?.log === log) ?? null;
}

// Keep something of a school, the first time only where it is evidence; a browser that has no room keeps what it has.
function keep(school, name, what, { once }) {
  const key = PREFIX + school + name;
  try {
    if (!once || localStorage.getItem(key) === null) localStorage.setItem(key, JSON.stringify(what));
  } catch { /* what was found is told all the same */ }
}

// What was kept stays: of a log that is broken it is the evidence, and what was shown instead is kept beside it.
// So does what a restore lost, for whoever was told of none. A log that was broken once is not made whole by a restore.
async function look(told) {
  const kept = keptOf(told.school) ?? keptOfLog(told.log);
  const found = await compare(kept, told).catch(() => "broken");
  const { proof, restored, ...worth } = told;
  const wasBroken = keptOf(`${told.school}:shown`) !== null;
  if (found === "broken" || (found === "restored" && wasBroken)) {
    keep(told.school, ":shown", worth, { once: true });
    return "broken";
  }
  if (found === "restored") keep(told.school, ":lost", kept, { once: true });
  keep(told.school, "", { since: kept?.since ?? Date.now(), ...worth }, { once: false });
  return keptOf(`${told.school}:lost`) === null ? found : "restored";
}

function known() {
  const asked = new URLSearchParams();
  for (const school of schools()) asked.set(school, keptOf(school)?.size ?? "");
  return asked;
}

function show(found) {
  for (const one of document.querySelectorAll("[data-log]")) one.hidden = one.dataset.log !== found;
}

// What was lost stays on this device, under another name, and is not told of again; of several, each.
function noted() {
  for (const school of schools()) {
    const lost = localStorage.getItem(`${PREFIX}${school}:lost`);
    if (lost === null) continue;
    localStorage.setItem(`${PREFIX}${school}:known:${Date.now()}`, lost);
    localStorage.removeItem(`${PREFIX}${school}:lost`);
  }
  show(null);
}

async function main() {
  document.querySelector("[data-log-known]").addEventListener("click", noted);
  if (!globalThis.crypto?.subtle) return; // a browser that cannot hash says nothing
  const response = await fetch(`/home/log?${known()}`, { cache: "no-store", credentials: "same-origin" });
  if (!response.ok) return;
  const found = [];
  for (const told of await response.json()) found.push(await look(told));
  if (found.includes("broken")) show("broken");
  else if (found.includes("restored")) show("restored");
  else if (found.includes("grown")) show("grown");
}

if (document.querySelector("[data-log]")) main().catch(() => {});
