// One player for one epoch of one viewing: hls.js where it runs, the browser's own otherwise.
//
// hls.js is asked first: Chromium says "maybe" to HLS of its own and then misbehaves.

import Hls from "../vendor/hls/hls.light.min.mjs";

const OPTIONS = {
  lowLatencyMode: false,
  enableWorker: false,
  backBufferLength: 10,
  liveSyncDurationCount: 2,
  maxLiveSyncPlaybackRate: 1.1,
};
// Of a playlist: what the status would say now, in JSON.
const STATUS_HEADER = "Portal-Status";
const NATIVE = "application/vnd.apple.mpegurl";

export class Player {
  #video;
  #status;
  #hls = null;
  #watching = new AbortController();
  #movedAt = performance.now();
  // When it gave up; Infinity while it plays.
  brokenAt = Infinity;

  static supported(video) {
    return Hls.isSupported() || video.canPlayType(NATIVE) !== "";
  }

  // onTap(): the browser wants a tap before it plays.
  // status: is told what the portal says of the viewing with each playlist, and when it gives none.
  constructor(video, address, status, onTap) {
    this.#video = video;
    this.#status = status;
    const { signal } = this.#watching;
    video.addEventListener("timeupdate", () => { this.#movedAt = performance.now(); }, { signal });
    video.addEventListener("error", () => { this.#giveUp(); }, { signal });
    if (Hls.isSupported()) this.#openHls(address);
    else video.src = address;
    this.play(onTap);
  }

  #openHls(address) {
    this.#hls = new Hls(OPTIONS);
    this.#hls.on(Hls.Events.ERROR, (_, fault) => {
      if (fault.fatal) this.#giveUp();
      if (fault.type === Hls.ErrorTypes.NETWORK_ERROR) this.#status.doubt();
    });
    this.#hls.on(Hls.Events.LEVEL_LOADED, (_, list) => this.#tell(list.networkDetails, list.stats.loading.start));
    this.#hls.loadSource(address);
    this.#hls.attachMedia(this.#video);
  }

  // The playlist of a setup look says nothing of it: its page asks for its status itself.
  #tell(answer, sent) {
    const said = answer.getResponseHeader(STATUS_HEADER);
    if (said) this.#status.heard(JSON.parse(said), answer.getResponseHeader("Date"), sent);
  }

  #giveUp() {
    this.brokenAt = Math.min(this.brokenAt, performance.now());
  }

  async play(onTap) {
    try {
      await this.#video.play();
    } catch (fault) {
      if (fault.name === "NotAllowedError") onTap();
    }
  }

  // Whether a picture is there at all.
  get showing() {
    return this.#video.readyState >= HTMLMediaElement.HAVE_CURRENT_DATA;
  }

  // How long the picture has stood still.
  get stillSeconds() {
    return (performance.now() - this.#movedAt) / 1000;
  }

  // Stop the media and forget every picture already fetched.
  destroy() {
    this.#watching.abort();
    this.#hls?.destroy();
    this.#hls = null;
    this.#video.pause();
    this.#video.removeAttribute("src");
    this.#video.load();
  }
}
