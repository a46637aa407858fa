// Simple forms (data-keeps): what is typed stays in this browser until the server has it (docs/adr/0030), and is
// there again at the next visit. Without this script the button does it. Its words stand in the navigation
// (config/templates/_nav_user.html).
"use strict";

(() => {
  const words = document.getElementById("unsaved")?.dataset;
  if (!words) return;
  const isTick = (field) => field.type === "checkbox" || field.type === "radio";
  const fieldsOf = (form) =>
    [...form.elements].filter((field) => field.name && field.matches("textarea, select, input:not([type=hidden], [type=search], [type=file], [type=password], [type=submit])"));
  // What the person saw when they began: it goes along, so that nobody's later change is overwritten unseen.
  const seenOf = (form) => [...form.elements].filter((field) => field.type === "hidden" && /^seen/.test(field.name));
  const first = (field) => {
    if (isTick(field)) return field.defaultChecked;
    if (field.tagName !== "SELECT") return field.defaultValue;
    return ([...field.options].find((option) => option.defaultSelected) ?? field.options[0])?.value;
  };
  const now = (field) => (isTick(field) ? field.checked : field.value);

  class Kept {
    constructor(form) {
      this.form = form;
      this.editor = drafts.random();
      this.key = `draft:${words.writer}:${form.dataset.keeps}:${this.editor}`;
      // The answer's next page says of this one that its words have arrived.
      form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "draft", value: this.editor }));
      drafts.own(this.editor);
      for (const kind of ["input", "change"]) form.addEventListener(kind, () => this.keep());
      drafts.restores(this.restore());
    }

    // What a refused form brought back was never saved (`data-unsaved`).
    changed() {
      const isUnsaved = "unsaved" in this.form.dataset;
      return fieldsOf(this.form).filter((field) => now(field) !== first(field) || (isUnsaved && !isTick(field) && field.value.trim()));
    }

    keep() {
      const changed = this.changed();
      if (!changed.length) return drafts.drop(this.key);
      drafts.keep(this.key, {
        fields: changed.map((field) => ({ name: field.name, value: field.value, ...(isTick(field) && { checked: field.checked }) })),
        seen: Object.fromEntries(seenOf(this.form).map((field) => [field.name, field.value])),
        title: this.form.dataset.title, path: location.pathname,
      });
    }

    find({ name, value, checked }) {
      return fieldsOf(this.form).find((field) => field.name === name && (checked === undefined || field.value === value));
    }

    // The whole entry or none of it: the rest is named by unsaved.js.
    async restore() {
      for (const entry of await drafts.orphans(words.writer, this.form.dataset.keeps)) {
        if (!entry.fields) continue;
        const pairs = entry.fields.map((kept) => [kept, this.find(kept)]).filter(([, field]) => field);
        const isSame = pairs.every(([kept, field]) => (kept.checked ?? kept.value) === now(field));
        if (!isSame && this.changed().length) continue;
        drafts.drop(entry.key);
        if (isSame) continue;
        for (const [kept, field] of pairs) {
          if (isTick(field)) field.checked = kept.checked;
          else field.value = kept.value;
          const around = field.closest("details");
          if (around) around.open = true;
        }
        for (const field of seenOf(this.form)) field.value = entry.seen[field.name] ?? field.value;
        const line = Object.assign(document.createElement("p"), { className: "alert alert--info", textContent: words.again });
        line.setAttribute("role", "status");
        this.form.prepend(line);
      }
      this.keep();
    }
  }
  for (const form of document.querySelectorAll("form[data-keeps]")) new Kept(form);
})();
