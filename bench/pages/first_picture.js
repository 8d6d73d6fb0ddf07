// Run in the page before ▶ is pressed. Afterwards firstPicture is how many milliseconds went
// from the press until a picture was presented and nothing of the page covered it any more,
// and when that was by the wall clock.
() => {
  const video = document.querySelector("video");
  const page = document.querySelector("[data-state]");
  const seen = () => page === null || page.dataset.state === "playing";
  if (video.readyState !== HTMLMediaElement.HAVE_NOTHING) throw new Error("an earlier picture is still there");
  let pressed = 0;
  document.querySelector("[data-play]").addEventListener(
    "click", (event) => { pressed = event.timeStamp; }, { capture: true, once: true },
  );
  window.firstPicture = new Promise((resolve) => {
    video.requestVideoFrameCallback((presented) => {
      const look = (now) => {
        if (seen()) resolve([Math.max(presented, now) - pressed, Date.now()]);
        else requestAnimationFrame(look);
      };
      look(presented);
    });
  });
}
