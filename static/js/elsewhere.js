// Says beside a time of the school's what it is by this device's own clock, where the two differ.
//
// The page tells the school's time without any script; a browser that cannot say another adds nothing.

for (const line of document.querySelectorAll("[data-instant]")) {
  const instant = new Date(line.dataset.instant);
  if (-instant.getTimezoneOffset() === Number(line.dataset.schoolMinutes)) continue;
  try {
    const spoken = new Intl.DateTimeFormat(document.documentElement.lang, {
      weekday: "long",
      hour: "2-digit",
      minute: "2-digit",
      hourCycle: "h23",
      timeZoneName: "short",
    });
    line.textContent = line.dataset.words.replace("{when}", spoken.format(instant));
    line.hidden = false;
  } catch { /* the school's time stands there */ }
}
