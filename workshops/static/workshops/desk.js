// The page around one or several editors (editor.js): when they save, and when one leaves.
"use strict";

(() => {
  const words = document.getElementById("desk-words").dataset;
  const editors = [...document.querySelectorAll("form[data-autosave]")].map((form) => new Editor(form));
  // The page of one item: it is open, whether or not somebody types.
  if (editors.length === 1) editors[0].enter();
  setInterval(() => {
    if (Editor.current && document.visibilityState === "visible" && Date.now() - Editor.current.lastTurn > Editor.BEAT - 1000) Editor.current.save();
  }, Editor.BEAT / 4);

  const again = () => {
    for (const editor of editors) if (editor.tries > 0) editor.save();
  };
  addEventListener("online", again);
  addEventListener("focus", again);
  document.addEventListener("visibilitychange", () => {
    if (document.visibilityState === "visible") again();
    else for (const editor of editors) if (editor.isDirty()) editor.save();
  });
  addEventListener("pagehide", () => editors.forEach((editor) => editor.leave()));
  addEventListener("pageshow", (event) => event.persisted && Editor.current && Editor.current.save());
  // Only what isn't even in this browser would be lost.
  addEventListener("beforeunload", (event) => {
    if (editors.some((editor) => !editor.isKept && !editor.isLeaving)) event.preventDefault();
  });
  // Signing out clears this browser: the first press saves, and says so if that isn't possible.
  for (const form of document.querySelectorAll("form[action$='/logout/']")) {
    let isWarned = false;
    form.addEventListener("submit", async (event) => {
      if (isWarned || !editors.some((editor) => editor.isDirty())) {
        for (const editor of editors) editor.isForgotten = editor.isLeaving = true;
        return;
      }
      event.preventDefault();
      await Promise.all(editors.map((editor) => editor.isDirty() && editor.save()));
      isWarned = true;
      const unsaved = editors.find((editor) => editor.isDirty());
      if (!unsaved) return form.requestSubmit();
      unsaved.say("signing_out", words.signingOut, { isProblem: true });
      unsaved.form.scrollIntoView();
    });
  }
})();
