// The question whether somebody still watches: shown with how long there is to answer, gone with one tap.

export class Still {
  #root;
  #box;
  #tappedAt = 0;

  // viewing: () => its address, or null where there is none.
  constructor(root, viewing) {
    this.#root = root;
    this.#box = root.querySelector(".asks");
    root.querySelector(".still").addEventListener("click", () => this.#tap(viewing()));
  }

  // What the portal said last, and when that was; one that was asked before a tap says nothing any more.
  show(answer, answeredAt) {
    const seconds = answer?.answer_within_seconds ?? null;
    this.#box.hidden = seconds === null || answeredAt <= this.#tappedAt;
    if (this.#box.hidden) return;
    const left = Math.max(0, Math.ceil(seconds - (performance.now() - answeredAt) / 1000));
    const words = this.#root.dataset.wordAsks.replace("{n}", left);
    const line = this.#box.querySelector(".asks-left");
    if (line.textContent !== words) line.textContent = words;
  }

  // Gone at once; what the portal says next counts, so an answer that was lost is asked for again.
  async #tap(viewing) {
    this.#tappedAt = performance.now();
    this.#box.hidden = true;
    if (viewing === null) return;
    try {
      const response = await fetch(`${viewing}/watching`, {
        method: "POST",
        headers: { "X-CSRFToken": this.#root.dataset.csrf },
        credentials: "same-origin",
        cache: "no-store",
      });
      // The form token of this page is an older one: a fresh page has a fresh one, and says what stands.
      if (response.status === 400) location.reload();
    } catch {
      // The next status asks again.
    }
  }
}
