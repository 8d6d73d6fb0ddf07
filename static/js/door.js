// The display at a room's door: asks all the time how its room stands, and says so when nobody answers.
//
// Each question is also the display's beat: while it is not heard of, staff may not look.

const ASK_EVERY_MS = 700;
const BOUND_MS = 2000;
const STALE_MS = 3000;

class DoorDisplay {
  #root;
  #answeredAt = performance.now();
  #asked = 0;
  #answered = 0;
  #over = false;

  constructor(root) {
    this.#root = root;
    setInterval(() => this.#ask(), ASK_EVERY_MS);
    this.#ask();
    this.#keepAwake();
    document.addEventListener("visibilitychange", () => this.#keepAwake());
  }

  // A page that nobody can see tells nobody anything: it is not heard of, and staff may not look.
  async #ask() {
    if (document.visibilityState !== "visible") return;
    if (!this.#over) this.#part("[data-dark]").hidden = performance.now() - this.#answeredAt < STALE_MS;
    const turn = ++this.#asked;
    const bound = new AbortController();
    const timer = setTimeout(() => bound.abort(), BOUND_MS);
    try {
      const response = await fetch("/door/beat", {
        method: "POST",
        cache: "no-store",
        credentials: "same-origin",
        signal: bound.signal,
      });
      if (turn < this.#answered) return;
      if (response.status === 404) return this.#end();
      if (!response.ok) return;
      this.#show(await response.json());
      this.#answered = turn;
      this.#answeredAt = performance.now();
    } catch {
      // No answer: after a moment the page says so.
    } finally {
      clearTimeout(timer);
    }
  }

  #show(answer) {
    this.#over = false;
    this.#part("[data-over]").hidden = true;
    this.#root.dataset.state = answer.looks.length ? "looked-at" : answer.watching ? "watched" : "quiet";
    this.#root.dataset.curtain = answer.curtain;
    this.#write(this.#part("[data-count]"), String(answer.watching));
    this.#write(this.#part("[data-curtain]"), answer.curtain_words);
    this.#part("[data-looks]").hidden = answer.looks.length === 0;
    this.#lines(answer.looks);
  }

  #lines(looks) {
    const list = this.#part("[data-look-lines]");
    const said = looks.map((look) => `${look.purpose} · ${look.who}`);
    if (said.join("\n") === list.dataset.said) return;
    list.dataset.said = said.join("\n");
    list.replaceChildren(...said.map((words) => {
      const line = document.createElement("li");
      line.textContent = words;
      return line;
    }));
  }

  // Signed out: nothing that it said counts any more.
  #end() {
    this.#over = true;
    this.#root.dataset.state = "over";
    this.#write(this.#part("[data-count]"), "–");
    this.#write(this.#part("[data-curtain]"), "");
    this.#part("[data-looks]").hidden = true;
    this.#part("[data-dark]").hidden = true;
    this.#part("[data-over]").hidden = false;
  }

  async #keepAwake() {
    try {
      if (document.visibilityState === "visible") await navigator.wakeLock?.request("screen");
    } catch {
      // A tablet that is told to stay on does so without us.
    }
  }

  #part(selector) {
    return this.#root.querySelector(selector);
  }

  // Only what changed is written: a screen reader tells of every change.
  #write(element, words) {
    if (element.textContent !== words) element.textContent = words;
  }
}

new DoorDisplay(document.getElementById("door"));
