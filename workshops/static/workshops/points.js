// Points for proposals: what is left to give, as it is typed, and buttons to press instead of typing. No words
// here: they stand in the page, in its language. Without a script the sum is counted when it is saved.
"use strict";

(() => {
  const counter = document.getElementById("counter");
  const fields = [...document.querySelectorAll("input[name^=points-]")];
  if (!counter || !fields.length) return;
  const all = Number(counter.dataset.all);
  const left = counter.querySelector("[data-left]");
  const over = counter.querySelector("[data-over]");
  const number = (field) => Math.max(0, Math.trunc(Number(field.value)) || 0);
  const steps = (field) => [...field.parentElement.querySelectorAll("[data-step]")];

  const show = () => {
    const rest = all - fields.reduce((sum, field) => sum + number(field), 0);
    left.hidden = rest < 0;
    over.hidden = rest >= 0;
    left.querySelector("strong").textContent = Math.max(0, rest);
    over.querySelector("strong").textContent = Math.max(0, -rest);
    for (const field of fields) {
      for (const button of steps(field)) {
        // Not `disabled`: the focus would be lost under the finger that pressed it.
        const isEnd = button.dataset.step === "1" ? rest <= 0 : number(field) === 0;
        button.setAttribute("aria-disabled", String(isEnd));
      }
    }
  };

  for (const field of fields) {
    field.addEventListener("input", show);
    for (const button of steps(field)) {
      button.hidden = false;
      button.addEventListener("click", () => {
        if (button.getAttribute("aria-disabled") === "true") return;
        field.value = number(field) + Number(button.dataset.step);
        show();
      });
    }
  }
  show();
})();
