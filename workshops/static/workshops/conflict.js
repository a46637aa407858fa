// Two wrote the same part: theirs is shown beside the field, and the person decides. Used by desk.js.
"use strict";

// `settle` gets what shall stand there from now on.
const disagreement = (field, both, answer, words, settle) => {
  const panel = document.getElementById("desk-conflict").content.firstElementChild.cloneNode(true);
  const name = Object.assign(document.createElement("bdi"), { textContent: answer.by || words.yourself });
  panel.querySelector("[data-who]").replaceChildren(name, answer.at ? `, ${answer.at}` : "");
  panel.querySelector("[data-theirs]").textContent = both.theirs || words.nothing;
  // The server's union knows the lines that are the same; what was typed since stands below it.
  const union = () => {
    const known = new Set(both.both.split("\n").map((line) => line.trimEnd()));
    const missing = field.value.split("\n").filter((line) => line.trim() && !known.has(line.trimEnd()));
    return [both.both, ...missing].join("\n");
  };
  const choices = { both: union, mine: () => field.value, take: () => both.theirs };
  for (const [name, value] of Object.entries(choices)) {
    panel.querySelector(`[data-${name}]`).addEventListener("click", () => {
      const chosen = value();
      panel.remove();
      settle(chosen);
    });
  }
  field.closest(".field").after(panel);
};
