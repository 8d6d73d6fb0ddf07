// What the portal last said of a viewing, and whether that is still fresh.
//
// Once a second, either with the playlist that a player asks for anyway or, where none came,
// by a question of its own. What was said counts for FRESH_MS after it came, and never
// longer than BOUND_MS after it was asked: what was true when the portal spoke
// is at most that old, however slow the line.

const ASK_EVERY_MS = 1000;
// A player that goes on asks again within this, so there is no question of our own before.
const PLAYER_ASKS_MS = 1250;
const LOOK_EVERY_MS = 250;
const FRESH_MS = 2000;
const BOUND_MS = 3000;

export class Status {
  #address;
  #onAnswer;
  #timer = 0;
  #askedAt = -Infinity;
  #askAt = -Infinity;
  // When what counts now was asked: what was asked before that is older news.
  #sent = -Infinity;
  #freshUntil = 0;
  #stopped = false;

  // onAnswer(answer, date): the status as the portal gave it, or {state: "gone"}
  // where it says there is no such viewing (any more); date is the portal's clock.
  constructor(address, onAnswer) {
    this.#address = address;
    this.#onAnswer = onAnswer;
  }

  start() {
    this.#look();
    this.#timer = setInterval(() => this.#look(), LOOK_EVERY_MS);
  }

  stop() {
    this.#stopped = true;
    clearInterval(this.#timer);
    this.#freshUntil = 0;
  }

  get fresh() {
    return performance.now() < this.#freshUntil;
  }

  // What came with a playlist that was asked for at `sent`: the next one tells it anew.
  heard(answer, date, sent) {
    this.#askAt = Math.max(this.#askAt, sent + PLAYER_ASKS_MS);
    this.#take(answer, date, sent);
  }

  // The player was refused or got no answer: whoever knows why is asked now, but not twice in a second.
  doubt() {
    this.#askAt = Math.min(this.#askAt, this.#askedAt + ASK_EVERY_MS);
    this.#look();
  }

  #look() {
    const nearly = performance.now() + LOOK_EVERY_MS / 2; // else one that is just not due waits a whole turn
    if (!this.#stopped && nearly >= this.#askAt) this.#ask();
  }

  #take(answer, date, sent) {
    const now = performance.now();
    if (this.#stopped || sent < this.#sent || now >= sent + BOUND_MS) return;
    this.#sent = sent;
    // Where the right holds for less, the portal says for how long; on its way the answer grows no older than BOUND_MS.
    const holds = answer.holds_seconds === undefined ? BOUND_MS : answer.holds_seconds * 1000;
    this.#freshUntil = Math.min(now + FRESH_MS, sent + BOUND_MS, now + holds);
    this.#onAnswer(answer, date);
  }

  async #ask() {
    const sent = performance.now();
    this.#askedAt = sent;
    this.#askAt = sent + ASK_EVERY_MS;
    const bound = new AbortController(); // AbortSignal.timeout is too young for the phones of grandparents
    const timer = setTimeout(() => bound.abort(), BOUND_MS);
    try {
      const response = await fetch(`${this.#address}/status`, {
        cache: "no-store",
        credentials: "same-origin",
        signal: bound.signal,
      });
      const answer = response.status === 404 ? { state: "gone" } : await response.json();
      if (response.ok || response.status === 404) this.#take(answer, response.headers.get("Date"), sent);
    } catch {
      // No answer is no news: what was said before goes stale by itself.
    } finally {
      clearTimeout(timer);
    }
  }
}
