// Nothing typed is lost: saves while somebody writes, keeps in the browser what the server doesn't have, and
// shows what others wrote (docs/adr/0030). Without this script the button "save" does it. No words here: they
// stand in the page (workshops/moderator/_desk_words.html), in its language. One Editor for each form; when they
// are made and asked stands in desk.js.
"use strict";

const Editor = (() => {
  const words = document.getElementById("desk-words").dataset;
  const PARTS = ["text", "points", "agreements"];
  // A keepalive request takes 64 KiB at most; what is longer stays in the browser until the next visit.
  const MOST_ON_LEAVING = 60_000;
  const isolated = (name) => Object.assign(document.createElement("bdi"), { textContent: name });
  const filled = (sentence, values) => sentence.replace(/\[(\w+)\]/g, (_all, name) => values[name] ?? "");
  const { plain } = drafts;

  return class Editor {
    // How often an open page says that it is there, in milliseconds.
    static BEAT = 20_000;
    static current = null;

    constructor(form) {
      this.form = form;
      this.item = form.dataset.item;
      this.writer = form.dataset.writer;
      this.pause = Number(form.dataset.seconds) * 1000;
      this.find = (name) => form.querySelector(`[data-${name}]`);
      this.fields = Object.fromEntries(PARTS.map((part) => [part, form.elements[part]]));
      this.known = Number(form.dataset.version);
      this.clock = form.dataset.at;
      // What the server has, and the version over which each part is written. `raw`: as it stood in the field.
      // What a refused form brought back was never saved (`data-unsaved`).
      this.base = Object.fromEntries(
        PARTS.map((part) => [part, { version: this.known, raw: "unsaved" in form.dataset ? null : this.fields[part].value }]),
      );
      this.conflicts = {};
      this.renew(form.elements.editor.value, Number(form.elements.attempt.value));
      this.tries = 0;
      this.lastTurn = 0;
      this.isKept = true;
      this.isBusy = this.isStopped = false;
      this.kind = "";
      form.addEventListener("input", () => this.typed());
      capture.watch(form, () => this.keep());
      form.addEventListener("focusin", () => this.enter());
      form.addEventListener("submit", () => this.submit());
      const restored = restore(this, words.comment);
      drafts.restores(restored);
      restored.then(() => this.isDirty() && this.typed());
    }

    renew(editor, attempt) {
      if (this.editor) drafts.disown(this.editor);
      this.editor = editor || drafts.random();
      this.attempt = attempt || 0;
      drafts.own(this.editor);
    }

    get key() {
      return `draft:${this.writer}:${this.item}:${this.editor}`;
    }

    changed(part) {
      const { raw } = this.base[part];
      return raw === null || plain(this.fields[part].value) !== plain(raw);
    }

    isDirty() {
      return PARTS.some((part) => this.changed(part));
    }

    // --- in this browser -----------------------------------------------------------------------------
    keep(sent) {
      const dirty = PARTS.filter((part) => this.changed(part));
      const more = capture.read(this.form);
      const isEmpty = !dirty.length && !Object.keys(more).length;
      if (isEmpty) drafts.drop(this.key);
      this.isKept = isEmpty || drafts.keep(this.key, {
        parts: Object.fromEntries(
          dirty.map((part) => [part, { value: this.fields[part].value, version: this.base[part].version }]),
        ),
        more, sent, attempt: this.attempt, title: this.form.dataset.title, path: this.form.getAttribute("action"),
      });
    }

    // --- what is said --------------------------------------------------------------------------------
    // The line changes often and is silent; the live region speaks when something else is the matter.
    say(kind, sentence, { isProblem = false } = {}) {
      this.find("state").textContent = isProblem ? words.unsaved : sentence;
      const problem = this.find("problem");
      problem.hidden = !isProblem;
      if (isProblem) this.find("problem-text").textContent = sentence;
      this.find("sign-in").hidden = kind !== "signed_out";
      const wasProblem = this.wasProblem;
      this.wasProblem = isProblem;
      if (isProblem && kind !== this.kind) this.find("live").textContent = sentence;
      if (!isProblem && wasProblem && kind === "saved") this.find("live").textContent = sentence;
      this.kind = kind;
    }

    showOthers(names) {
      const line = this.find("others");
      const sentence = names.length > 1 ? words.others : words.other;
      if (line.textContent === (names.length ? filled(sentence, { names: names.join(", ") }) : "")) return;
      const [before, after] = sentence.split("[names]");
      const each = names.flatMap((name, index) => [index ? ", " : "", isolated(name)]);
      line.replaceChildren(...(names.length ? [before, ...each, after] : []));
    }

    // --- saving --------------------------------------------------------------------------------------
    typed() {
      this.keep();
      if (!this.isDirty()) return;
      this.isStopped = this.isLeaving = false;
      this.firstTyped ??= Date.now();
      if (!this.wasProblem) this.say("unsaved", words.unsaved);
      // A little after the last key, but not never for somebody who doesn't pause.
      const isLate = Date.now() - this.firstTyped > 4 * this.pause;
      if (this.tries === 0) this.soon(isLate ? 0 : this.pause);
    }

    soon(delay) {
      clearTimeout(this.timer);
      this.timer = setTimeout(() => this.save(), delay);
    }

    body(parts) {
      this.attempt += 1;
      const body = new URLSearchParams({
        csrfmiddlewaretoken: this.form.elements.csrfmiddlewaretoken.value,
        seen_version: this.known, writer: this.writer, editor: this.editor, attempt: this.attempt,
      });
      for (const part of parts) {
        body.set(part, this.fields[part].value);
        body.set(`seen_${part}`, this.base[part].version);
      }
      return body;
    }

    // Also a turn without words: who else is here, and what have they written?
    async save() {
      clearTimeout(this.timer);
      if (this.isBusy || this.isStopped || this.isLeaving) return;
      this.turn = this.send();
      return this.turn;
    }

    // What is typed by now has been sent, also if a turn was under way that didn't know of it.
    async finish() {
      await this.turn;
      if (this.isDirty()) await this.save();
    }

    async send() {
      const parts = PARTS.filter((part) => this.changed(part) && !this.conflicts[part]);
      const sent = Object.fromEntries(PARTS.map((part) => [part, this.fields[part].value]));
      const body = this.body(parts);
      this.firstTyped = undefined;
      this.isBusy = true;
      let answer = { state: "offline" };
      const ending = new AbortController();
      const limit = setTimeout(() => ending.abort(), 15_000);
      try {
        const response = await fetch(this.form.dataset.autosave, {
          method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin",
          redirect: "error", signal: ending.signal,
        });
        answer = { state: "busy" };
        const told = await response.json();
        // What stands between us and the server may answer in words of its own.
        if (typeof told?.state === "string") answer = told;
      } catch {
        // No network, or a server that is being started anew.
      }
      clearTimeout(limit);
      this.isBusy = false;
      this.lastTurn = Date.now();
      this.hear(answer, parts, sent);
    }

    hear(answer, parts, sent) {
      if (answer.state === "saved" || answer.state === "seen") {
        this.tries = 0;
        this.take(answer, parts, sent);
        if (answer.at) this.clock = answer.at;
        if (Object.keys(this.conflicts).length) this.say("conflict", this.disagreed, { isProblem: true });
        else if (this.isDirty()) this.say("unsaved", words.unsaved);
        else this.say("saved", this.clock ? filled(words.saved, { time: this.clock }) : "");
        this.showOthers(answer.others);
      } else if (answer.state === "conflict") {
        this.tries = 0;
        this.take(answer, [], sent, Object.keys(answer.conflicts));
        for (const [part, both] of Object.entries(answer.conflicts)) this.disagree(part, both, answer);
        this.disagreed = answer.by ? words.conflict : words.conflictSelf;
        this.say("conflict", this.disagreed, { isProblem: true });
        this.showOthers(answer.others);
      } else if (answer.state === "overtaken") {
        // Another window took this one for closed, and went on with its words.
        this.renew();
      } else if (answer.state === "token" && answer.token && this.tries < 3) {
        for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = answer.token;
        this.tries += 1;
        return this.save();
      } else if (["refused", "gone", "forbidden", "unclear", "token"].includes(answer.state)) {
        // Not by itself again: somebody has to do something first.
        this.isStopped = true;
        this.tries = 0;
        this.say(answer.state, answer.sentence || words[answer.state] || words.gone, { isProblem: true });
      } else {
        this.tries += 1;
        this.keep();
        const name = answer.state.replace(/_(.)/g, (_all, letter) => letter.toUpperCase());
        const hasUnsaved = this.isDirty();
        if (hasUnsaved) this.say(answer.state, this.isKept ? words[name] : words.unkept, { isProblem: true });
        return this.soon(Math.min(30_000, 1000 * 2 ** Math.min(this.tries, 5)) * (0.75 + Math.random() / 2));
      }
      this.keep();
      if (this.isDirty() && !this.isStopped && PARTS.some((part) => this.changed(part) && !this.conflicts[part])) {
        this.soon(this.pause);
      }
    }

    // What the server has now. A field in which somebody typed on meanwhile keeps its words and its base:
    // if others changed that part, its next save finds the conflict.
    take(answer, parts, sent, except = []) {
      this.known = answer.version;
      for (const part of PARTS) {
        const theirs = answer.parts?.[part];
        if (theirs === undefined || except.includes(part) || this.conflicts[part]) continue;
        const field = this.fields[part];
        const isAccepted = parts.includes(part) && plain(sent[part]) === theirs;
        if (isAccepted) {
          this.base[part] = { version: answer.version, raw: sent[part] };
        } else if ((parts.includes(part) || !this.changed(part)) && field.value === sent[part]) {
          if (plain(field.value) !== theirs) {
            const { selectionStart, selectionEnd } = field;
            field.value = theirs;
            if (document.activeElement === field) field.setSelectionRange(selectionStart, selectionEnd);
          }
          this.base[part] = { version: answer.version, raw: field.value };
        }
      }
    }

    // --- both changed the same part ------------------------------------------------------------------
    disagree(part, both, answer) {
      this.conflicts[part] = both;
      const field = this.fields[part];
      disagreement(field, both, answer, words, (value) => {
        delete this.conflicts[part];
        field.value = value;
        this.base[part] = { version: answer.version, raw: both.theirs };
        // Theirs may have gone on since: what stands there now comes with the next answer.
        this.known = 0;
        field.focus();
        this.say("unsaved", words.unsaved);
        this.keep();
        this.save();
      });
    }

    // --- coming and going ----------------------------------------------------------------------------
    enter() {
      Editor.current = this;
      if (Date.now() - this.lastTurn > Editor.BEAT) this.save();
    }

    // The form itself goes: what it was written over goes along.
    submit() {
      this.isLeaving = true;
      this.keep();
      for (const part of PARTS) this.form.elements[`seen_${part}`].value = this.base[part].version;
      this.form.elements.editor.value = this.editor;
      this.form.elements.attempt.value = this.attempt += 1;
    }

    // Once: a page that goes is hidden as well, and its last words need to be sent once only.
    leave() {
      if (this.isForgotten) return;
      this.keep();
      if (this.isLeaving || this.isStopped) return;
      this.isLeaving = true;
      const parts = PARTS.filter((part) => this.changed(part) && !this.conflicts[part]);
      if (!parts.length && Editor.current !== this) return;
      const body = this.body(parts);
      body.set("left", "on");
      if (body.toString().length > MOST_ON_LEAVING) return;
      // Nobody hears the answer: the next page asks what has arrived (unsaved.js).
      this.keep({ attempt: this.attempt, parts });
      fetch(this.form.dataset.autosave, {
        method: "POST", body, headers: { Accept: "application/json" }, credentials: "same-origin", keepalive: true,
      }).catch(() => {});
    }

    // The page is there again: gone back to, or it never went.
    stay() {
      this.isLeaving = false;
      this.keep();
    }
  };
})();
