// On every page of somebody who is signed in: what this browser still keeps of theirs (drafts.js) is named, with
// the way there and the words to be copied, and signing out, which empties the browser, asks first (docs/adr/0030).
"use strict";

(() => {
  const template = document.getElementById("unsaved");
  if (!template) return;
  const words = template.dataset;
  const { plain } = drafts;
  const pause = (milliseconds) => new Promise((resolve) => setTimeout(resolve, milliseconds));
  // On leaving a page its last words are sent, and nobody hears the answer: it may still be under way.
  const UNDER_WAY = 4000;

  const ofItem = (entry) => Boolean(entry.parts) && /^\d+$/.test(entry.item);

  // Which of them has the server had all along? Whatever it has goes from the entry; null: no answer.
  const arrivals = async (entries) => {
    const asked = new URLSearchParams(entries.filter(ofItem).slice(0, 20).map((entry) => ["of", `${entry.item}.${entry.editor}`]));
    if (!asked.size && !asked.toString()) return {};
    try {
      const ending = new AbortController();
      setTimeout(() => ending.abort(), 5000);
      const response = await fetch(`${words.address}?${asked}`, { headers: { Accept: "application/json" }, signal: ending.signal });
      return response.ok ? await response.json() : null;
    } catch {
      return null;
    }
  };

  const settled = (entry, answer) => {
    if (!ofItem(entry) || !answer?.items) return entry;
    const has = answer.attempts[`${entry.item}.${entry.editor}`] || 0;
    const theirs = answer.items[entry.item] || {};
    const isThere = (part) =>
      (entry.sent && has >= entry.sent.attempt && entry.sent.parts.includes(part)) || theirs[part] === plain(entry.parts[part].value);
    const parts = Object.fromEntries(Object.entries(entry.parts).filter(([part]) => !isThere(part)));
    if (Object.keys(parts).length === Object.keys(entry.parts).length) return entry;
    if (!Object.keys(parts).length && !Object.keys(entry.more || {}).length) {
      drafts.drop(entry.key);
      return null;
    }
    drafts.keep(entry.key, { ...entry, parts });
    return { ...entry, parts };
  };

  // What nobody on this page took up, and the server doesn't have.
  const left = async (find) => {
    let found = await find();
    for (let turn = 0; found.length; turn += 1) {
      const answer = await arrivals(found);
      found = found.map((entry) => settled(entry, answer)).filter(Boolean);
      const isUnderWay = (entry) => entry.sent && Date.now() - entry.at < UNDER_WAY;
      if (!answer || turn >= 4 || !found.some(isUnderWay)) break;
      await pause(800);
    }
    return found;
  };

  const textOf = (entry) => {
    const written = [
      ...Object.values(entry.parts || {}).map((part) => part.value),
      ...Object.entries(entry.more || {}).filter(([name]) => !/captured_as$|survey_comments$/.test(name)).map(([, value]) => value),
      ...(entry.fields || []).filter((field) => field.checked === undefined).map((field) => field.value),
    ];
    return written.filter((value) => value.trim()).join("\n\n");
  };

  let notice = null;
  const show = (entries) => {
    notice?.remove();
    notice = null;
    if (!entries.length) return;
    notice = template.content.firstElementChild.cloneNode(true);
    const list = notice.querySelector("ul");
    const row = list.firstElementChild;
    row.remove();
    for (const entry of entries) {
      const line = row.cloneNode(true);
      const link = line.querySelector("a");
      link.textContent = entry.title || words.untitled;
      // A path of this site and nothing else, whatever lies in the browser.
      if (/^\/(?!\/)/.test(entry.path || "")) link.href = entry.path;
      line.querySelector("[data-words]").textContent = textOf(entry);
      // Where it belongs: nothing took it up here, so all that is left is to copy it.
      line.querySelector("details").open = entry.path === location.pathname && !drafts.isMine(entry.editor);
      line.querySelector("button").addEventListener("click", () => {
        drafts.drop(entry.key);
        line.remove();
        if (!list.children.length) show([]);
      });
      list.append(line);
    }
    // A live region: it is also said.
    (document.querySelector("main .messages") || document.querySelector("main")).prepend(notice);
  };

  drafts.restored().then(() => left(() => drafts.orphans(words.writer))).then(show);

  for (const form of document.querySelectorAll("form[action$='/logout/']")) {
    let mayGo = false;
    let isAsking = false;
    form.addEventListener("submit", async (event) => {
      if (mayGo) {
        drafts.onForgetting?.();
        return;
      }
      event.preventDefault();
      if (isAsking) return;
      isAsking = true;
      let found = [];
      try {
        await drafts.onSigningOut?.();
        found = await left(() => drafts.of(words.writer));
      } finally {
        isAsking = false;
        mayGo = true;
      }
      if (!found.length) return form.requestSubmit();
      show(found);
      notice.querySelector("[data-signing-out]").hidden = false;
      notice.focus();
    });
  }
})();
