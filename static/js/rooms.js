// Keeps the rooms on the office's page true: who watches and which curtain is drawn change by themselves.
//
// The page is asked for again and its rooms are put in place of the old ones; a room in which
// somebody has just opened a form or stands with the keyboard is left alone until they are done.

const ASK_EVERY_MS = 5000;

const notice = document.querySelector("[data-out-of-date]");
const rooms = (page) => page.querySelectorAll(".tile[data-room]");

function inUse(room) {
  return room.contains(document.activeElement) || room.querySelector("details[open] form") !== null;
}

// What a room says, less the token of its forms, which is another one each time it is asked for.
function said(room) {
  return room.outerHTML.replace(/name="csrf_token" value="[^"]*"/g, "");
}

function take(fresh) {
  const byKey = new Map(Array.from(rooms(fresh), (room) => [room.dataset.room, room]));
  for (const room of rooms(document)) {
    const newer = byKey.get(room.dataset.room);
    if (newer === undefined || inUse(room)) continue;
    const list = room.querySelector("details.watchers");
    const newerList = newer.querySelector("details.watchers");
    if (list && newerList) newerList.open = list.open; // as the reader left it
    if (said(room) !== said(newer)) room.replaceWith(document.adoptNode(newer));
  }
}

// The page is nobody's any more: signed out, left alone or no longer staff. A form under way is no reason to
// go on showing who watches; it would be refused all the same.
function leave() {
  document.querySelector("main").hidden = true; // at once, however long the way takes
  location.assign("/");
}

// The browser reads the page itself: no script of ours may make one out of text (trusted types).
function ask() {
  if (document.visibilityState === "hidden") return;
  const page = new XMLHttpRequest();
  page.open("GET", location.href);
  // Nobody is there because a page asks: a computer left alone asks for its PIN all the same.
  page.setRequestHeader("X-Unattended", "1");
  page.responseType = "document";
  page.timeout = ASK_EVERY_MS;
  page.addEventListener("loadend", () => {
    notice.hidden = page.status === 200 && page.response !== null;
    if (page.status === 404) return leave();
    if (notice.hidden) take(page.response);
  });
  page.send();
}

setInterval(ask, ASK_EVERY_MS);
document.addEventListener("visibilitychange", ask);
