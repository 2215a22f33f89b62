// Makes the two phones live: posts without leaving the page, looks for answers, and types by keypad.
"use strict";

const QUICK = 250; // ms between looks while an answer is expected
const CALM = 1500; // ms between looks otherwise
const EXPECTING = 6000; // ms for which an answer is expected after a message
const TAP = 900; // ms within which another tap on the same key means its next letter

const offline = document.getElementById("offline");

function phone(log) {
  const style = log.dataset.phone;
  const list = log.querySelector("ol");
  const total = document.getElementById(`${style}-total`);
  let version = log.dataset.version;
  let expecting = 0;
  let timer = 0;
  let round = 0; // an older look that comes back late is dropped

  function toEnd() {
    log.scrollTop = 0; // the column runs upwards: its end is at 0
  }

  // Only what changed is touched, so that a screen reader hears new messages and no old ones.
  function show(html) {
    const fresh = document.createElement("ol");
    fresh.innerHTML = html;
    const kept = new Set([...fresh.children].map((item) => item.id));
    [...list.children].filter((item) => !item.id || !kept.has(item.id)).forEach((item) => item.remove());
    let grown = false;
    [...fresh.children].forEach((item, place) => {
      const old = list.children[place];
      if (!old || old.id !== item.id) {
        item.classList.add("fresh");
        list.insertBefore(item, old || null);
        grown = true;
      } else if (old.innerHTML !== item.innerHTML) {
        if (old.contains(document.activeElement)) document.getElementById(`${style}-text`).focus({ preventScroll: true });
        old.replaceWith(item);
      }
    });
    if (grown) toEnd();
  }

  async function look() {
    clearTimeout(timer);
    const mine = ++round;
    try {
      const answer = await fetch(`/try/messages?${log.dataset.query}&phone=${style}&after=${version}`);
      if (mine !== round) return;
      if (answer.status === 200) {
        const state = await answer.json();
        version = state.version;
        show(state.html);
        if (total) total.textContent = state.total;
      }
      offline.textContent = answer.ok ? "" : offline.dataset.text;
    } catch {
      offline.textContent = offline.dataset.text;
    }
    if (mine === round && !document.hidden) timer = setTimeout(look, Date.now() < expecting ? QUICK : CALM);
  }

  async function post(form, button) {
    const fields = new URLSearchParams(new FormData(form));
    if (button && button.name) fields.set(button.name, button.value);
    try {
      const answer = await fetch(form.action, { method: "POST", body: fields, headers: { Accept: "application/json" } });
      if (!answer.ok) throw new Error(answer.statusText);
      if (form.matches(".write")) form.reset();
      expecting = Date.now() + EXPECTING;
      look();
    } catch {
      offline.textContent = offline.dataset.text;
    }
  }

  document.getElementById(style).addEventListener("submit", (event) => {
    if (event.target.method !== "post") return;
    event.preventDefault();
    if (event.target.dataset.busy) return;
    event.target.dataset.busy = "yes";
    post(event.target, event.submitter).finally(() => delete event.target.dataset.busy);
  });
  document.addEventListener("visibilitychange", () => (document.hidden ? clearTimeout(timer) : look()));
  toEnd();
  look();
}

function keypad(field) {
  const shown = document.querySelector("[data-case]");
  const odd = { 0: " 0", "*": "*+" };
  const signsOf = ({ key, letters }) => odd[key] || letters.toLowerCase() + key;
  let last = null;
  let tapped = 0;
  let turn = 0;
  let small = false;

  function put(text, instead) {
    const end = field.selectionEnd ?? field.value.length;
    const start = instead ? Math.max(end - 1, 0) : field.selectionStart ?? end;
    field.setRangeText(text, start, end, "end");
    field.scrollLeft = field.scrollWidth;
  }

  function tap(key) {
    if (key.dataset.key === "#") {
      small = !small;
      shown.textContent = small ? "abc" : "ABC";
      last = null;
      return;
    }
    const signs = signsOf(key.dataset);
    const again = key === last && Date.now() - tapped < TAP;
    turn = again ? (turn + 1) % signs.length : 0;
    put(small ? signs[turn] : signs[turn].toUpperCase(), again);
    last = key;
    tapped = Date.now();
  }

  function erase() {
    last = null;
    const start = field.selectionStart ?? field.value.length;
    const end = field.selectionEnd ?? start;
    field.setRangeText("", start === end ? Math.max(start - 1, 0) : start, end, "end");
  }

  shown.textContent = "ABC";
  document.querySelectorAll("[data-key], [data-erase]").forEach((key) => {
    key.disabled = false;
    key.addEventListener("click", () => (key.dataset.key ? tap(key) : erase()));
  });
  field.addEventListener("input", () => (last = null));
}

document.documentElement.classList.add("live");
document.querySelectorAll(".log").forEach(phone);
keypad(document.getElementById("sms-text"));
