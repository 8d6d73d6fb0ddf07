// The watch page: a picture only while the portal says, freshly, that there may be one.
//
// The cover is the rule and the picture the exception: every 100 ms the page asks
// itself whether all of it still holds, and covers itself whenever it does not.
// Its state stands on the root (data-state); its words come from page and portal.

import { keepAwake, watchAway } from "./away.js";
import { Mark } from "./mark.js";
import { Player } from "./player.js";
import { Said } from "./said.js";
import { Status } from "./status.js";
import { Still } from "./still.js";

const LOOK_EVERY_MS = 100;
const AGE_COVERED_SECONDS = 10;
const RETRY_MS = 1000;
const LIVE = new Set(["playing", "waiting", "lost"]);
// Without a viewing: where ▶ begins one, and where the reader is told why not and may ask again.
const PLAYABLE = new Set(["idle", "left", "unreachable"]);
const ASKABLE = new Set(["ended", "refused"]);

class WatchPage {
  #root;
  #video;
  #mark;
  #said;
  #still = null; // a setup look asks nobody whether they still look
  #viewing = null;
  #status = null;
  #player = null;
  #answer = null;
  #answeredAt = 0;
  #epoch = null;
  #retryAt = 0;
  #wantsTap = false;
  #hidden = false;

  constructor(root) {
    this.#root = root;
    this.#video = root.querySelector("video");
    this.#video.disableRemotePlayback = true;
    this.#mark = new Mark(root);
    this.#said = new Said(root);
    if (root.querySelector(".asks")) this.#still = new Still(root, () => this.#viewing);
    for (const part of [".play", ".again"]) this.#part(part).addEventListener("click", () => this.#tap());
    this.#part(".stop").addEventListener("click", () => this.#close("idle"));
    watchAway({
      hide: () => { this.#hidden = true; this.#look(); },
      stop: () => this.#dropPlayer(),
      close: () => this.#close("left"),
      back: () => { this.#hidden = false; this.#look(); },
      leave: () => this.#close("left"),
    });
    setInterval(() => this.#look(), LOOK_EVERY_MS);
    this.#ready();
  }

  // Before this a tap would be lost, so nothing could be tapped.
  #ready() {
    for (const button of [this.#part(".play"), this.#part(".again")]) button.disabled = false;
    if (this.#root.dataset.state === "idle") this.#said.words(this.#word("idle"));
    this.#root.dataset.ready = "";
  }

  #part(selector) {
    return this.#root.querySelector(selector);
  }

  #tap() {
    if (this.#player && this.#wantsTap) {
      this.#wantsTap = false;
      this.#player.play(() => { this.#wantsTap = true; });
    } else if (this.#viewing === null) {
      this.#open();
    }
  }

  async #open() {
    if (!Player.supported(this.#video)) return this.#say("unsupported", this.#word("unsupported"));
    if (this.#root.dataset.state === "opening") return undefined;
    this.#say("opening", this.#word("opening"));
    try {
      const response = await fetch(this.#root.dataset.opens, {
        method: "POST",
        headers: { "X-CSRFToken": this.#root.dataset.csrf },
        credentials: "same-origin",
        cache: "no-store",
      });
      // Signed out, or left alone for long: the front door asks who it is.
      if (response.status === 404) return location.assign("/");
      if (response.status === 400) return location.reload(); // its form token is an older one
      const answer = await response.json();
      if (!answer.viewing) return this.#say("refused", answer.words ?? this.#word("unreachable"));
      this.#begin(answer.viewing);
    } catch {
      this.#say("unreachable", this.#word("unreachable"));
    }
    return undefined;
  }

  #begin(viewing) {
    this.#viewing = `${this.#root.dataset.under}/${viewing}`; // where it is; also a setup look of staff
    this.#status = new Status(this.#viewing, (answer, date) => this.#heard(answer, date));
    this.#status.start();
  }

  #heard(answer, date) {
    this.#answer = answer;
    this.#answeredAt = performance.now();
    if (date) this.#mark.set(date);
    if (answer.state === "ended") this.#end("ended", answer.words || this.#word("signed-out"));
    else if (!LIVE.has(answer.state)) this.#end("ended", this.#word("signed-out"));
    else this.#look();
  }

  // Look at everything that must hold for a picture, and show or cover accordingly.
  #look() {
    this.#mark.show();
    if (this.#viewing === null) return;
    this.#tendPlayer();
    const [state, words] = this.#now();
    this.#say(state, words);
  }

  #now() {
    if (this.#hidden) return ["hidden", this.#word("hidden")];
    if (this.#answer === null) return ["opening", this.#word("opening")];
    if (!this.#status.fresh) return ["stale", this.#word("stale")];
    if (!this.#shown()) return [this.#answer.state, this.#answer.words];
    if (this.#wantsTap) return ["tap", this.#word("tap")];
    if (this.#player === null || !this.#player.showing) return ["waiting", this.#word("waiting")];
    if (this.#age() >= AGE_COVERED_SECONDS) return ["lost", this.#word("lost")];
    return ["playing", ""];
  }

  // A camera that was lost a moment ago still has its last picture, shown with its age.
  #shown() {
    return this.#answer.state === "playing" || (this.#answer.state === "lost" && this.#age() < AGE_COVERED_SECONDS);
  }

  // A player belongs to one epoch; another epoch, or a player broken before the last answer, wants a new one.
  #tendPlayer() {
    if (this.#answer?.state !== "playing" || !this.#status.fresh || this.#hidden) return;
    if (this.#answer.epoch === null) return; // the last picture stays, with its age
    const stuck = this.#player?.brokenAt < this.#answeredAt || this.#player?.stillSeconds >= AGE_COVERED_SECONDS;
    if (this.#player && !stuck && this.#epoch === this.#answer.epoch) return;
    if (stuck && performance.now() < this.#retryAt) return;
    this.#dropPlayer();
    this.#epoch = this.#answer.epoch;
    this.#retryAt = performance.now() + RETRY_MS;
    this.#player = new Player(this.#video, `${this.#viewing}/main/index.m3u8`, this.#status, () => { this.#wantsTap = true; });
  }

  #dropPlayer() {
    this.#player?.destroy();
    this.#player = null;
    this.#wantsTap = false;
  }

  // How old the picture is: the camera's share as the portal knows it, and our own standing still.
  #age() {
    const told = (this.#answer.age_seconds ?? 0) + (performance.now() - this.#answeredAt) / 1000;
    return Math.max(told, this.#player?.stillSeconds ?? 0);
  }

  #close(state) {
    if (this.#viewing === null) return;
    const form = new FormData();
    form.append("csrf_token", this.#root.dataset.csrf);
    navigator.sendBeacon(`${this.#viewing}/close`, form);
    this.#end(state, this.#word(state));
  }

  #end(state, words) {
    this.#status?.stop();
    this.#viewing = null;
    this.#answer = null;
    this.#dropPlayer();
    this.#say(state, words);
  }

  #say(state, words) {
    const idle = this.#viewing === null;
    this.#root.dataset.state = state;
    this.#said.words(words);
    this.#said.age(state === "playing" ? this.#age() : null);
    this.#said.beside(this.#answer);
    this.#still?.show(this.#answer, this.#answeredAt);
    this.#part(".play").hidden = idle ? !PLAYABLE.has(state) : state !== "tap";
    this.#part(".again").hidden = !idle || !ASKABLE.has(state);
    this.#part(".stop").hidden = idle;
    keepAwake(state === "playing");
  }

  #word(name) {
    return this.#said.word(name);
  }
}

new WatchPage(document.getElementById("watch"));
