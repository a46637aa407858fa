// Rows of a list are put in order by dragging or by keyboard. Without this script the buttons "up" and "down"
// do all of it. No words here: they stand in the page (workshops/_reorder.html), in its language.
//
// <ol data-reorder data-say-…> whose <li> each hold a <button data-grip hidden> and a <form data-place> with the
// CSRF token; the new place is posted to the form's own address as `position`. Lists may lie inside each other.
"use strict";

(() => {
  const speaker = document.createElement("p");
  speaker.className = "visually-hidden";
  speaker.setAttribute("role", "status");
  speaker.setAttribute("aria-live", "assertive");
  document.querySelector("main").append(speaker);

  const rowsOf = (list) => [...list.children].filter((row) => row.tagName === "LI");
  const within = (row, list, selector) =>
    [...row.querySelectorAll(selector)].filter((found) => found.closest("[data-reorder]") === list);
  const nameOf = (row, list) => within(row, list, "[data-grip]")[0].dataset.name;
  const say = (list, what, row) => {
    const rows = rowsOf(list);
    speaker.textContent = (list.dataset[`say${what}`] || "")
      .replace("[name]", nameOf(row, list))
      .replace("[position]", String(rows.indexOf(row) + 1))
      .replace("[total]", String(rows.length));
  };

  // Numbers, and which of the buttons lead anywhere: as the server would write them.
  const renumber = (list, labels) => {
    const rows = rowsOf(list);
    rows.forEach((row, index) => {
      for (const place of within(row, list, "[data-number]")) place.textContent = `${index + 1}.`;
      for (const up of within(row, list, "[name=up]")) up.hidden = index === 0;
      for (const down of within(row, list, "[name=down]")) down.hidden = index === rows.length - 1;
      if (labels) for (const label of within(row, list, "[data-label]")) label.textContent = labels[index] || "";
    });
  };

  const putBack = (list, order) => {
    for (const row of order) list.append(row);
    renumber(list);
  };

  const save = async (list, row, before) => {
    const after = rowsOf(list);
    if (after.every((other, index) => other === before[index])) return say(list, "Dropped", row);
    renumber(list);
    const form = within(row, list, "form[data-place]")[0];
    const body = new FormData(form);
    body.set("position", String(after.indexOf(row) + 1));
    let answer = {};
    try {
      const response = await fetch(form.action, {
        method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", redirect: "error",
      });
      answer = await response.json();
      if (!response.ok) throw new Error(String(response.status));
      renumber(list, answer.labels);
      say(list, "Dropped", row);
      list.dispatchEvent(new CustomEvent("reordered", { bubbles: true }));
    } catch {
      putBack(list, before);
      say(list, "Failed", row);
      const note = list.parentElement.querySelector("[data-reorder-problem]");
      if (note) {
        note.textContent = answer.sentence || list.dataset.sayFailed.replace("[name]", nameOf(row, list));
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
  const keys = (event, list, row, grip) => {
    const isHeld = held !== null && held.grip === grip;
    if (event.key === " " || event.key === "Enter") {
      event.preventDefault();
      if (event.repeat) return;
      if (isHeld) {
        const { before } = held;
        release();
        save(list, row, before);
      } else {
        clearNote(list);
        held = { list, row, grip, before: rowsOf(list) };
        grip.setAttribute("aria-pressed", "true");
        row.classList.add("tint");
        say(list, "Taken", row);
      }
    } else if (isHeld && event.key === "Escape") {
      event.preventDefault();
      putBack(list, held.before);
      release();
      say(list, "Back", row);
      grip.focus();
    } else if (isHeld && (event.key === "ArrowUp" || event.key === "ArrowDown")) {
      event.preventDefault();
      // The neighbour passes: a row that is itself moved in the page loses the focus.
      const neighbour = event.key === "ArrowUp" ? row.previousElementSibling : row.nextElementSibling;
      if (neighbour) row[event.key === "ArrowUp" ? "after" : "before"](neighbour);
      renumber(list);
      say(list, "Moved", row);
      grip.focus();
    }
  };
  // Whoever goes on with something else has put it down where it was.
  const blurred = (grip) => {
    setTimeout(() => {
      if (held === null || held.grip !== grip || document.activeElement === grip) return;
      putBack(held.list, held.before);
      say(held.list, "Back", held.row);
      release();
    });
  };

  // --- by mouse, pen or finger -----------------------------------------------------------------------
  const drag = (event, list, row, grip) => {
    if (event.button !== 0 || held) return;
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
      for (let other; (other = row.previousElementSibling) && at.clientY < middle(other); ) row.after(other);
      for (let other; (other = row.nextElementSibling) && at.clientY > middle(other); ) row.before(other);
      if (at.clientY < 60) scrollBy(0, -12);
      if (at.clientY > innerHeight - 60) scrollBy(0, 12);
    };
    const end = (at) => {
      removeEventListener("pointermove", move);
      removeEventListener("pointerup", end);
      removeEventListener("pointercancel", end);
      removeEventListener("keydown", escape, true);
      row.classList.remove("tint");
      if (!isDragging) return;
      if (at.type === "pointerup") save(list, row, before);
      else putBack(list, before);
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
        grip.addEventListener("keydown", (event) => keys(event, list, row, grip));
        grip.addEventListener("blur", () => blurred(grip));
        grip.addEventListener("pointerdown", (event) => drag(event, list, row, grip));
        // Else a finger on the grip scrolls the page.
        grip.addEventListener("touchstart", (event) => event.preventDefault(), { passive: false });
      }
    }
  }
})();
