// The offline page: at its own address, and in the place of any other when there is no network.
import { card, day, fill, language, said } from "./card.js";
import { draw, find, show } from "./find.js";
import { manage } from "./packs.js";

const section = document.getElementById("find"), place = document.getElementById("card"), form = section.querySelector("form");
const SERVICE = /^\/[a-z]{2}\/services\/([-\w]+)\/$/;
const isElsewhere = !document.querySelector("link[rel=canonical]")?.href.endsWith(location.pathname);
let saved = [], near = null;

const wantedKey = SERVICE.exec(location.pathname)?.[1];

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
  show(found, ...[".results", ".count", ".more"].map((name) => section.querySelector(name)), language);
  draw(found, saved[0], section.querySelector(".offline-map"));
}

// The service whose page was asked for; whether it is here.
function open() {
  for (const pack of saved) {
    const record = Object.values(pack.records).find((one) => one.key === wantedKey);
    if (record) {
      place.replaceChildren(...card(record, pack));
      document.title = record.n;
      return true;
    }
  }
  place.replaceChildren(saved.length ? said.gone : "");
  return false;
}

function changed(all) {
  // what is in the reader's language comes first, and the newest of it
  const rank = (pack) => (pack.language === language ? 0 : 1);
  saved = all.sort((a, b) => rank(a) - rank(b) || b.savedAt.localeCompare(a.savedAt));
  const isCard = Boolean(wantedKey) && open();
  if (isElsewhere && !saved.length) place.replaceChildren(said.notSaved);
  place.hidden = !place.childNodes.length;
  section.hidden = isCard || !saved.length;
  document.getElementById("title").hidden = document.getElementById("keep").hidden = isCard;
  if (section.hidden) return;
  section.querySelector(".offline-state").textContent = fill(said.old, { day: day(saved[0].savedAt) });
  offer();
  search();
}

form.addEventListener("submit", (event) => { event.preventDefault(); search(); });
form.addEventListener("change", search);
section.querySelector(".near-me").addEventListener("click", () => navigator.geolocation.getCurrentPosition(
  ({ coords }) => { near = [coords.longitude, coords.latitude]; search(); },
  () => { section.querySelector(".offline-state").textContent = said.noPlace; },
  { maximumAge: 60000, timeout: 10000 },
));

form.elements.q.value = new URLSearchParams(location.search).get("q") ?? "";
await manage(changed);
