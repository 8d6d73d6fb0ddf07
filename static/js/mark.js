// The viewer's name and the school's time over the picture, moving so that it cannot be cropped away.
//
// The phone's own clock and zone never matter: the time is the portal's, carried on.

const DAY = 86400;
const MOVE_EVERY_SECONDS = 7;
const CORNERS = 5;

export class Mark {
  #element;
  #clock;
  #offsetSeconds;
  #zero; // school seconds of the day at performance.now() == 0

  constructor(root) {
    this.#element = root.querySelector(".mark");
    this.#clock = root.querySelector(".mark-clock");
    this.#offsetSeconds = Number(root.dataset.clockOffsetMinutes) * 60;
    this.#zero = Number(root.dataset.clockNow) - performance.now() / 1000;
    this.show();
  }

  // Set by the portal's clock, as it stands in an answer's Date.
  set(date) {
    const seconds = Date.parse(date) / 1000;
    if (Number.isNaN(seconds)) return;
    const zero = seconds + this.#offsetSeconds - performance.now() / 1000;
    const drift = Math.abs((((zero - this.#zero) % DAY) + DAY) % DAY);
    if (Math.min(drift, DAY - drift) > 1.5) this.#zero = zero;
  }

  show() {
    const seconds = Math.floor((((this.#zero + performance.now() / 1000) % DAY) + DAY) % DAY);
    const two = (number) => String(number).padStart(2, "0");
    this.#clock.textContent = [seconds / 3600, (seconds / 60) % 60, seconds % 60].map((n) => two(Math.floor(n))).join(":");
    this.#element.dataset.corner = Math.floor(seconds / MOVE_EVERY_SECONDS) % CORNERS;
  }
}
