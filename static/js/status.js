// What the portal last said of a viewing, and whether that is still fresh.
//
// One question a second. An answer counts for FRESH_MS after it came, and never
// longer than BOUND_MS after it was asked: what was true when the portal spoke
// is at most that old, however slow the line.

const ASK_EVERY_MS = 1000;
const FRESH_MS = 2000;
const BOUND_MS = 3000;

export class Status {
  #address;
  #onAnswer;
  #timer = 0;
  #asked = 0;
  #answered = 0;
  #freshUntil = 0;
  #stopped = false;

  // onAnswer(answer, date): the status as the portal gave it, or {state: "gone"}
  // where it says there is no such viewing (any more); date is the portal's clock.
  constructor(address, onAnswer) {
    this.#address = address;
    this.#onAnswer = onAnswer;
  }

  start() {
    this.#ask();
    this.#timer = setInterval(() => this.#ask(), ASK_EVERY_MS);
  }

  stop() {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#freshUntil = 0;
  }

  get fresh() {
    return performance.now() < this.#freshUntil;
  }

  async #ask() {
    const turn = ++this.#asked;
    const sent = performance.now();
    const bound = new AbortController(); // AbortSignal.timeout is too young for the phones of grandparents
    const timer = setTimeout(() => bound.abort(), BOUND_MS);
    try {
      const response = await fetch(`${this.#address}/status`, {
        cache: "no-store",
        credentials: "same-origin",
        signal: bound.signal,
      });
      const answer = response.status === 404 ? { state: "gone" } : await response.json();
      if (this.#stopped || turn < this.#answered || !(response.ok || response.status === 404)) return;
      this.#answered = turn;
      // Where the right holds for less, the portal says for how long; on its way the answer grows no older than BOUND_MS.
      const holds = answer.holds_seconds === undefined ? BOUND_MS : answer.holds_seconds * 1000;
      this.#freshUntil = Math.min(performance.now() + FRESH_MS, sent + BOUND_MS, performance.now() + holds);
      this.#onAnswer(answer, response.headers.get("Date"));
    } catch {
      // No answer is no news: what was said before goes stale by itself.
    } finally {
      clearTimeout(timer);
    }
  }
}
