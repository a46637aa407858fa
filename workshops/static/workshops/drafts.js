// What was typed and isn't on the server yet, kept in this browser (docs/adr/0030). Used by desk.js.
//
// One entry for each open page and item: `draft:<writer>:<item>:<editor>`. The writer is a number that names no
// person. An entry goes once the server has its words, on signing out (Clear-Site-Data), or after a week.
//
// In two places, because neither does both: localStorage is written at once, also while a page closes, but a
// browser that is killed loses its last seconds of it; IndexedDB has them on the disk some milliseconds later.
"use strict";

const drafts = (() => {
  const DAYS = 7;
  const channel = "BroadcastChannel" in self ? new BroadcastChannel("drafts") : null;
  const mine = new Set();

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
    return [...found.values()].map((entry) => {
      const [, writer, item, editor] = entry.key.split(":");
      return { ...entry, writer, item, editor };
    });
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

  // The person has decided what becomes of it, by a form or a link of this page.
  for (const each of document.querySelectorAll("[data-forgets]")) {
    each.addEventListener(each.tagName === "FORM" ? "submit" : "click", () => drop(each.dataset.forgets));
  }

  return {
    keep, drop,
    own: (editor) => mine.add(editor),
    disown: (editor) => mine.delete(editor),
    // Those that a closed or killed page left behind, the oldest first.
    orphans: async (writer, item) => {
      const found = (await all()).filter((entry) => entry.writer === writer && entry.item === item && !mine.has(entry.editor));
      const open = await Promise.all(found.map((entry) => isOpenElsewhere(entry.editor)));
      return found.filter((_entry, index) => !open[index]).sort((one, other) => one.at - other.at);
    },
  };
})();
