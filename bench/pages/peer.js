// Plays the plain files: by our own player (?ours), or by hls.js as it comes.

import Hls from "/vendor/hls/hls.light.min.mjs";
import { Player } from "/js/player.js";

const ADDRESS = "/live/index.m3u8";
const AGAIN_MS = 100;
const OURS = new URLSearchParams(location.search).has("ours");

const video = document.querySelector("video");
let close = () => {};

function open() {
  close();
  close = OURS ? openOurs() : openPlain();
}

// Both begin anew when there is no playlist yet, as when the camera was just switched on.
function openOurs() {
  const player = new Player(video, ADDRESS, () => {});
  const look = setInterval(() => { if (player.brokenAt < Infinity) open(); }, AGAIN_MS);
  return () => { clearInterval(look); player.destroy(); };
}

function openPlain() {
  const hls = new Hls();
  let again = 0;
  hls.on(Hls.Events.ERROR, (_, fault) => { if (fault.fatal && !again) again = setTimeout(open, AGAIN_MS); });
  hls.loadSource(ADDRESS);
  hls.attachMedia(video);
  video.play().catch(() => {});
  return () => { clearTimeout(again); hls.destroy(); };
}

document.querySelector("[data-play]").addEventListener("click", open);
document.querySelector(".stop").addEventListener("click", () => { close(); close = () => {}; });
