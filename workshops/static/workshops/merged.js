// The page that shows two versions: what is typed into their union stays in this browser, as what was typed before
// it, until it is saved or given up (docs/adr/0030). It doesn't save by itself: the person is deciding.
"use strict";

for (const form of document.querySelectorAll("form[data-merges]")) {
  const { writer, item, merges, title } = form.dataset;
  const { elements } = form;
  // Typed without this script until now.
  elements.editor.value ||= drafts.random();
  elements.attempt.value ||= "1";
  const key = `draft:${writer}:${item}:${elements.editor.value}`;
  const mine = merges.split(" ");
  const parts = ["text", "points", "agreements"];
  let isTouched = false;
  const keep = () => {
    isTouched = true;
    const typed = parts.filter((part) => mine.includes(part) || elements[part].value !== elements[part].defaultValue);
    const version = Number(elements.seen_version.value);
    drafts.keep(key, {
      parts: Object.fromEntries(typed.map((part) => [part, { value: elements[part].value, version }])),
      more: {}, attempt: Number(elements.attempt.value), title, path: form.getAttribute("action"),
    });
  };
  drafts.own(elements.editor.value);
  form.addEventListener("input", keep);
  form.querySelector("[data-forgets]").addEventListener("click", () => drafts.drop(key));
  // A measure that was typed beside the text was captured before the text was refused.
  drafts.of(writer).then((entries) => {
    const kept = entries.find((entry) => entry.key === key);
    if (kept && !isTouched) drafts.keep(key, { ...kept, more: {} });
  });
}
