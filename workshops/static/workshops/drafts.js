// What was typed and isn't on the server yet, kept in this browser (docs/adr/0030). On every page of somebody who
// is signed in; used by editor.js, keeps.js and unsaved.js.
//
// One entry for each open page and text: `draft:<writer>:<item>:<editor>`. The writer is a number that names no
// person; the item is that of an agenda, or what a form names itself (keeps.js); the editor is the open page. An
// entry goes once the server has its words, on signing out (Clear-Site-Data), or after a week.
//
// In two places, because neither does both: localStorage is written at once, also while a page closes, but a
// browser that is killed loses its last seconds of it; IndexedDB has them on the disk some milliseconds later.
"use strict";

// Some pages name this script twice: in their head, and in the navigation.
self.drafts ??= (() => {
  const DAYS = 7;
  const channel = "BroadcastChannel" in self ? new BroadcastChannel("drafts") : null;
  const mine = new Set();
  const restoring = [];
  // What the step before this page has saved: each editor with its attempt.
  const arrived = new Map();
  for (const each of document.querySelectorAll("[data-arrived]")) {
    const [editor, attempt] = each.dataset.arrived.split(".");
    arrived.set(editor, Number(attempt));
  }

  // One promise for the database; null where there is none (a private window).
  const database = new Promise((resolve) => {
    try {
      const opening = indexedDB.open("drafts", 1);
      opening.onupgradeneeded = () => opening.result.createObjectStore("entries");
      opening.onsuccess = () => resolve(opening.result);
      opening.onerror = opening.onblocked = () => resolve(null);
    } catch {
      resolve(null);
    }
  });
  const inDatabase = async (mode, action) => {
    const opened = await database;
    if (!opened) return undefined;
    return new Promise((resolve) => {
      try {
        const asked = action(opened.transaction("entries", mode).objectStore("entries"));
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => resolve(undefined);
      } catch {
        resolve(undefined); // It was closed or emptied meanwhile.
      }
    });
  };

  const inStorage = () => {
    const found = [];
    try {
      for (let index = 0; index < localStorage.length; index += 1) {
        const key = localStorage.key(index);
        if (!key.startsWith("draft:")) continue;
        found.push({ key, ...JSON.parse(localStorage.getItem(key)) });
      }
    } catch {
      // No storage (a private window, a full disk), or an entry that nobody can read.
    }
    return found;
  };

  // From both places, of each entry the later state.
  const all = async () => {
    const found = new Map();
    for (const entry of [...inStorage(), ...((await inDatabase("readonly", (store) => store.getAll())) || [])]) {
      if (!found.has(entry.key) || found.get(entry.key).at < entry.at) found.set(entry.key, entry);
    }
    const named = [...found.values()].map((entry) => {
      const [, writer, item, editor] = entry.key.split(":");
      return { ...entry, writer, item, editor };
    });
    const isOver = ({ editor, attempt }) => arrived.has(editor) && !mine.has(editor) && (attempt || 0) <= arrived.get(editor);
    for (const entry of named) if (isOver(entry)) drop(entry.key);
    return named.filter((entry) => !isOver(entry));
  };

  const drop = (key) => {
    inDatabase("readwrite", (store) => store.delete(key));
    try {
      localStorage.removeItem(key);
    } catch {
      // There was none.
    }
  };

  // Whether it is really there: a full storage throws.
  const keep = (key, entry) => {
    const stamped = { ...entry, key, at: Date.now() };
    inDatabase("readwrite", (store) => store.put(stamped, key));
    try {
      localStorage.setItem(key, JSON.stringify(stamped));
      return true;
    } catch {
      return false;
    }
  };

  // Other windows ask whether an entry's page is still open: then it isn't theirs to restore.
  if (channel) {
    channel.addEventListener("message", ({ data }) => {
      if (data.ask && mine.has(data.ask)) channel.postMessage({ alive: data.ask });
    });
  }
  const isOpenElsewhere = (editor) =>
    new Promise((resolve) => {
      if (!channel) return resolve(false);
      const hear = ({ data }) => data.alive === editor && resolve(true);
      channel.addEventListener("message", hear);
      channel.postMessage({ ask: editor });
      setTimeout(() => {
        channel.removeEventListener("message", hear);
        resolve(false);
      }, 400);
    });

  all().then((entries) => {
    for (const entry of entries) if (!(Date.now() - entry.at < DAYS * 86_400_000)) drop(entry.key);
  });

  return {
    keep, drop,
    // As the server keeps it: no space at the end. Typing one is no change.
    plain: (text) => text.replaceAll("\r\n", "\n").trimEnd(),
    random: () =>
      [...crypto.getRandomValues(new Uint8Array(12))].map((byte) => byte.toString(16).padStart(2, "0")).join(""),
    own: (editor) => mine.add(editor),
    disown: (editor) => mine.delete(editor),
    isMine: (editor) => mine.has(editor),
    // Each script that takes up entries says when it is through: what is left then, nobody on this page took.
    restores: (promise) => restoring.push(promise),
    restored: () => Promise.allSettled(restoring),
    // All of this writer, those of open pages too.
    of: async (writer) => (await all()).filter((entry) => entry.writer === writer),
    // Those that a closed or killed page left behind, the oldest first; of all items if none is named.
    orphans: async (writer, item) => {
      const isWanted = (entry) => entry.writer === writer && (!item || entry.item === item) && !mine.has(entry.editor);
      const found = (await all()).filter(isWanted);
      const open = await Promise.all(found.map((entry) => isOpenElsewhere(entry.editor)));
      return found.filter((_entry, index) => !open[index]).sort((one, other) => one.at - other.at);
    },
  };
})();
