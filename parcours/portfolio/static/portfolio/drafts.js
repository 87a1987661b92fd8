// What is typed and not saved stays on this device, for the person who typed it: a dead network or a closed browser
// loses none of it. It goes when it is saved, after a week, and for everybody else on this device when one signs out.
const PREFIX = "portfolio ";
const KEPT = 7 * 24 * 3600 * 1000; // milliseconds
const store = {
  get(key) { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } },
  set(key, value) { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* no room, or not allowed */ } },
  drop(key) { try { localStorage.removeItem(key); } catch { /* not allowed */ } },
  keys() { try { return Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return []; } },
};
const owner = document.querySelector("[data-owner]")?.dataset.owner;
const mine = `${PREFIX}${owner} `;
const keyOf = (path) => mine + path.replace(/^\/[\w-]+/, ""); // the same in every language

// nobody else's drafts stay once somebody else has signed in here, and no draft stays for long
for (const key of store.keys()) {
  if (owner && (!key.startsWith(mine) || Date.now() - (store.get(key)?.at ?? 0) > KEPT)) store.drop(key);
}
document.querySelectorAll("form[action$='/logout/']").forEach((form) => {
  form.addEventListener("submit", () => store.keys().forEach(store.drop));
});

const form = document.querySelector("form[data-draft]");
if (form && owner) {
  const key = keyOf(location.pathname);
  const skip = /^(csrfmiddlewaretoken|base)$/;
  const typed = () => [...new FormData(form)].filter(([name, value]) => !skip.test(name) && typeof value === "string");
  const say = (what, is) => form.querySelectorAll(`[data-said="${what}"]`).forEach((one) => { one.hidden = !is; });
  const put = (values) => {
    for (const field of form.elements) {
      if (!field.name || skip.test(field.name) || field.type === "file" || field.type === "submit") continue;
      const own = values.filter(([name]) => name === field.name).map(([, value]) => value);
      if (["checkbox", "radio"].includes(field.type)) field.checked = own.includes(field.value);
      else field.value = own[0] ?? "";
    }
  };
  const found = store.get(key);
  if (found && form.dataset.draft === "fresh") {
    if (JSON.stringify(found.values) === JSON.stringify(typed())) store.drop(key);
    else {
      put(found.values);
      if (form.elements.base && found.base !== undefined) form.elements.base.value = found.base;
      say("back", true);
    }
  }
  const keep = () => store.set(key, { values: typed(), base: form.elements.base?.value, at: Date.now() });
  form.addEventListener("input", keep);
  addEventListener("offline", () => say("offline", true));
  addEventListener("online", () => say("offline", false));
  form.addEventListener("submit", (event) => {
    keep();
    if (navigator.onLine === false) { event.preventDefault(); say("offline", true); }
  });
  form.querySelector("[data-throw]")?.addEventListener("click", () => { store.drop(key); location.reload(); });
}
// a page that leads on from a form was saved: its draft has served
const came = document.referrer && new URL(document.referrer).origin === location.origin && keyOf(new URL(document.referrer).pathname);
if (came && owner && came !== keyOf(location.pathname) && document.querySelector("[data-saved]")) store.drop(came);
