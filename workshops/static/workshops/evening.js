// The desk's editors follow its agenda: in its order, open where a link leads. Without this script the page is
// drawn anew by the buttons "up" and "down", and a link opens what it leads into by itself in most browsers.
"use strict";

(() => {
  const rows = () => [...document.querySelectorAll("[data-reorder] > li")];
  const target = (row) => document.getElementById(row.querySelector("a[href^='#item-']").hash.slice(1));

  addEventListener("reordered", (event) => {
    let before = document.getElementById("agenda").closest("section");
    for (const row of rows()) {
      const section = target(row).closest("section");
      // Only what stands elsewhere is moved.
      if (before.nextElementSibling !== section) before.after(section);
      before = section;
    }
    const current = rows()[event.detail.current];
    if (!current) return;
    const [inList, inSummary] = document.querySelectorAll("[data-current]");
    current.querySelector("p").append(" ", inList);
    target(current).closest("details").querySelector("summary [data-title]").after(" ", inSummary);
  });

  addEventListener("click", (event) => {
    const link = event.target.closest("a[href^='#item-']");
    const there = link && document.getElementById(link.hash.slice(1));
    if (there) there.closest("details").open = true;
  });
})();
