// What a closed or killed page left in this browser goes on in the page that is open (docs/adr/0030). Used by
// editor.js.
"use strict";

// Text and measure each as a whole, and only where nothing else was typed; what isn't taken stays, and is named by
// unsaved.js. `label`: of a tick that this page doesn't show.
const restore = async (editor, label) => {
  const { form } = editor;
  for (const entry of await drafts.orphans(editor.writer, editor.item)) {
    const parts = Object.entries(entry.parts).filter(
      ([part, kept]) => drafts.plain(kept.value) !== drafts.plain(editor.fields[part].value),
    );
    const more = capture.isThere(form, entry.more) ? {} : entry.more;
    const hasMore = Object.keys(more).length > 0;
    const takesParts = parts.length > 0 && !editor.isDirty();
    const takesMore = hasMore && !capture.isTyped(form);
    if ((parts.length || hasMore) && !takesParts && !takesMore) continue;
    if (parts.length && !takesParts) drafts.keep(entry.key, { ...entry, more: {} });
    else drafts.drop(entry.key);
    if (hasMore && !takesMore) {
      // The entry's own key goes on with the text.
      drafts.keep(`draft:${editor.writer}:${editor.item}:${drafts.random()}`, { ...entry, parts: {}, more, attempt: 0 });
    }
    if (takesMore) capture.write(form, more, label);
    // As the same editor: what it saved without hearing so is nobody else's text.
    if (takesParts) editor.renew(entry.editor, entry.attempt);
    for (const [part, kept] of takesParts ? parts : []) {
      editor.fields[part].value = kept.value;
      editor.base[part] = { version: kept.version, raw: null };
    }
    if (!takesParts && !takesMore) continue;
    editor.keep();
    editor.find("restored").hidden = false;
    const around = form.closest("details");
    if (around) around.open = true;
  }
};
