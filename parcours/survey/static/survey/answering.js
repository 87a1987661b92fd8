// What the pages of a questionnaire do only with scripts: ask anew what an answer makes relevant, untick what stands
// alone, print, and keep on this device what was typed and not saved. Without scripts everything else works.
const PREFIX = "survey ";
const KEPT = 7 * 24 * 3600 * 1000; // milliseconds
const form = document.querySelector("form.answering[data-draft], form.answering[data-live]");
const keyOf = (path) => PREFIX + path.replace(/^\/[\w-]+/, ""); // the same in every language

const drafts = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* no room, or not allowed */ } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* not allowed */ } },
  keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } },
};

const typed = () => [...new FormData(form)].filter(([name, value]) => value && !/^(page:|csrf)/.test(name));

function put(values) {
  for (const field of form.elements) {
    if (!field.name || /^(page:|csrf)/.test(field.name)) continue;
    const own = values.filter(([name]) => name === field.name).map(([, value]) => value);
    if (["checkbox", "radio"].includes(field.type)) field.checked = own.includes(field.value);
    else field.value = own[0] ?? "";
  }
}

const say = (what, is) => form.querySelectorAll(`[data-said="${what}"]`).forEach((one) => { one.hidden = !is; });

function alone({ target }) {
  if (target.type !== "checkbox" || !target.checked) return;
  form.querySelectorAll(`input[name="${CSS.escape(target.name)}"]`).forEach((one) => {
    if (one !== target && ("alone" in target.dataset || "alone" in one.dataset)) one.checked = false;
  });
}

async function look() {
  if (navigator.onLine === false) return;
  const sent = JSON.stringify(typed());
  const body = new URLSearchParams(new FormData(form));
  body.set("page:do", "look");
  const answer = await fetch(location.pathname + location.search, { method: "POST", body }).catch(() => null);
  if (!answer?.ok) return;
  if (JSON.stringify(typed()) !== sent) return look();
  const anew = new DOMParser().parseFromString(await answer.text(), "text/html").querySelector("#questions");
  const { id } = document.activeElement;
  document.getElementById("questions").replaceWith(anew);
  if (id) document.getElementById(id)?.focus({ preventScroll: true });
}

function keep() {
  const key = keyOf(location.pathname);
  const save = (more) => drafts.set(key, { base: form.elements["page:base"].value, values: typed(), at: Date.now(), ...more });
  const found = drafts.get(key);
  const state = form.dataset.draft;
  if (found && state === "unsaved") drafts.set(key, { ...found, sent: false });
  else if (found && (state === "saved" || JSON.stringify(found.values) === JSON.stringify(typed()))) drafts.drop(key);
  else if (found) {
    put(found.values);
    form.elements["page:base"].value = found.base;
    say("back", true);
    if (form.hasAttribute("data-live")) look().then(() => put(found.values));
  }
  form.addEventListener("input", () => save());
  addEventListener("pageshow", ({ persisted }) => { if (persisted && drafts.get(key)) save(); });
  addEventListener("offline", () => say("offline", true));
  addEventListener("online", () => say("offline", false));
  form.addEventListener("submit", (event) => {
    if (navigator.onLine === false) {
      event.preventDefault();
      save();
      say("offline", true);
    } else if (drafts.get(key)) save({ sent: true });
  });
  form.querySelector("[data-throw]").addEventListener("click", () => { drafts.drop(key); location.reload(); });
}

// A page that leads on was saved; what is finished or withdrawn needs no draft, and no draft is kept for long.
function tidy() {
  const came = document.referrer && keyOf(new URL(document.referrer).pathname);
  if (came !== keyOf(location.pathname) && drafts.get(came)?.sent) drafts.drop(came);
  const over = document.querySelector("[data-forget]")?.dataset.forget;
  for (const key of drafts.keys()) {
    if ((over && key.startsWith(keyOf(over))) || Date.now() - (drafts.get(key)?.at ?? 0) > KEPT) drafts.drop(key);
  }
}

tidy();
if (form) {
  form.addEventListener("change", alone);
  if (form.hasAttribute("data-live")) form.addEventListener("change", look);
  if (form.dataset.draft) keep();
}
document.querySelectorAll("[data-print]").forEach((button) => {
  button.hidden = false;
  button.addEventListener("click", () => print());
});
