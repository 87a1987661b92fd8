// The search over what is saved; nothing that is asked leaves the phone.
import { fill, make, said, tag } from "./card.js";
import { closeness, fold, terms, words } from "./words.js";

const SCHEMES = { themes: "t", service_types: "k", publics: "u", languages: "g", when: "w", fees: "c" };
const PAGE = 15, BANDS = 5, SVG = "http://www.w3.org/2000/svg";
const indexes = new WeakMap();

// The words by which each record is found: its own, those of its terms, and of its communes.
function indexOf(pack) {
  if (!indexes.has(pack)) {
    const places = new Map(pack.head.areas.map(([slug, ...names]) => [slug, names.flatMap(words).map(fold)]));
    const split = Object.fromEntries(Object.keys(SCHEMES).map((scheme) =>
      [scheme, new Map(Object.entries(pack.head.terms[scheme]).map(([code, said]) => [code, said.split(" ")]))]));
    indexes.set(pack, new Map(Object.values(pack.records).map((record) => {
      const named = Object.entries(SCHEMES).flatMap(([scheme, column]) =>
        (record[column] ?? []).flatMap((code) => split[scheme].get(code) ?? []));
      const own = [...(record.x ?? "").split(" "), ...words(`${record.n} ${record.o}`).map(fold)];
      return [record, { name: new Set(words(record.n).map(fold)), all: new Set([...own, ...named, ...(record.a ?? []).flatMap((slug) => places.get(slug) ?? [])]) }];
    })));
  }
  return indexes.get(pack);
}

const fits = (record, { area, theme, language, day, free }, pack) =>
  (!area || (record.a ?? []).includes(area)) && (!theme || (record.t ?? []).includes(theme)) &&
  (!language || (record.g ?? []).includes(language)) && (!day || (record.w ?? []).includes(day)) &&
  (!free || (record.c ?? []).includes(pack.head.free));

// Kilometres on a sphere between the phone and the nearest door.
function distance([lon, lat], record) {
  const rad = Math.PI / 180;
  return Math.min(...(record.p ?? []).map(([x, y]) => {
    const h = Math.sin((y - lat) * rad / 2) ** 2 + Math.cos(lat * rad) * Math.cos(y * rad) * Math.sin((x - lon) * rad / 2) ** 2;
    return 12742 * Math.asin(Math.sqrt(h));
  }));
}

// [{record, pack, km}] best first, and whether words had to be left out.
export function find(packs, question) {
  const seen = new Set(), found = [];
  let asked = 0;
  for (const pack of packs) {
    const wanted = terms(question.q ?? "", new Set(pack.head.small));
    asked = wanted.length;
    for (const [record, { name, all }] of indexOf(pack)) {
      if (seen.has(record.id) || !fits(record, question, pack)) continue;
      seen.add(record.id);
      const close = wanted.map((forms) => closeness(forms, all));
      const score = close.reduce((sum, one) => sum + one, 0) + wanted.filter((forms) => closeness(forms, name)).length;
      const km = question.near ? distance(question.near, record) : Infinity;
      found.push({ record, pack, km, score, matched: close.filter(Boolean).length });
    }
  }
  const best = Math.max(0, ...found.map((one) => one.matched));
  const kept = found.filter((one) => one.matched === best && (best || !asked));
  kept.sort((a, b) => (question.near ? a.km - b.km : b.score - a.score) || a.record.n.localeCompare(b.record.n));
  return { kept, isWider: best > 0 && best < asked };
}

function result({ record, km }, code) {
  const reasons = [Number.isFinite(km) ? fill(said.distance, { km: km.toFixed(1) }) : "", ...linesOf(record, "when").slice(0, 2), ...linesOf(record, "cost").slice(0, 1)];
  return make("li", { class: "result" }, make("div", {},
    make("h3", {}, make("a", { href: `/${code}/services/${record.key}/`, "data-key": record.key, dir: "auto" }, record.n), " ", tag(record)),
    make("p", { class: "result-who", dir: "auto" }, record.o),
    record.s ? make("p", { dir: "auto" }, record.s) : null,
    make("ul", { class: "reasons" }, ...reasons.filter(Boolean).map((text) => make("li", { dir: "auto" }, text)))));
}

const linesOf = (record, fact) => record.f.find(([name]) => name === fact)?.slice(1) ?? [];

// A first page of results; the button adds the next.
export function show({ kept, isWider }, list, count, more, code) {
  const next = () => {
    const shown = list.children.length;
    list.append(...kept.slice(shown, shown + PAGE).map((one) => result(one, code)));
    more.hidden = list.children.length >= kept.length;
  };
  count.textContent = kept.length ? `${isWider ? `${said.wider} ` : ""}${fill(said.found, { n: kept.length })}` : said.nothing;
  list.replaceChildren();
  more.onclick = next;
  next();
}

// The communes, darker where more of the services found are.
export function draw(found, pack, figure) {
  const [width, height, places] = pack.head.map;
  const names = new Map(pack.head.areas), counts = new Map();
  for (const { record } of found.kept) for (const slug of record.a ?? []) counts.set(slug, (counts.get(slug) ?? 0) + 1);
  const most = Math.max(1, ...counts.values());
  const svg = document.createElementNS(SVG, "svg");
  svg.setAttribute("viewBox", `0 0 ${width} ${height}`);
  svg.setAttribute("role", "img");
  svg.setAttribute("aria-label", [...counts].map(([slug, n]) => `${names.get(slug) ?? slug} ${n}`).join(", ") || said.communes);
  for (const [slug, path] of places) {
    const group = document.createElementNS(SVG, "g"), shape = document.createElementNS(SVG, "path"), title = document.createElementNS(SVG, "title");
    group.setAttribute("class", `v${Math.ceil(BANDS * (counts.get(slug) ?? 0) / most)}`);
    shape.setAttribute("d", path);
    title.textContent = `${names.get(slug)} · ${counts.get(slug) ?? 0}`;
    group.append(title, shape);
    svg.append(group);
  }
  figure.querySelector("svg")?.remove();
  figure.querySelector("figcaption").textContent = said.communes;
  figure.append(svg);
  figure.hidden = !places.length;
}
