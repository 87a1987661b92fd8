// Taps are kept on this device until they are sent: a dead network or a closed browser loses none. What is kept are
// numbers of rows and presences, no names, for this session and this person only; gone when sent, or after a day.
const form = document.querySelector("form[data-sheet]");
const KEPT = 24 * 3600 * 1000; // milliseconds
if (form) {
  const key = `attendance ${form.dataset.user} ${form.dataset.sheet}`;
  const read = () => { try { return JSON.parse(localStorage.getItem(key)); } catch { return null; } };
  const write = (value) => { try { localStorage.setItem(key, JSON.stringify(value)); } catch { /* no room, or not allowed */ } };
  const drop = () => { try { localStorage.removeItem(key); } catch { /* not allowed */ } };
  const say = (what, is) => { form.querySelector(`[data-said="${what}"]`).hidden = !is; };
  const found = read();
  if (found && Date.now() - found.at > KEPT) drop();
  else if (found) {
    let differs = false;
    for (const [name, { value, base }] of Object.entries(found.taps)) {
      const input = form.querySelector(`input[name="${CSS.escape(name)}"][value="${CSS.escape(value)}"]`);
      if (!input || input.checked) { delete found.taps[name]; continue; }
      input.checked = true;
      form.elements[name.replace("seen-", "base-")].value = base;
      differs = true;
    }
    if (differs) { write(found); say("back", true); } else drop();
  }
  form.addEventListener("change", ({ target }) => {
    if (target.type !== "radio") return;
    const kept = read() ?? { taps: {} };
    kept.at = Date.now();
    kept.taps[target.name] = { value: target.value, base: form.elements[target.name.replace("seen-", "base-")].value };
    write(kept);
  });
  form.addEventListener("submit", (event) => {
    if (navigator.onLine === false) { event.preventDefault(); say("offline", true); }
  });
  addEventListener("offline", () => say("offline", true));
  addEventListener("online", () => { say("offline", false); if (read()) form.requestSubmit(); });
}
