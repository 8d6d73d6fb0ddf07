// The display at a room's door: asks all the time how its room stands, and never shows an old number.
//
// What was true when it was asked is shown for less than two seconds; after that the page says that it does
// not know. Each question is also the display's beat: while it is not heard of, staff may not look.

const ASK_EVERY_MS = 700;
const LOOK_EVERY_MS = 100;
// With LOOK_EVERY_MS and a moment to draw this makes two seconds.
const FRESH_MS = 1800;

const LANGUAGES = { zh: "zh-CN", en: "en" };

class DoorDisplay {
  #root;
  // What was last heard; null where nothing was yet.
  #answer = null;
  // When that was asked for; what was asked for before is older news.
  #sent = performance.now();

  constructor(root) {
    this.#root = root;
    setInterval(() => this.#ask(), ASK_EVERY_MS);
    setInterval(() => this.#look(), LOOK_EVERY_MS);
    document.addEventListener("visibilitychange", () => this.#turn());
    this.#turn();
  }

  // A page that nobody can see tells nobody anything: it is not heard of, and staff may not look.
  // When it comes back it knows nothing yet; a tablet that slept did not count the time.
  #turn() {
    this.#answer = null;
    this.#sent = performance.now();
    this.#look();
    this.#ask();
    this.#keepAwake();
  }

  async #ask() {
    if (document.visibilityState !== "visible") return;
    const sent = performance.now();
    const bound = new AbortController();
    const timer = setTimeout(() => bound.abort(), FRESH_MS);
    try {
      const response = await fetch("/door/beat", {
        method: "POST",
        cache: "no-store",
        credentials: "same-origin",
        signal: bound.signal,
      });
      if (response.status !== 404 && !response.ok) return;
      const answer = response.ok ? await response.json() : { over: true }; // signed out
      if (sent < this.#sent) return;
      this.#sent = sent;
      this.#answer = answer;
      this.#look();
    } catch {
      // No answer: in a moment the page says so.
    } finally {
      clearTimeout(timer);
    }
  }

  #look() {
    if (performance.now() >= this.#sent + FRESH_MS) return this.#show("unknown", "?", "unknown");
    if (this.#answer === null) return this.#show("waiting", "–");
    if (this.#answer.over) return this.#show("over", "–");
    const { watching, curtain, looks } = this.#answer;
    const words = watching === 0 ? "nobody" : watching === 1 ? "one" : "several";
    return this.#show(words, String(watching), curtain, looks);
  }

  #show(words, count, curtain = "", looks = []) {
    const state = { nobody: "quiet", one: "watched", several: "watched" }[words] ?? words;
    this.#root.dataset.state = looks.length ? "looked-at" : state;
    this.#write(this.#root.querySelector("[data-count]"), count);
    for (const one of this.#root.querySelectorAll("[data-words]")) one.hidden = one.dataset.words !== words;
    for (const one of this.#root.querySelectorAll("[data-curtain]")) one.hidden = one.dataset.curtain !== curtain;
    this.#root.querySelector("[data-looks]").hidden = looks.length === 0;
    if (looks.length) this.#lines(looks);
  }

  #lines(looks) {
    const list = this.#root.querySelector("[data-look-lines]");
    const said = JSON.stringify(looks);
    if (said === list.dataset.said) return;
    list.dataset.said = said;
    list.replaceChildren(...looks.map((look) => {
      const line = document.createElement("li");
      line.append(...Object.entries(LANGUAGES).map(([language, tag]) => {
        const words = document.createElement("span");
        words.lang = tag;
        if (language !== "zh") words.className = "door-en";
        words.textContent = look[language];
        return words;
      }));
      return line;
    }));
  }

  async #keepAwake() {
    try {
      if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen");
    } catch {
      // A tablet that is told to stay on does so without us.
    }
  }

  // Only what changed is written: a screen reader tells of every change.
  #write(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }
}

new DoorDisplay(document.getElementById("door"));
