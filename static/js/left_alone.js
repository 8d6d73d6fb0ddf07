// A page that nobody touches for ten minutes leaves itself, so that what it shows does not stay on a
// screen left alone. The portal then asks who holds the device, if it was left alone altogether.

const { awaySeconds, wayBack } = document.body.dataset;
const CHECK_EVERY_MS = 5000;

let touched = Date.now();

function check() {
  if (Date.now() - touched < Number(awaySeconds) * 1000) return;
  location.assign(`/unlock?to=${encodeURIComponent(wayBack)}`);
}

for (const kind of ["pointerdown", "pointermove", "keydown", "input", "scroll"]) {
  addEventListener(kind, () => { touched = Date.now(); }, { passive: true, capture: true });
}
setInterval(check, CHECK_EVERY_MS);
// A phone that slept did not count: it looks at once when it wakes, or when one goes back to the page.
document.addEventListener("visibilitychange", check);
addEventListener("pageshow", check);
