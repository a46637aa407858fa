// What was typed and isn't on the server yet, kept in this browser (docs/adr/0030). Used by desk.js.
//
// One entry for each open page and item: `draft:<writer>:<item>:<editor>`. The writer is a number that names no
// person. An entry goes once the server has its words, on signing out (Clear-Site-Data), or after a week.
"use strict";

const drafts = (() => {
  const DAYS = 7;
  const channel = "BroadcastChannel" in self ? new BroadcastChannel("drafts") : null;
  const mine = new Set();

  const all = () => {
    const found = [];
    try {
      for (let index = 0; index < localStorage.length; index += 1) {
        const key = localStorage.key(index);
        if (!key.startsWith("draft:")) continue;
        const [, writer, item, editor] = key.split(":");
        found.push({ key, writer, item, editor, ...JSON.parse(localStorage.getItem(key)) });
      }
    } catch {
      // No storage (a private window, a full disk), or an entry that nobody can read.
    }
    return found;
  };

  const drop = (key) => {
    try {
      localStorage.removeItem(key);
    } catch {
      // There was none.
    }
  };

  // Whether it is really there: a full storage throws.
  const keep = (key, entry) => {
    try {
      localStorage.setItem(key, JSON.stringify({ ...entry, at: Date.now() }));
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

  for (const entry of all()) {
    if (!(Date.now() - entry.at < DAYS * 86_400_000)) drop(entry.key);
  }

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
      const found = all().filter((entry) => entry.writer === writer && entry.item === item && !mine.has(entry.editor));
      const open = await Promise.all(found.map((entry) => isOpenElsewhere(entry.editor)));
      return found.filter((_entry, index) => !open[index]).sort((one, other) => one.at - other.at);
    },
  };
})();
