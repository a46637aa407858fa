// The waiting page of a video conference: the reader's own time, a countdown, and a test of microphone,
// camera and speaker that stays in the browser. No words here: they stand in the page, in its language.
"use strict";

(() => {
  const byId = (id) => document.getElementById(id);

  // What is true only with a script.
  for (const each of document.querySelectorAll("[data-scripted]")) each.hidden = false;

  // --- the start, by the reader's clock --------------------------------------------------------------
  const local = byId("local-time");
  if (local) {
    const start = new Date(local.dataset.start);
    const language = document.documentElement.lang;
    // As in zones.js: English as in Europe, Western digits in Arabic, and no zero before its hours.
    const locale = language === "en" ? "en-GB" : language;
    const inZone = (zone) =>
      new Intl.DateTimeFormat(locale, {
        numberingSystem: "latn",
        weekday: "long", day: "numeric", month: "long",
        hour: language === "ar" ? "numeric" : "2-digit", minute: "2-digit", timeZone: zone,
      }).format(start);
    try {
      const own = Intl.DateTimeFormat().resolvedOptions().timeZone;
      // Another name of the same clock (Europe/Vienna) is no news.
      if (own && inZone(own) !== inZone(local.dataset.zone)) {
        local.querySelector("time").textContent = `${inZone(own)} (${own.replaceAll("_", " ")})`;
        local.hidden = false;
      }
    } catch {
      // A browser that doesn't know the zone: the town's time stands above.
    }
  }

  // --- until the room opens --------------------------------------------------------------------------
  let isTold = false;
  const two = (number) => String(number).padStart(2, "0");
  const count = () => {
    const countdown = byId("countdown");
    if (!countdown) return;
    const left = Math.max(0, Math.ceil((new Date(countdown.dataset.until) - Date.now()) / 1000));
    const days = Math.floor(left / 86400);
    const dayPart = countdown.querySelector("[data-days]");
    dayPart.hidden = days === 0;
    const inDays = { style: "unit", unit: "day", unitDisplay: "long" };
    dayPart.textContent = new Intl.NumberFormat(document.documentElement.lang, inDays).format(days);
    const clock = [Math.floor((left % 86400) / 3600), Math.floor((left % 3600) / 60), left % 60];
    countdown.querySelector("[data-clock]").textContent = clock.map(two).join(":");
    countdown.hidden = false;
    if (left === 0 && !isTold) {
      // htmx asks at once instead of at its next turn; our clock may be ahead, then its turns go on.
      isTold = true;
      document.body.dispatchEvent(new CustomEvent("opening"));
    }
  };
  if (byId("countdown")) {
    count();
    setInterval(count, 1000);
  }

  // --- microphone, camera, speaker -------------------------------------------------------------------
  const devices = byId("devices");
  if (!devices) return;
  const meter = devices.querySelector("[data-level]");
  const picture = devices.querySelector("[data-picture]");
  const buttons = [...devices.querySelectorAll("[data-test]")];
  let stream = null;
  let sound = null;
  let running = "";
  // Counts up: whoever presses another button while the browser still asks for permission wants that one.
  let attempt = 0;

  const say = (name) => {
    const all = [...devices.querySelectorAll("[data-say]")];
    const known = all.some((each) => each.dataset.say === name);
    for (const each of all) each.hidden = each.dataset.say !== (known ? name : name && "other");
  };
  const press = () => {
    for (const button of buttons.filter((each) => each.hasAttribute("aria-pressed"))) {
      button.setAttribute("aria-pressed", String(button.dataset.test === running));
    }
  };
  const stop = () => {
    if (stream) for (const track of stream.getTracks()) track.stop();
    if (sound) sound.close();
    stream = sound = picture.srcObject = null;
    running = "";
    attempt += 1;
    meter.hidden = picture.hidden = true;
    press();
  };

  const listen = () => {
    sound = new AudioContext();
    const analyser = sound.createAnalyser();
    sound.createMediaStreamSource(stream).connect(analyser);
    const samples = new Uint8Array(analyser.fftSize);
    const mine = stream;
    const measure = () => {
      if (stream !== mine) return;
      analyser.getByteTimeDomainData(samples);
      const loudest = Math.max(...samples.map((sample) => Math.abs(sample - 128)));
      meter.value = Math.min(100, Math.round((loudest / 128) * 140));
      requestAnimationFrame(measure);
    };
    meter.hidden = false;
    measure();
  };
  const show = () => {
    picture.srcObject = stream;
    picture.hidden = false;
  };
  const play = () => {
    sound = new AudioContext();
    const tone = sound.createOscillator();
    const volume = sound.createGain();
    volume.gain.value = 0.2;
    tone.frequency.value = 440;
    tone.connect(volume).connect(sound.destination);
    const mine = sound;
    tone.onended = () => mine === sound && stop();
    tone.start();
    tone.stop(sound.currentTime + 1);
  };

  const failed = (name) => {
    stop();
    say(name);
  };

  const test = async (which) => {
    const wasRunning = running === which;
    stop();
    say("");
    if (wasRunning) return;
    const mine = attempt;
    try {
      if (which === "speaker") {
        play();
      } else {
        const wanted = which === "camera" ? { video: true } : { audio: true };
        const given = await navigator.mediaDevices.getUserMedia(wanted);
        if (mine !== attempt) {
          for (const track of given.getTracks()) track.stop();
          return;
        }
        stream = given;
        for (const track of stream.getTracks()) track.addEventListener("ended", () => failed("NotFoundError"));
        (which === "camera" ? show : listen)();
        running = which;
      }
      say(which);
    } catch (error) {
      if (mine === attempt) failed(error.name || "other");
    }
    press();
  };

  for (const button of buttons) button.addEventListener("click", () => test(button.dataset.test));
  addEventListener("pagehide", stop);
  devices.hidden = false;
  if (!(navigator.mediaDevices && navigator.mediaDevices.getUserMedia)) {
    // An old browser, or a page without TLS: the tone alone can be tried.
    for (const button of buttons) if (button.dataset.test !== "speaker") button.disabled = true;
    say("other");
  }
})();
