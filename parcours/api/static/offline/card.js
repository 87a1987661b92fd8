// Small pieces that pages are made of; texts are only ever set as text.
export const said = JSON.parse(document.getElementById("said").textContent);
export const language = document.documentElement.lang;

export const fill = (text, values) => text.replace(/\{(\w+)\}/g, (_, name) => values[name]);

export function make(tag, attributes = {}, ...children) {
  const one = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) if (value !== undefined) one.setAttribute(name, value);
  one.append(...children.filter((child) => child !== null && child !== undefined));
  return one;
}

export const icon = (name) => document.querySelector(`template[data-icon="${name}"]`).content.cloneNode(true);

export const day = (iso) => new Intl.DateTimeFormat(language, { dateStyle: "long" }).format(new Date(iso));

export function size(bytes) {
  const unit = bytes < 1e6 ? "kilobyte" : "megabyte";
  const number = bytes < 1e6 ? Math.max(1, Math.round(bytes / 1000)) : Math.round(bytes / 1e5) / 10;
  return new Intl.NumberFormat(language, { style: "unit", unit, maximumFractionDigits: 1 }).format(number);
}

export const tag = (record) => (record.i ? make("span", { class: "tag" }, said.invented) : null);

const MAIN_LAST = ["where", "contact"];

// What the service's page says, from the pack.
export function card(record, pack) {
  const facts = record.f.filter(([name]) => !MAIN_LAST.includes(name)).map((fact) => factOf(fact, pack));
  const last = record.f.filter(([name]) => MAIN_LAST.includes(name)).map((fact) => factOf(fact, pack));
  const isOverdue = record.due && record.due < new Date().toISOString();
  return [
    make("p", { class: "eyebrow", dir: "auto" }, record.o),
    make("h1", { dir: "auto" }, record.n),
    make("p", { class: "cluster" }, tag(record)),
    record.s ? make("p", { class: "lede", dir: "auto" }, record.s) : null,
    make("div", { class: "notice notice-info" }, make("div", {},
      make("p", { class: "notice-title" }, fill(said.old, { day: day(pack.savedAt) })),
      make("p", {}, record.r, isOverdue ? ` ${said.overdue}` : ""))),
    record.tel ? make("p", { class: "actions" }, make("a", { class: "button", href: `tel:${record.tel[0]}` }, icon("contact"),
      make("bdi", { dir: "ltr" }, record.tel[1]))) : null,
    make("div", { class: "service-facts" }, ...facts, ...last),
    ...(record.p ?? []).slice(0, 3).map(([lon, lat]) => make("p", {}, make("a", { class: "geo", href: `geo:${lat},${lon}` }, said.openMap))),
    ...(record.d ? record.d.split(/\n+/).map((text) => make("p", { dir: "auto" }, text)) : []),
    make("p", {}, make("a", { href: `/${language}/offline/` }, said.all)),
  ].filter(Boolean);
}

const factOf = ([name, ...lines], pack) =>
  make("section", { class: "fact" }, icon(name), make("h2", {}, pack.head.facts[name]),
    ...lines.map((line) => make("p", { dir: "auto" }, line)));
