// Times by the reader's own clock, behind the town's, where the two differ. The words stand in the page; what
// this finds out stays in the browser. Without it the page says whose times they are.
"use strict";

(() => {
  const words = document.currentScript.dataset.here;
  const language = document.documentElement.lang;
  // As in the town's own times (workshops/dates.py): English as in Europe, Western digits in Arabic, and no
  // zero before its hours.
  const locale = language === "en" ? "en-GB" : language;
  const hours = { hour: language === "ar" ? "numeric" : "2-digit", minute: "2-digit", numberingSystem: "latn" };

  // Minutes ahead of UTC of “2020-07-07T18:00+02:00”, and the day that stands in it.
  const offset = (written) => {
    const [, sign, hours, minutes] = /([+-])(\d\d):(\d\d)$/.exec(written) ?? [0, "+", "0", "0"];
    return Number(`${sign}1`) * (Number(hours) * 60 + Number(minutes));
  };
  const day = (moment) => [moment.getFullYear(), moment.getMonth() + 1, moment.getDate()].join();

  const tell = () => {
    for (const time of document.querySelectorAll("time[data-clock]")) {
      const written = time.dateTime;
      const until = time.dataset.clock;
      time.removeAttribute("data-clock");
      const start = new Date(written);
      // Another name of the same clock (Europe/Vienna) is no news.
      if (-start.getTimezoneOffset() === offset(written)) continue;
      const end = until ? new Date(until) : start;
      const isSameDay = day(start) === written.slice(0, 10).split("-").map(Number).join();
      const isOverMidnight = day(start) !== day(end);
      const isPlain = isSameDay && !isOverMidnight;
      const format = new Intl.DateTimeFormat(locale, {
        ...hours,
        // In a month's table the day is said already, and there is little room.
        ...(isPlain && time.closest(".calendar") ? {} : { weekday: "long" }),
        ...(isPlain ? {} : { day: "numeric", month: "long" }),
      });
      const note = document.createElement("span");
      note.className = "meta";
      note.dataset.here = "";
      // formatRange() of two days says other fields than it was asked for: each end is told by itself.
      const ends = () => `${format.format(start)} – ${format.format(end)}`;
      const said = isOverMidnight ? ends() : until ? format.formatRange(start, end) : format.format(start);
      // A time never breaks at the end of a line.
      note.textContent = ` (${words} ${said.replace(/(\d) /g, "$1\u00a0")})`;
      time.after(note);
    }
  };

  // The waiting page of a conference says it at length (join.js).
  if (document.getElementById("local-time")) return;
  tell();
  document.addEventListener("htmx:afterSettle", tell);
})();
