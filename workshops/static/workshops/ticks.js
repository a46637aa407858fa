// Who came is saved tick by tick, so that no other button of the page loses one. Without this script the button
// "save" does it. No words here: they stand in the page (workshops/moderator/_desk_people.html), in its language.
//
// <form data-ticks="address"> with one <input name="came"> a person; a hidden <input name="was"> says that the
// server has the tick. What it doesn't have is marked, tried again while the page is open, and sent as it closes.
"use strict";

for (const form of document.querySelectorAll("form[data-ticks]")) {
  const find = (name) => form.querySelector(`[data-ticks-${name}]`);
  const boxes = [...form.elements].filter((field) => field.name === "came");
  const was = (value) => form.querySelector(`[name=was][value="${value}"]`);
  const changed = () => boxes.filter((box) => box.checked !== (was(box.value) !== null));
  let timer;
  let tries = 0;
  let isBusy = false;
  let isStopped = false;

  const mark = () => {
    const unsaved = changed();
    for (const box of boxes) box.closest("li").querySelector("[data-unsaved-tick]").hidden = !unsaved.includes(box);
  };
  const say = (sentence, isProblem) => {
    find("problem").hidden = !isProblem;
    if (find("problem").textContent !== (isProblem ? sentence : "")) find("problem").textContent = isProblem ? sentence : "";
    find("state").textContent = isProblem ? "" : sentence;
  };
  const body = (boxes) => {
    const sent = new URLSearchParams({ csrfmiddlewaretoken: form.elements.csrfmiddlewaretoken.value });
    for (const box of boxes) sent.append(box.checked ? "came" : "was", box.value);
    return sent;
  };
  const ask = (boxes, more) =>
    fetch(form.dataset.ticks, {
      method: "POST", body: body(boxes), headers: { Accept: "application/json" }, credentials: "same-origin",
      redirect: "error", keepalive: true, ...more,
    });
  const taken = (value, isChecked) => {
    if (!isChecked) was(value)?.remove();
    else if (!was(value)) form.append(Object.assign(document.createElement("input"), { type: "hidden", name: "was", value }));
  };

  const save = async () => {
    clearTimeout(timer);
    const unsaved = changed();
    mark();
    if (isBusy || isStopped || !unsaved.length) return;
    const sent = unsaved.map((box) => [box.value, box.checked]);
    isBusy = true;
    let answer = { state: "offline" };
    try {
      answer = await (await ask(unsaved, { signal: AbortSignal.timeout(15_000) })).json();
    } catch {
      // No network, or a server that is being started anew.
    }
    isBusy = false;
    if (answer.state === "saved") {
      tries = 0;
      for (const one of sent) taken(...one);
      for (const place of document.querySelectorAll("[data-came-count]")) place.textContent = answer.came;
      mark();
      say(form.dataset.saySaved.replace("[time]", answer.at), false);
      return save();
    }
    if (answer.state === "token" && answer.token && tries < 3) {
      for (const field of document.querySelectorAll("[name=csrfmiddlewaretoken]")) field.value = answer.token;
      tries += 1;
      return save();
    }
    tries += 1;
    // Somebody has to do something first: not by itself again, until the next tick.
    isStopped = ["refused", "gone", "forbidden", "unclear", "token"].includes(answer.state);
    say(answer.sentence || form.dataset[{ signed_out: "saySignedOut" }[answer.state] || (isStopped ? "sayFailed" : "sayOffline")], true);
    if (!isStopped) timer = setTimeout(save, Math.min(30_000, 1000 * 2 ** tries));
  };

  form.addEventListener("change", () => {
    isStopped = false;
    save();
  });
  addEventListener("online", save);
  addEventListener("focus", save);
  addEventListener("pagehide", () => {
    // What is under way already may go twice: it is the same tick.
    if (changed().length) ask(changed()).catch(() => {});
  });
  // A browser may bring ticks back with the page that the server never had.
  save();
}
