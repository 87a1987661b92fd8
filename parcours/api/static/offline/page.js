// The offline page: at its own address, and in the place of any other when there is no network.
import { card, day, fill, language, said } from "./card.js";
import { draw, find, show } from "./find.js";
import { manage } from "./packs.js";

const section = document.getElementById("find"), place = document.getElementById("card"), form = section.querySelector("form");
const SERVICE = /^\/[a-z]{2}\/services\/([-\w]+)\/$/;
const isElsewhere = !document.querySelector("link[rel=canonical]")?.href.endsWith(location.pathname);
let saved = [], near = null;

const wantedKey = () => (location.hash ? decodeURIComponent(location.hash.slice(1)) : SERVICE.exec(location.pathname)?.[1]);

function options(select, pairs) {
  const kept = select.value;
  select.replaceChildren(select.options[0], ...pairs.map(([value, label]) => new Option(label, value)));
  select.value = pairs.some(([value]) => value === kept) ? kept : "";
}

// In the lists stands only what some saved service has.
function offer() {
  const records = saved.flatMap((pack) => Object.values(pack.records)), { head } = saved[0];
  const used = (column) => new Set(records.flatMap((record) => record[column] ?? []));
  const offered = (column, labels) => labels.filter(([code]) => used(column).has(code));
  options(form.elements.area, offered("a", head.areas.map(([slug, name]) => [slug, name])));
  const byLabel = (labels) => Object.entries(labels).sort((a, b) => a[1].localeCompare(b[1], language));
  options(form.elements.theme, offered("t", byLabel(head.labels.themes)));
  options(form.elements.language, offered("g", byLabel(head.labels.languages)));
  options(form.elements.day, offered("w", Object.entries(head.labels.when)));
}

function search() {
  const question = { ...Object.fromEntries(new FormData(form)), near };
  const found = find(saved, question);
  show(found, section.querySelector(".results"), section.querySelector(".count"), language);
  draw(found, saved[0], section.querySelector(".offline-map"));
}

function open() {
  const key = wantedKey();
  place.hidden = !key;
  section.hidden = !saved.length || Boolean(key);
  if (!key) return;
  for (const pack of saved) {
    const record = Object.values(pack.records).find((one) => one.key === key);
    if (record) {
      place.replaceChildren(...card(record, pack));
      document.title = record.n;
      return scrollTo(0, 0);
    }
  }
  place.replaceChildren(said.gone);
  section.hidden = !saved.length;
}

function changed(all) {
  // what is in the reader's language comes first, and the newest of it
  const rank = (pack) => (pack.language === language ? 0 : 1);
  saved = all.sort((a, b) => rank(a) - rank(b) || b.savedAt.localeCompare(a.savedAt));
  const state = section.querySelector(".offline-state");
  if (saved.length) {
    state.textContent = fill(said.old, { day: day(saved[0].savedAt) });
    offer();
    search();
  } else if (isElsewhere) place.replaceChildren(said.notSaved);
  open();
}

form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
form.addEventListener("change", search);
section.querySelector(".near-me").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
  ({ coords }) => { near = [coords.longitude, coords.latitude]; search(); },
  () => { section.querySelector(".offline-state").textContent = said.noPlace; },
  { maximumAge: 60000, timeout: 10000 },
));
addEventListener("hashchange", open);
section.querySelector(".results").addEventListener("click", (event) => {
  const link = event.target.closest("a[data-key]");
  if (!link || navigator.onLine || isElsewhere) return;
  event.preventDefault();
  location.hash = link.dataset.key;
});

form.elements.q.value = new URLSearchParams(location.search).get("q") ?? "";
await manage(changed);
