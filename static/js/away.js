// What happens while the page cannot be seen: media stop after 10 s, the viewing closes after 60 s.

const STOP_MEDIA_MS = 10_000;
const CLOSE_MS = 60_000;

// Calls hide() at once, stop() and close() as time passes, back() on return, leave() when the page goes.
export function watchAway({ hide, stop, close, back, leave }) {
  let timers = [];
  const clear = () => { timers.forEach(clearTimeout); timers = []; };
  document.addEventListener("visibilitychange", () => {
    clear();
    if (document.visibilityState === "hidden") {
      hide();
      timers = [setTimeout(stop, STOP_MEDIA_MS), setTimeout(close, CLOSE_MS)];
    } else {
      back();
    }
  });
  addEventListener("pagehide", () => { clear(); leave(); });
}

let lock = null;

// Keep the screen on while there is a picture; a browser that will not is no fault.
export async function keepAwake(wanted) {
  try {
    if (wanted && lock === null && document.visibilityState === "visible") {
      lock = "asked";
      lock = await navigator.wakeLock.request("screen");
      lock.addEventListener("release", () => { lock = null; });
    } else if (!wanted && lock?.release) {
      await lock.release();
    }
  } catch {
    lock = null;
  }
}
