// The measure that is half typed beside the text of an item: it goes to the server by its own button only, so
// that the browser keeps it until then (docs/adr/0030). Used by editor.js.
"use strict";

const capture = (() => {
  const FORM = "proposal-captured_as";
  const TICKS = "proposal-survey_comments";
  const fields = (form) => [...form.elements].filter((field) => field.name?.startsWith("proposal-"));
  const isWritten = (field) => field.name !== FORM && field.type !== "checkbox";
  const isTyped = (form) => fields(form).some((field) => isWritten(field) && field.value.trim());

  // Everything that stands there, by name; ticks as one line.
  const all = (form) => {
    const found = Object.fromEntries(
      fields(form).filter((field) => field.type !== "checkbox" && field.value).map((field) => [field.name, field.value]),
    );
    const ticked = fields(form).filter((field) => field.type === "checkbox" && field.checked);
    if (ticked.length) found[TICKS] = ticked.map((field) => field.value).join(" ");
    return found;
  };

  // The page that was left had asked for this comment by its address (`?comment=`); here only its tick is known.
  const tick = (form, value, label) => {
    const known = fields(form).find((field) => field.type === "checkbox" && field.value === value);
    if (known) {
      known.checked = true;
      return;
    }
    const row = document.createElement("div");
    const box = Object.assign(document.createElement("input"), { type: "checkbox", name: TICKS, value, checked: true });
    box.id = `${form.elements[FORM].id}-${value}`;
    row.className = "field__row";
    row.append(box, Object.assign(document.createElement("label"), { htmlFor: box.id, textContent: label }));
    form.querySelector("[name=propose]").before(row);
  };

  const write = (form, values, label = "") => {
    for (const [name, value] of Object.entries(values)) {
      if (name === TICKS) {
        for (const each of value.split(" ")) tick(form, each, label);
        continue;
      }
      const field = form.elements[name];
      if (!field || field.value === value) continue;
      field.value = value;
      const around = field.closest("details");
      if (around) around.open = true;
    }
  };

  // The server has it: this page lists it among the proposals (`data-captured`), or shows it in the form.
  const isThere = (form, values) => {
    const isTaken = [...document.querySelectorAll("[data-captured]")].some((each) => each.dataset.captured === values[FORM]);
    return isTaken || Object.entries(values).every(([name, value]) => name === TICKS || form.elements[name]?.value === value);
  };

  return {
    isTyped, isThere,
    read: (form) => (isTyped(form) ? all(form) : {}),
    write,
    // What is typed while a capture is under way belongs to the next one: the answer's empty form doesn't wipe it.
    watch: (form, done) => {
      let sent = {};
      let since = {};
      form.addEventListener("htmx:beforeRequest", (event) => {
        if (event.detail.elt?.name === "propose") sent = all(form);
      });
      form.addEventListener("htmx:beforeSwap", (event) => {
        const isOurs = event.detail.requestConfig?.elt?.name === "propose";
        const names = isOurs ? fields(form).filter((field) => isWritten(field) && field.value !== (sent[field.name] ?? "")) : [];
        since = Object.fromEntries(names.map((field) => [field.name, field.value]));
      });
      form.addEventListener("htmx:afterSwap", () => {
        write(form, since);
        since = {};
        done();
      });
    },
  };
})();
