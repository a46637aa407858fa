// The page around one or several editors (editor.js): when they save, and when one leaves.
"use strict";

(() => {
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
  addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    for (const editor of editors) editor.stay();
    if (Editor.current) Editor.current.save();
  });
  // Only what isn't even in this browser would be lost.
  addEventListener("beforeunload", (event) => {
    if (editors.some((editor) => !editor.isKept && !editor.isLeaving)) event.preventDefault();
  });
  // Signing out clears this browser (unsaved.js): what is typed is saved first.
  drafts.onSigningOut = () => Promise.all(editors.map((editor) => editor.finish()));
  drafts.onForgetting = () => {
    for (const editor of editors) editor.isForgotten = editor.isLeaving = true;
  };
})();
