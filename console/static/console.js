// What a script adds where there is one. Every page works without it.
"use strict";

// A menu closes by Escape, by a click beside it, and when another opens.
const menus = () => document.querySelectorAll("details.drop[open], .tabs details[open]");
document.addEventListener("click", (event) => {
  for (const menu of menus()) if (!menu.contains(event.target)) menu.open = false;
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of menus()) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// A form that is on its way is not sent twice by an impatient finger.
document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post") return;
  if (form.dataset.sent) return event.preventDefault();
  form.dataset.sent = "yes";
  form.setAttribute("aria-busy", "true");
  setTimeout(() => forget(form), 15000);
});
const forget = (form) => {
  delete form.dataset.sent;
  form.removeAttribute("aria-busy");
};
addEventListener("pageshow", () => document.querySelectorAll("form[data-sent]").forEach(forget));

// <form data-draft="name">: what is written survives a lost line or an empty battery, until it was sent and accepted
// (the page that follows carries <meta name="draft-done" content="name">, or any element data-draft-done="name").
const key = (form) => "draft:" + form.dataset.draft;
const skipped = (field) => !field.name || ["hidden", "password", "file", "submit", "button"].includes(field.type);
const keep = (form) => {
  const kept = {};
  for (const field of form.elements) {
    if (skipped(field)) continue;
    if (field.type === "checkbox" || field.type === "radio") (kept[field.name] ||= []).push(...(field.checked ? [field.value] : []));
    else kept[field.name] = [field.value];
  }
  try { localStorage.setItem(key(form), JSON.stringify(kept)); } catch { /* a full or forbidden store loses the draft only */ }
};
const restore = (form) => {
  let kept;
  try { kept = JSON.parse(localStorage.getItem(key(form))); } catch { return; }
  if (!kept) return;
  let other = false;
  for (const field of form.elements) {
    if (skipped(field) || !(field.name in kept)) continue;
    if (field.type === "checkbox" || field.type === "radio") {
      const checked = kept[field.name].includes(field.value);
      other ||= field.checked !== checked;
      field.checked = checked;
    } else {
      const value = kept[field.name][0] ?? "";
      other ||= field.value.trim() !== value.trim();
      field.value = value;
    }
  }
  for (const word of document.querySelectorAll("[data-draft-kept]")) word.hidden = !other;
};
// <div hidden data-draft-kept>…<button type="button" data-draft-forget="name">: says that a draft was put back, and undoes it.
for (const button of document.querySelectorAll("[data-draft-forget]")) {
  button.addEventListener("click", () => {
    localStorage.removeItem("draft:" + button.dataset.draftForget);
    location.reload();
  });
}
for (const done of document.querySelectorAll("[data-draft-done]")) {
  try { localStorage.removeItem("draft:" + done.dataset.draftDone); } catch { /* nothing was kept then */ }
}
for (const form of document.querySelectorAll("form[data-draft]")) {
  restore(form);
  form.addEventListener("input", () => keep(form));
}

// <button type="button" data-copy="text" data-copied="Copied" hidden>: shown where there is a clipboard.
for (const button of document.querySelectorAll("[data-copy]")) {
  if (!navigator.clipboard) continue;
  button.hidden = false;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(button.dataset.copy);
    button.querySelector("span").textContent = button.dataset.copied;
  });
}

// <button type="button" data-print hidden>
for (const button of document.querySelectorAll("[data-print]")) {
  button.hidden = false;
  button.addEventListener("click", () => print());
}

// An error summary takes the focus, so that it is heard.
document.getElementById("problems")?.focus();
