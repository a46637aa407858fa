// Rows of a list are put in order by dragging or by keyboard. Without this script the buttons "up" and "down"
// do all of it. No words here: they stand in the page (workshops/_reorder.html), in its language.
//
// <ol data-reorder data-say-…> whose <li> each hold a <button data-grip hidden> and a <form data-place> with the
// CSRF token; the new place is posted to the form's own address as `position`. Lists may lie inside each other.
// Between lists of the same data-group a row goes over from one to the other: the list's data-under is posted
// as `under`, else as `within`: another page may have moved the row since. What says that a list is empty, next to
// it, is marked data-empty.
// Rows without a <form data-place> belong to a form of the page: each holds an <input data-place>, empty where a
// row has no place, and their numbers are sent with that form.
"use strict";

(() => {
  const speaker = document.createElement("p");
  speaker.className = "visually-hidden";
  speaker.setAttribute("role", "status");
  speaker.setAttribute("aria-live", "assertive");
  document.querySelector("main").append(speaker);

  const rowsOf = (list) => [...list.children].filter((row) => row.tagName === "LI" && row !== gap);
  // Shows where a row of another list would go: the row itself stays, or the pointer would be let go.
  const gap = document.createElement("li");
  gap.className = "tint";
  gap.setAttribute("aria-hidden", "true");
  gap.textContent = "\u00a0";
  const groupOf = (list) =>
    [...document.querySelectorAll("[data-reorder]")].filter(
      (other) => other === list || (list.dataset.group && other.dataset.group === list.dataset.group),
    );
  const within = (row, list, selector) =>
    [...row.querySelectorAll(selector)].filter((found) => found.closest("[data-reorder]") === list);
  const nameOf = (row, list) => within(row, list, "[data-grip]")[0].dataset.name;
  const say = (list, what, row) => {
    const rows = rowsOf(list);
    speaker.textContent = (list.dataset[`say${what}`] || "")
      .replace("[name]", nameOf(row, list))
      .replace("[position]", String(rows.indexOf(row) + 1))
      .replace("[total]", String(rows.length))
      .replace("[under]", list.dataset.name || "");
  };

  // Numbers, and which of the buttons lead anywhere: as the server would write them.
  const renumber = (list, labels) => {
    const rows = rowsOf(list);
    for (const empty of list.parentElement.querySelectorAll(":scope > [data-empty]")) empty.hidden = rows.length > 0;
    rows.forEach((row, index) => {
      for (const place of within(row, list, "[data-number]")) place.textContent = `${index + 1}.`;
      for (const up of within(row, list, "[name=up]")) up.hidden = index === 0;
      for (const down of within(row, list, "[name=down]")) down.hidden = index === rows.length - 1;
      if (labels) for (const label of within(row, list, "[data-label]")) label.textContent = labels[index] || "";
    });
  };

  const putBack = (home, order, row) => {
    const there = row.parentElement;
    for (const one of order) home.append(one);
    renumber(home);
    if (there !== home) renumber(there);
  };

  // A row that was moved has a place from then on.
  const count = (list, moved) => {
    let last = 0;
    for (const row of rowsOf(list)) {
      for (const field of within(row, list, "input[data-place]")) {
        if (!field.value && row !== moved) continue;
        last += 1;
        field.value = String(last);
        field.dispatchEvent(new Event("input", { bubbles: true }));
      }
    }
  };

  const save = async (home, row, before) => {
    const list = row.parentElement;
    const after = rowsOf(list);
    if (!within(row, list, "form[data-place]").length) {
      count(list, row);
      return say(list, "Dropped", row);
    }
    if (list === home && after.every((other, index) => other === before[index])) return say(list, "Dropped", row);
    renumber(list);
    const form = within(row, list, "form[data-place]")[0];
    const body = new FormData(form);
    body.set("position", String(after.indexOf(row) + 1));
    if (list !== home) {
      renumber(home);
      body.set("under", list.dataset.under);
    } else if (list.dataset.under) body.set("within", list.dataset.under);
    let answer = {};
    try {
      const response = await fetch(form.action, {
        method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error",
      });
      answer = await response.json();
      if (!response.ok) throw new Error(String(response.status));
      renumber(list, answer.labels);
      say(list, "Dropped", row);
      list.dispatchEvent(new CustomEvent("reordered", { bubbles: true, detail: answer }));
    } catch {
      putBack(home, before, row);
      say(home, "Failed", row);
      const note = home.parentElement.querySelector("[data-reorder-problem]");
      if (note) {
        note.textContent = answer.sentence || home.dataset.sayFailed.replace("[name]", nameOf(row, home));
        note.hidden = false;
      }
    }
  };

  const clearNote = (list) => {
    const note = list.parentElement.querySelector("[data-reorder-problem]");
    if (note) note.hidden = true;
  };

  // --- by keyboard: space takes and drops, arrows move, escape puts back ---------------------------------
  let held = null;
  const release = () => {
    held.grip.setAttribute("aria-pressed", "false");
    held.row.classList.remove("tint");
    held = null;
  };
  const keys = (event, row, grip) => {
    const list = row.parentElement;
    const isHeld = held !== null && held.grip === grip;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (event.repeat) return;
      if (isHeld) {
        const { list: home, before } = held;
        release();
        save(home, row, before);
      } else {
        clearNote(list);
        held = { list, row, grip, before: rowsOf(list) };
        grip.setAttribute("aria-pressed", "true");
        row.classList.add("tint");
        say(list, "Taken", row);
      }
    } else if (isHeld && event.key === "Escape") {
      event.preventDefault();
      const { list: home, before } = held;
      putBack(home, before, row);
      release();
      say(home, "Back", row);
      grip.focus();
    } else if (isHeld && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      // The neighbour passes: a row that is itself moved in the page loses the focus.
      const isUp = event.key === "ArrowUp";
      const neighbour = isUp ? row.previousElementSibling : row.nextElementSibling;
      if (neighbour) {
        row[isUp ? "after" : "before"](neighbour);
        renumber(list);
        say(list, "Moved", row);
      } else {
        const lists = groupOf(list);
        const next = lists[lists.indexOf(list) + (isUp ? -1 : 1)];
        if (next) {
          next[isUp ? "append" : "prepend"](row);
          renumber(list);
          renumber(next);
          say(next, "Over", row);
        } else say(list, "Moved", row);
      }
      grip.focus();
    }
  };
  // Whoever goes on with something else has put it down where it was.
  const blurred = (grip) => {
    setTimeout(() => {
      if (held === null || held.grip !== grip || document.activeElement === grip) return;
      putBack(held.list, held.before, held.row);
      say(held.list, "Back", held.row);
      release();
    });
  };

  // --- by mouse, pen or finger -----------------------------------------------------------------------
  const drag = (event, row, grip) => {
    if (event.button !== 0 || held) return;
    const list = row.parentElement;
    const lists = groupOf(list);
    clearNote(list);
    const before = rowsOf(list);
    let isDragging = false;
    grip.setPointerCapture(event.pointerId);
    const move = (at) => {
      if (!isDragging && Math.abs(at.clientY - event.clientY) < 6) return;
      isDragging = true;
      row.classList.add("tint");
      // A place is taken when the pointer has passed the middle of the row that stands there. That row passes:
      // the one that is held stays in the page, or the pointer would be let go.
      const middle = (other) => other.getBoundingClientRect().top + other.getBoundingClientRect().height / 2;
      const isOver = (other) => {
        const { top, bottom } = other.parentElement.getBoundingClientRect();
        return at.clientY >= top && at.clientY <= bottom;
      };
      const there = isOver(list) ? list : lists.find(isOver) || list;
      if (there === list) {
        gap.remove();
        for (let other; (other = row.previousElementSibling) && at.clientY < middle(other); ) row.after(other);
        for (let other; (other = row.nextElementSibling) && at.clientY > middle(other); ) row.before(other);
      } else {
        there.insertBefore(gap, rowsOf(there).find((other) => at.clientY < middle(other)) || null);
      }
      if (at.clientY < 60) scrollBy(0, -12);
      if (at.clientY > innerHeight - 60) scrollBy(0, 12);
    };
    const end = (at) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      removeEventListener("keydown", escape, true);
      row.classList.remove("tint");
      const goesOver = gap.isConnected && at.type === "pointerup";
      if (goesOver) gap.replaceWith(row);
      else gap.remove();
      if (!isDragging) return;
      if (at.type === "pointerup") save(list, row, before);
      else putBack(list, before, row);
    };
    const escape = (pressed) => {
      if (pressed.key !== "Escape") return;
      pressed.preventDefault();
      end({ type: "escape" });
      say(list, "Back", row);
    };
    addEventListener("pointermove", move);
    addEventListener("pointerup", end);
    addEventListener("pointercancel", end);
    addEventListener("keydown", escape, true);
  };

  for (const list of document.querySelectorAll("[data-reorder]")) {
    for (const row of rowsOf(list)) {
      for (const grip of within(row, list, "[data-grip]")) {
        grip.hidden = false;
        grip.setAttribute("aria-pressed", "false");
        grip.addEventListener("keydown", (event) => keys(event, row, grip));
        grip.addEventListener("blur", () => blurred(grip));
        grip.addEventListener("pointerdown", (event) => drag(event, row, grip));
        // Else a finger on the grip scrolls the page.
        grip.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
      }
    }
  }
})();
