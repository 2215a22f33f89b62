// The observation sheet in the field: what is marked is kept in this browser at once (console.js) and here whenever there
// is a line; a sheet that is sent without one waits, and goes out when the line is back. Sent twice, it is entered once.
"use strict";

const sheet = document.querySelector("form[data-sheet]");
const line = document.querySelector("[data-line]");

const say = (what) => {
  if (!line) return;
  line.textContent = line.dataset[what] || "";
  line.hidden = !line.textContent;
};

if (sheet) {
  const waiting = "waits:" + sheet.dataset.draft;
  const store = (name, value) => {
    try { value === null ? localStorage.removeItem(name) : localStorage.setItem(name, value); } catch { /* no store: the page itself still holds it */ }
  };
  const stored = (name) => {
    try { return localStorage.getItem(name); } catch { return null; }
  };

  // The same sheet keeps one name for as long as it is not entered, also over a closed browser.
  const once = sheet.elements.once;
  const named = "once:" + sheet.dataset.draft;
  const begun = stored("draft:" + sheet.dataset.draft) || stored(waiting);
  if (stored(named) && begun) once.value = stored(named);
  else store(named, once.value);

  let timer = 0;
  const keepThere = async () => {
    if (!navigator.onLine) return say("off");
    const body = new FormData(sheet);
    body.delete("files");
    try {
      const answer = await fetch(sheet.dataset.sheet, { method: "POST", body: new URLSearchParams(body), credentials: "same-origin" });
      say(answer.ok ? "kept" : "off");
    } catch {
      say("off");
    }
  };
  sheet.addEventListener("input", () => {
    clearTimeout(timer);
    timer = setTimeout(keepThere, 1500);
    if (!navigator.onLine) say("off");
  });

  const enter = async () => {
    say("sending");
    try {
      const answer = await fetch(sheet.action, {
        method: "POST", body: new FormData(sheet), credentials: "same-origin", headers: { "X-Chasqui-Script": "1" },
      });
      if (answer.status === 201) {
        store(waiting, null);
        store(named, null);
        store("draft:" + sheet.dataset.draft, null);
        location.href = answer.headers.get("Location");
        return;
      }
      // Something is to be mended, or she has to sign in again: as the plain form shows it.
      store(waiting, null);
      sheet.submit();
    } catch {
      store(waiting, "yes");
      say("waits");
    }
  };
  // Before console.js, which forbids a second press: while there is no line, another try must be possible.
  sheet.addEventListener("submit", (event) => {
    event.preventDefault();
    event.stopImmediatePropagation();
    enter();
  }, true);
  addEventListener("online", () => {
    if (stored(waiting)) enter();
    else keepThere();
  });
  addEventListener("offline", () => say(stored(waiting) ? "waits" : "off"));
  if (!navigator.onLine) say(stored(waiting) ? "waits" : "off");
  else if (stored(waiting)) enter();
}
