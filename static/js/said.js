// What the watch page says beside its state: how old the picture is, and how long it may be watched.

const AGE_SHOWN_SECONDS = 3;
const A_DAY_SECONDS = 86400;

export class Said {
  #root;

  constructor(root) {
    this.#root = root;
  }

  // The page's own words for name, in the reader's language.
  word(name) {
    return this.#root.getAttribute(`data-word-${name}`);
  }

  // Only what changed is written: a screen reader tells of every change.
  words(words) {
    this.#write(".words", words);
  }

  // A picture that is not quite fresh always shows its age; null where there is none.
  age(seconds) {
    const line = this.#root.querySelector(".age");
    line.hidden = seconds === null || seconds < AGE_SHOWN_SECONDS;
    if (!line.hidden) this.#write(".age", this.word("age").replace("{n}", Math.floor(seconds)));
  }

  // What else the portal said of the viewing; null where it said nothing, or nothing any more.
  beside(answer) {
    this.#left(answer?.seconds_left ?? null);
    this.#staffLook(answer?.staff_look ?? false);
  }

  // An end further away than a day is not worth saying; null where there is none.
  #left(seconds) {
    if (seconds === null || seconds >= A_DAY_SECONDS) return this.#write(".left", "");
    const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
    const name = hours > 0 ? "hours-left" : minutes > 0 ? "minutes-left" : "moment-left";
    return this.#write(".left", this.word(name).replace("{h}", hours).replace("{m}", minutes));
  }

  // Staff see the same room's picture. Their own page has no such line.
  #staffLook(is) {
    const line = this.#root.querySelector("[data-staff-look]");
    if (line) line.hidden = !is;
  }

  #write(selector, words) {
    const line = this.#root.querySelector(selector);
    if (line.textContent !== words) line.textContent = words;
  }
}
